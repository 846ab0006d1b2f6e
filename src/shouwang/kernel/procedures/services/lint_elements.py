"""The linter on single elements: what they are, what events wait for, loops, and what is computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import zen
from lxml import etree

from shouwang.kernel.procedures.queries.profile import (
    NAMESPACES,
    TIMER_KINDS,
    parse_cycle,
    parse_duration,
    read_each,
    timer_text,
)
from shouwang.kernel.procedures.services.expressions import INSTANT
from shouwang.kernel.procedures.services.findings import FAULTS, Finding
from shouwang.kernel.procedures.services.nodes import (
    ACTIVITIES,
    FLOW_NODES,
    at,
    event_kinds,
    inner_text,
    tag_of,
)

PLAIN_ELEMENTS = frozenset(
    {
        "laneSet",
        "sequenceFlow",
        "extensionElements",
        "documentation",
        "incoming",
        "outgoing",
        "textAnnotation",
        "association",
        "group",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
    }
)
ALLOWED_EVENTS: dict[str, frozenset[str]] = {
    "startEvent": frozenset({""}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal"}),
    "intermediateThrowEvent": frozenset({"", "message", "signal", "escalation"}),
    "boundaryEvent": frozenset({"timer", "message", "signal", "error", "escalation"}),
    "endEvent": frozenset({"", "terminate", "message", "signal", "error", "escalation"}),
}
#: What an event names, and the attribute of that which must be filled in.
DECLARED = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
MAX_QUOTED = 60
MAX_EXPRESSION = 500

_ASSIGNMENT = re.compile(r"^\s*[A-Za-z_]\w*\s*=(?!=)\s*(.+)$")
FACT = re.compile(r"^[A-Za-z_]\w*$")

_READS: dict[str, Callable[[str], object]] = {
    "timeDate": INSTANT.match,
    "timeDuration": parse_duration,
    "timeCycle": parse_cycle,
}


def elements(process: etree._Element) -> Iterator[Finding]:
    """Yield every element outside the profile, and every event and loop that the engine would not run."""
    for node in process.iter(etree.Element):
        tag = tag_of(node)
        if tag_of(node.getparent()) not in {"process", "subProcess"} or tag in PLAIN_ELEMENTS:
            continue
        if tag not in FLOW_NODES:
            name = str(etree.QName(node).localname)
            yield at(
                node, f"unsupported_{tag}" if f"unsupported_{tag}" in FAULTS else "unsupported", tag=name
            )
        elif tag in ALLOWED_EVENTS:
            yield from _event(node, tag)
        elif tag in ACTIVITIES:
            yield from _activity(node)


def _event(node: etree._Element, tag: str) -> Iterator[Finding]:
    kinds = event_kinds(node)
    if len(kinds) > 1 or (kinds or [""])[0] not in ALLOWED_EVENTS[tag]:
        allowed = sorted(kind for kind in ALLOWED_EVENTS[tag] if kind)
        yield at(
            node,
            "start" if tag == "startEvent" else "event",
            kinds=", ".join(kinds) or "—",
            allowed=", ".join(allowed),
        )
        return
    kind = kinds[0] if kinds else ""
    (definition,) = node.findall(f"bpmn:{kind}EventDefinition", NAMESPACES) if kind else (node,)
    if kind == "timer":
        yield from _timer(node, tag, definition)
    elif kind in DECLARED:
        yield from _declared(node, kind, definition)
    if kind == "error" and node.get("cancelActivity") == "false":
        yield at(node, "error_interrupts")


def _timer(node: etree._Element, tag: str, timer: etree._Element) -> Iterator[Finding]:
    kind = next((one for one in TIMER_KINDS if timer.find(f"bpmn:{one}", NAMESPACES) is not None), "")
    text = timer_text(timer)
    if kind == "timeCycle" and not (tag == "boundaryEvent" and node.get("cancelActivity") == "false"):
        yield at(node, "cycle")
        return
    if not kind or not (FACT.match(text) or _READS[kind](text)):
        yield at(node, "timer", text=text[:MAX_QUOTED])


def _declared(node: etree._Element, kind: str, definition: etree._Element) -> Iterator[Finding]:
    reference, attribute = definition.get(f"{kind}Ref"), DECLARED[kind]
    root = node.getroottree().getroot()
    found = [
        one for one in root.iterfind(f"bpmn:{kind}", NAMESPACES) if reference and one.get("id") == reference
    ]
    if not found or not found[0].get(attribute):
        yield at(node, "undeclared", kind=kind, attribute=attribute)


def _activity(node: etree._Element) -> Iterator[Finding]:
    if node.get("triggeredByEvent") == "true":
        yield at(node, "event_sub_process")
    if node.get("isForCompensation") == "true":
        yield at(node, "compensation")
    for child in ("ioSpecification", "dataInputAssociation", "dataOutputAssociation"):
        if node.find(f"bpmn:{child}", NAMESPACES) is not None:
            yield at(node, "data", tag=child)
    if node.find("bpmn:standardLoopCharacteristics", NAMESPACES) is not None:
        yield at(node, "loop")
    each = node.find("bpmn:multiInstanceLoopCharacteristics", NAMESPACES)
    if each is not None:
        yield from _each(node, each)


def _each(node: etree._Element, loop: etree._Element) -> Iterator[Finding]:
    said = read_each(loop)
    others = ("loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem")
    if any(loop.find(f"bpmn:{other}", NAMESPACES) is not None for other in others) or not (
        FACT.match(said.list_fact) and FACT.match(said.item_fact)
    ):
        yield at(node, "each")
    elif said.result_fact and (
        not FACT.match(said.result_fact) or said.result_fact in {said.list_fact, said.item_fact}
    ):
        yield at(node, "each_result", result=said.result_fact)
    if said.until and not is_expression(said.until):
        yield at(node, "condition", text=said.until[:MAX_QUOTED])


def expressions(process: etree._Element) -> Iterator[Finding]:
    """Yield every script and condition that is not one safe expression a line."""
    for node in process.iterfind(".//bpmn:scriptTask", NAMESPACES):
        lines = [line.strip() for line in inner_text(node, "script").splitlines() if line.strip()]
        if not lines:
            yield at(node, "empty_script")
        for line in lines:
            match = _ASSIGNMENT.match(line)
            if not match or not is_expression(match[1]):
                yield at(node, "script", line=line[:MAX_QUOTED])
    for flow in process.iterfind(".//bpmn:sequenceFlow", NAMESPACES):
        if flow.find("bpmn:conditionExpression", NAMESPACES) is not None:
            text = inner_text(flow, "conditionExpression").strip()
            if not is_expression(text):
                yield at(flow, "condition", text=text[:MAX_QUOTED])


def is_expression(text: str) -> bool:
    """Tell whether a text is one zen expression of sensible length that goes through no endless range."""
    if not text or len(text) > MAX_EXPRESSION or (".." in text and "#" in text):
        return False
    try:
        zen.compile_expression(text)
    except Exception:  # the library raises plain exceptions for any fault of syntax
        return False
    return True
