"""What the linter sees when it looks at an element: its kind, its scope, its arrows."""

from __future__ import annotations

from lxml import etree

from shouwang.kernel.procedures.queries.profile import NAMESPACES
from shouwang.kernel.procedures.services.findings import Finding, finding

#: The supported profile (docs/procedures.md). Anything else in a process is refused by name.
STEPS = frozenset({"userTask", "manualTask"})
ACTIVITIES = STEPS | {"serviceTask", "businessRuleTask", "scriptTask", "subProcess", "callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS

_BPMN_PREFIX = "{" + NAMESPACES["bpmn"] + "}"


def tag_of(node: etree._Element | None) -> str:
    """Return the local name of a BPMN element; of anything else, nothing."""
    if node is None or not isinstance(node.tag, str) or not node.tag.startswith(_BPMN_PREFIX):
        return ""
    return node.tag.removeprefix(_BPMN_PREFIX)


def at(node: etree._Element, fault: str, /, **values: object) -> Finding:
    """Return a finding about an element."""
    return finding(node.get("id", ""), node.get("name", ""), fault, **values)


def scopes(process: etree._Element) -> list[etree._Element]:
    """Return the process and its sub-processes: arrows never cross from one into another."""
    return [process, *process.iterfind(".//bpmn:subProcess", NAMESPACES)]


def flow_nodes(scope: etree._Element) -> list[etree._Element]:
    """Return the flow elements directly in a scope."""
    return [node for node in scope if tag_of(node) in FLOW_NODES]


def arrows(scope: etree._Element) -> list[etree._Element]:
    """Return the sequence flows directly in a scope."""
    return scope.findall("bpmn:sequenceFlow", NAMESPACES)


def event_kinds(node: etree._Element) -> list[str]:
    """Return what an event waits for or throws: "timer", "message" …; empty for a plain event."""
    suffix = "EventDefinition"
    return [tag_of(child).removesuffix(suffix) for child in node if tag_of(child).endswith(suffix)]


def has_condition(flow: etree._Element) -> bool:
    """Tell whether an arrow carries a condition."""
    return flow.find("bpmn:conditionExpression", NAMESPACES) is not None


def inner_text(node: etree._Element, tag: str) -> str:
    """Return the text of the direct children with this tag."""
    return "".join("".join(map(str, found.itertext())) for found in node.iterfind(f"bpmn:{tag}", NAMESPACES))
