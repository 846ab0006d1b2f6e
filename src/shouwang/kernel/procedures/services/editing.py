"""Changing one element of a file: its names, and what our extension elements say of it.

Works on text and stores nothing; whether the result may be published is for the linter to say. How the
elements are connected and laid out is drawn in the modeler and left alone here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from shouwang.kernel.procedures.queries.profile import (
    BPMN,
    NAMESPACES,
    SW,
    ChecklistItem,
    EvidenceItem,
    FormField,
    parse_xml,
)
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

#: BPMN asks that extension elements stand first but for documentation.
_DOCUMENTATION = f"{{{BPMN}}}documentation"


@dataclass(frozen=True)
class Edit:
    """What shall be said of an element; a part that is None stays as it is.

    `limit` is an ISO 8601 duration. `attributes` are values of single extension elements by (element,
    attribute): ("role", "key"), ("service", "name"), ("rules", "table"), ("rules", "result").
    """

    name: Text | None = None
    limit: str | None = None
    checklist: Sequence[ChecklistItem] | None = None
    evidence: Sequence[EvidenceItem] | None = None
    form: Sequence[FormField] | None = None
    outcome: tuple[str, Text] | None = None
    attributes: tuple[tuple[str, str, str], ...] = ()
    called: str | None = None
    condition: str | None = None
    timer: str | None = None


def edit_element(bpmn: str, element: str, edit: Edit) -> str:
    """Return the file with one element changed.

    Raises:
        NotFoundOrNotYours: the file has no such element.
        Problem: the file cannot be read safely.
    """
    root = parse_xml(bpmn)
    node = find_element(root, element)
    if edit.name is not None:
        _set_name(node, edit.name)
    if edit.limit is not None:
        _replace(node, "limit", [_element("limit", text=edit.limit)])
    if edit.checklist is not None:
        _replace(node, "checklist", [_checklist(edit.checklist)])
    if edit.evidence is not None:
        _replace(node, "evidence", [_evidence(item) for item in edit.evidence])
    if edit.form is not None:
        _replace(node, "form", [_form(edit.form)])
    if edit.outcome is not None:
        key, words = edit.outcome
        told = [_element("outcome", key=key, zh=words.zh, en=words.en)] if key else []
        _replace(node, "outcome", told)
    for tag, attribute, value in edit.attributes:
        _single(node, tag).set(attribute, value)
    if edit.called is not None:
        node.set("calledElement", edit.called)
    if edit.condition is not None:
        _set_condition(node, edit.condition)
    if edit.timer is not None:
        _set_timer(node, edit.timer)
    return etree.tostring(root, encoding="unicode")


def find_element(root: etree._Element, element: str) -> etree._Element:
    """Return the element of the process (or the process) with this id.

    Raises:
        NotFoundOrNotYours: there is none.
    """
    for node in root.iterfind(".//bpmn:process", NAMESPACES):
        if node.get("id") == element:
            return node
        for inner in node.iter(f"{{{BPMN}}}*"):
            if inner.get("id") == element:
                return inner
    raise NotFoundOrNotYours


def _set_name(node: etree._Element, name: Text) -> None:
    node.set("name", name.zh)
    for old in node.findall("bpmn:extensionElements/sw:name[@lang='en']", NAMESPACES):
        _drop(old)
    if name.en:
        _extensions(node).insert(0, _element("name", text=name.en, lang="en"))


def _set_condition(node: etree._Element, condition: str) -> None:
    for old in node.findall("bpmn:conditionExpression", NAMESPACES):
        _drop(old)
    if condition:
        etree.SubElement(node, f"{{{BPMN}}}conditionExpression").text = condition


def _set_timer(node: etree._Element, timer: str) -> None:
    """Set the one expression of a timer, whether it is a date, a duration or a cycle."""
    for definition in node.findall("bpmn:timerEventDefinition", NAMESPACES):
        inner = [child for child in definition if isinstance(child.tag, str)]
        target = inner[0] if inner else etree.SubElement(definition, f"{{{BPMN}}}timeDuration")
        target.text = timer


def _replace(node: etree._Element, tag: str, new: Sequence[etree._Element]) -> None:
    extensions = _extensions(node)
    old = extensions.findall(f"sw:{tag}", NAMESPACES)
    at = extensions.index(old[0]) if old else len(extensions)
    for one in old:
        _drop(one)
    for offset, one in enumerate(new):
        extensions.insert(at + offset, one)


def _single(node: etree._Element, tag: str) -> etree._Element:
    extensions = _extensions(node)
    found = extensions.find(f"sw:{tag}", NAMESPACES)
    if found is None:
        found = _element(tag)
        extensions.append(found)
    return found


def _extensions(node: etree._Element) -> etree._Element:
    found = node.find("bpmn:extensionElements", NAMESPACES)
    if found is None:
        found = etree.Element(f"{{{BPMN}}}extensionElements")
        node.insert(1 if len(node) and node[0].tag == _DOCUMENTATION else 0, found)
    return found


def _checklist(items: Sequence[ChecklistItem]) -> etree._Element:
    listed = _element("checklist")
    for item in items:
        listed.append(_element("item", key=item.key, zh=item.text.zh, en=item.text.en))
    return listed


def _evidence(item: EvidenceItem) -> etree._Element:
    found = _element("evidence", key=item.key, zh=item.text.zh, en=item.text.en)
    if item.is_required:
        found.set("required", "true")
    return found


def _form(fields: Sequence[FormField]) -> etree._Element:
    form = _element("form")
    for one in fields:
        field = _element("field", key=one.key, type=one.kind, zh=one.text.zh, en=one.text.en)
        if one.is_required:
            field.set("required", "true")
        for option in one.options:
            field.append(_element("option", key=option.key, zh=option.text.zh, en=option.text.en))
        form.append(field)
    return form


def _element(tag: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.Element(f"{{{SW}}}{tag}", nsmap={"sw": SW})
    made.text = text or None
    for key, value in attributes.items():
        made.set(key, value)
    return made


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)
