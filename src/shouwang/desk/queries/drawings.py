"""The drawing of a procedure in the reader's language."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import ENGLISH

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SW = "{urn:shouwang:bpmn:1}"


def drawing(key: str, version: int, language: str) -> str:
    """Return the BPMN file of a version with its names in `language`.

    Raises:
        NotFoundOrNotYours: there is no such version.
    """
    found = procedures.ProcedureVersion.objects.filter(key=key, version=version).first()
    if found is None:
        raise NotFoundOrNotYours
    return in_english(found.bpmn) if language.startswith(ENGLISH) else found.bpmn


@lru_cache(maxsize=64)
def in_english(bpmn: str) -> str:
    """Return a published file with every name replaced by its English one, where it has one.

    The pool takes the name of its process. The file was checked when it was published, so it is safe to read.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(bpmn.encode(), parser)
    names: dict[str, str] = {}
    for english in root.iter(f"{_SW}name"):
        extension = english.getparent()
        element = None if extension is None else extension.getparent()
        if element is not None and english.get("lang") == "en" and english.text:
            element.set("name", english.text.strip())
            names[element.get("id", "")] = english.text.strip()
    for pool in root.iter(f"{_BPMN}participant"):
        name = names.get(pool.get("processRef", ""))
        if name:
            pool.set("name", name)
    return etree.tostring(root, encoding="unicode")
