"""The linter: what a BPMN file lacks, element by element, and how to mend it. A file with findings is not
published.

It asks for the four fixed things (四定): a duty (lane with a role), a process (connected, inside the
supported
profile), a standard (checklist and form), and a time limit; and that nothing in the file could run as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import zen
from lxml import etree

from shouwang.kernel.procedures.queries.profile import (
    NAMESPACES,
    ChecklistItem,
    EvidenceItem,
    FormField,
    Profile,
    StepSpec,
    parse_duration,
    parse_xml,
    read_profile,
)
from shouwang.kernel.procedures.services.findings import Finding, finding
from shouwang.util.problems import Problem
from shouwang.util.text import Text

#: The supported profile (docs/procedures.md). Anything else in a process is refused by name.
FLOW_NODES = frozenset(
    {
        "startEvent",
        "endEvent",
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "exclusiveGateway",
        "parallelGateway",
        "intermediateCatchEvent",
        "boundaryEvent",
        "subProcess",
        "callActivity",
    }
)
PLAIN_ELEMENTS = frozenset(
    {"laneSet", "sequenceFlow", "extensionElements", "documentation", "incoming", "outgoing"}
)
SPLITTING = frozenset({"exclusiveGateway", "parallelGateway"})
TIMER, MESSAGE = "timerEventDefinition", "messageEventDefinition"
EVENTS: dict[str, list[list[str]]] = {
    "startEvent": [[]],
    "intermediateCatchEvent": [[TIMER], [MESSAGE]],
    "boundaryEvent": [[TIMER], [MESSAGE]],
    "endEvent": [[], ["terminateEventDefinition"]],
}
FIELD_KINDS = frozenset({"boolean", "choice", "text", "integer", "decimal", "date"})
MAX_QUOTED = 60

_BPMN_PREFIX = "{" + NAMESPACES["bpmn"] + "}"
_ASSIGNMENT = re.compile(r"^\s*[A-Za-z_]\w*\s*=(?!=)\s*(.+)$")
_FACT = re.compile(r"^[A-Za-z_]\w*$")


@dataclass(frozen=True)
class Known:
    """What the linter may rely on to exist: duties, service tasks, decision tables, other procedures."""

    roles: frozenset[str]
    services: frozenset[str]
    tables: frozenset[str]
    procedures: frozenset[str]


def lint(bpmn: str, known: Known) -> list[Finding]:
    """Return everything that keeps a file from being published; an empty list means that it may be.

    Raises nothing: a file that cannot be read yields one finding that says why.
    """
    try:
        root = parse_xml(bpmn)
        profile = read_profile(bpmn)
    except Problem as problem:
        return [Finding("", "", problem.what, problem.do or Text("", ""))]
    process = root.findall("bpmn:process", NAMESPACES)[0]
    return [
        *_process(profile, process),
        *_elements(process),
        *(fault for step in profile.steps.values() for fault in _step(step, known)),
        *_automatic(profile, process, known),
        *_expressions(process),
        *_connections(process),
    ]


def _process(profile: Profile, process: etree._Element) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Z][A-Z_]{1,39}", profile.key):
        yield _at(process, "process_id")
    if not profile.name.zh or not profile.name.en:
        yield _at(process, "names")
    if not profile.campaign:
        yield _at(process, "campaign")
    if not re.fullmatch(r"[A-Z]{2}", profile.number_prefix):
        yield _at(process, "prefix")
    if not profile.outcomes:
        yield _at(process, "no_outcome")
    starts = len(process.findall("bpmn:startEvent", NAMESPACES))
    if starts != 1:
        yield _at(process, "starts", count=starts)


def _elements(process: etree._Element) -> Iterator[Finding]:
    for node in process.iter(etree.Element):
        tag = _tag(node)
        if _tag(node.getparent()) not in {"process", "subProcess"} or tag in PLAIN_ELEMENTS:
            continue
        if tag not in FLOW_NODES:
            yield _at(node, "unsupported", tag=str(etree.QName(node).localname))
        elif tag in EVENTS:
            yield from _event(node, tag)


def _event(node: etree._Element, tag: str) -> Iterator[Finding]:
    kinds = [_tag(child) for child in node if _tag(child).endswith("EventDefinition")]
    if kinds not in EVENTS[tag]:
        yield _at(node, "event", kinds=", ".join(kinds) or "—")
    for timer in node.iterfind(f"bpmn:{TIMER}", NAMESPACES):
        text = "".join(map(str, timer.itertext())).strip()
        if timer.find("bpmn:timeCycle", NAMESPACES) is not None:
            yield _at(node, "cycle")
        elif parse_duration(text) is None and not _FACT.match(text):
            yield _at(node, "timer", text=text[:MAX_QUOTED])


def _step(step: StepSpec, known: Known) -> Iterator[Finding]:
    name = step.name.zh
    if not step.role:
        yield finding(step.key, name, "no_role")
    elif step.role not in known.roles:
        yield finding(step.key, name, "unknown_role", role=step.role)
    if step.limit is None:
        yield finding(step.key, name, "no_limit")
    if not step.checklist:
        yield finding(step.key, name, "no_checklist")
    if not step.has_form:
        yield finding(step.key, name, "no_form")
    if not step.name.zh or not step.name.en:
        yield finding(step.key, name, "names")
    items: list[ChecklistItem | EvidenceItem | FormField] = [*step.checklist, *step.evidence, *step.form]
    for item in items:
        if not item.key or not item.text.zh or not item.text.en:
            yield finding(step.key, name, "item", key=item.key)
    for field in step.form:
        if field.kind not in FIELD_KINDS:
            known_kinds = ", ".join(sorted(FIELD_KINDS))
            yield finding(step.key, name, "field_kind", key=field.key, kind=field.kind, known=known_kinds)
        if field.kind == "choice" and not field.options:
            yield finding(step.key, name, "no_options", key=field.key)


def _automatic(profile: Profile, process: etree._Element, known: Known) -> Iterator[Finding]:
    nodes = {node.get("id"): node for node in process.iter(etree.Element)}
    for key, name in profile.services.items():
        if name not in known.services:
            yield _at(nodes[key], "service", name=name)
    for key, (table, result) in profile.rules.items():
        if table not in known.tables or not _FACT.match(result):
            yield _at(nodes[key], "table", table=table)
    for key, called in profile.calls.items():
        if called not in known.procedures:
            yield _at(nodes[key], "called", called=called)


def _expressions(process: etree._Element) -> Iterator[Finding]:
    for node in process.iterfind(".//bpmn:scriptTask", NAMESPACES):
        lines = [line.strip() for line in _inner_text(node, "script").splitlines() if line.strip()]
        if not lines:
            yield _at(node, "empty_script")
        for line in lines:
            match = _ASSIGNMENT.match(line)
            if not match or not _is_expression(match[1]):
                yield _at(node, "script", line=line[:MAX_QUOTED])
    for flow in process.iterfind(".//bpmn:sequenceFlow", NAMESPACES):
        if flow.find("bpmn:conditionExpression", NAMESPACES) is not None and not _is_expression(
            _inner_text(flow, "conditionExpression").strip()
        ):
            yield _at(flow, "condition")


def _connections(process: etree._Element) -> Iterator[Finding]:
    flows = process.findall(".//bpmn:sequenceFlow", NAMESPACES)
    targets = {flow.get("targetRef") for flow in flows}
    for node in process.iter(etree.Element):
        tag = _tag(node)
        if tag not in FLOW_NODES:
            continue
        outgoing = [flow for flow in flows if flow.get("sourceRef") == node.get("id")]
        if node.get("id") not in targets and tag not in {"startEvent", "boundaryEvent"}:
            yield _at(node, "no_way_in")
        if not outgoing and tag != "endEvent":
            yield _at(node, "no_way_out")
        if len(outgoing) > 1 and tag not in SPLITTING:
            yield _at(node, "ways_out", count=len(outgoing))
        if len(outgoing) > 1 and tag == "exclusiveGateway":
            yield from _default_way(node, outgoing)


def _default_way(gateway: etree._Element, outgoing: list[etree._Element]) -> Iterator[Finding]:
    bare = [flow.get("id") for flow in outgoing if flow.find("bpmn:conditionExpression", NAMESPACES) is None]
    if bare != [gateway.get("default")]:
        yield _at(gateway, "default")


def _is_expression(text: str) -> bool:
    try:
        zen.compile_expression(text)
    except Exception:  # the library raises plain exceptions for any fault of syntax
        return False
    return bool(text)


def _inner_text(node: etree._Element, tag: str) -> str:
    return "".join("".join(map(str, found.itertext())) for found in node.iterfind(f"bpmn:{tag}", NAMESPACES))


def _tag(node: etree._Element | None) -> str:
    """Return the local name of a BPMN element; of anything else, nothing."""
    if node is None or not isinstance(node.tag, str) or not node.tag.startswith(_BPMN_PREFIX):
        return ""
    return node.tag.removeprefix(_BPMN_PREFIX)


def _at(node: etree._Element, fault: str, /, **values: object) -> Finding:
    return finding(node.get("id", ""), node.get("name", ""), fault, **values)
