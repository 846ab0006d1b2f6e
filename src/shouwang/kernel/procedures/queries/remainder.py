"""What a file says beside what the comparison has words for, so that no change can pass unseen.

A second person approves what they can see. Whatever of an element, of the process or of the file as a whole
the words of `comparing` do not name is reduced here to text that differs if and only if the file does.
"""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree

from shouwang.kernel.procedures.queries.profile import BPMN, SW
from shouwang.util.text import Text

_BPMN = f"{{{BPMN}}}"
_SW = f"{{{SW}}}"
_WORDS = ("key", "zh", "en")
#: What the comparison tells of our own elements of a step; anything else in them stays.
_TOLD = {
    "name": ("lang",),
    "until": ("fact",),
    "item": _WORDS,
    "option": _WORDS,
    "evidence": (*_WORDS, "required"),
    "field": (*_WORDS, "type", "required"),
    "cadence": ("windows", "reading", "term_fact"),
}
_TOLD_TEXT = frozenset({"name", "limit", "campaign", "prefix"})
_NEVER = frozenset({"incoming", "outgoing", "flowNodeRef"})


def remainder(node: etree._Element, inside: Collection[str] = ()) -> str:
    """Return what an element says beside its name, its arrows and what the comparison tells of steps.

    Args:
        inside: tags of elements in it that are compared by themselves.
    """
    copy = etree.fromstring(canonical(node))
    copy.attrib.pop("name", "")
    for inner in [*copy.iter(f"{_BPMN}*")]:
        if inner is not copy and _local(inner) in _NEVER | set(inside):
            _drop(inner)
    for inner in [*copy.iter(f"{_SW}*")]:
        for attribute in _TOLD.get(_local(inner), ()):
            inner.attrib.pop(attribute, "")
        if _local(inner) in _TOLD_TEXT:
            inner.text = None
    for inner in reversed([*copy.iter()]):  # what was told wholly leaves nothing behind
        if inner is not copy and not inner.attrib and not len(inner) and not (inner.text or "").strip():
            _drop(inner)
    return canonical(copy)


def declared(root: etree._Element) -> dict[str, Text]:
    """Return what stands beside the process and the drawing, by id, in words: messages, signals, pools."""
    found = {}
    for node in root:
        if not isinstance(node.tag, str) or _local(node) in {"process", "BPMNDiagram"}:
            continue
        for one in [node, *node.iterchildren(f"{_BPMN}*")]:
            key, name = one.get("id", ""), one.get("name") or one.get("id", "")
            code = one.get("errorCode") or one.get("escalationCode")
            words = f"{_local(one)} {name}" + (f" ({code})" if code else "")
            found[key or canonical(one)] = Text(words, words)
    return found


def canonical(node: etree._Element) -> str:
    """Return an element as text without the space between elements, in one order of attributes."""
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    text = etree.tostring(node, encoding="unicode", with_tail=False)
    return str(
        etree.canonicalize(
            etree.tostring(etree.fromstring(text, parser), encoding="unicode"), strip_text=True
        )
    )


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)
