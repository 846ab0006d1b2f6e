"""The linter on the way through a procedure: arrows, gateways, what is reached and what leads to an end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from lxml import etree

from shouwang.kernel.procedures.queries.profile import NAMESPACES
from shouwang.kernel.procedures.services.findings import Finding
from shouwang.kernel.procedures.services.nodes import (
    ACTIVITIES,
    GATEWAYS,
    arrows,
    at,
    event_kinds,
    flow_nodes,
    has_condition,
    scopes,
    tag_of,
)

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
FORKING = frozenset({"parallelGateway", "inclusiveGateway"})


class Way:
    """The arrows of one scope: a process or a sub-process."""

    def __init__(self, scope: etree._Element) -> None:
        self.scope = scope
        self.nodes = {node.get("id", ""): node for node in flow_nodes(scope)}
        self.present = {
            node.get("id", "") for node in scope
        }  # whatever they are: others say what is unsupported
        self.flows = arrows(scope)
        self.out: dict[str, list[etree._Element]] = defaultdict(list)
        self.into: dict[str, list[etree._Element]] = defaultdict(list)
        for flow in self.flows:
            self.out[flow.get("sourceRef", "")].append(flow)
            self.into[flow.get("targetRef", "")].append(flow)
        self.borders: dict[str, list[str]] = defaultdict(list)
        for key, node in self.nodes.items():
            if tag_of(node) == "boundaryEvent":
                self.borders[node.get("attachedToRef", "")].append(key)

    def of(self, tag: str) -> list[str]:
        """Return the ids of the elements with this tag."""
        return [key for key, node in self.nodes.items() if tag_of(node) == tag]

    def after(self, key: str) -> list[str]:
        """Return the elements that follow: along arrows, and events on the border."""
        return [*(flow.get("targetRef", "") for flow in self.out[key]), *self.borders[key]]

    def before(self, key: str) -> list[str]:
        """Return the elements from which an element is reached."""
        attached = self.nodes[key].get("attachedToRef") if key in self.nodes else None
        return [*(flow.get("sourceRef", "") for flow in self.into[key]), *([attached] if attached else [])]


def connections(process: etree._Element) -> Iterator[Finding]:
    """Yield loose arrows, wrong gateways, dead ends and what is never reached, in every scope."""
    for scope in scopes(process):
        way = Way(scope)
        yield from _starts(way)
        yield from _arrows(way)
        for key, node in way.nodes.items():
            yield from _ways(way, key, node)
            yield from _border(way, node)
        yield from _reached(way)
    yield from _silent_ends(Way(process))


def _starts(way: Way) -> Iterator[Finding]:
    starts = len(way.of("startEvent"))
    if starts != 1:
        yield at(way.scope, "starts", count=starts)
    if not way.of("endEvent"):
        yield at(way.scope, "no_end_event")


def _arrows(way: Way) -> Iterator[Finding]:
    for flow in way.flows:
        source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
        if source not in way.present or target not in way.present:
            yield at(flow, "loose_arrow")
        elif has_condition(flow) and source in way.nodes and tag_of(way.nodes[source]) not in CHOOSING:
            yield at(way.nodes[source], "condition_here")


def _ways(way: Way, key: str, node: etree._Element) -> Iterator[Finding]:
    tag, out = tag_of(node), way.out[key]
    if not way.into[key] and tag not in {"startEvent", "boundaryEvent"}:
        yield at(node, "no_way_in")
    if way.into[key] and tag in {"startEvent", "boundaryEvent"}:
        yield at(node, "way_in")
    if not out and tag != "endEvent":
        yield at(node, "no_way_out")
    if out and tag == "endEvent":
        yield at(node, "way_out")
    if len(out) > 1 and tag not in GATEWAYS:
        yield at(node, "ways_out", count=len(out))
    if tag in CHOOSING:
        yield from _default_way(node, out)
    if tag == "eventBasedGateway":
        yield from _event_gateway(way, node, out)


def _default_way(gateway: etree._Element, out: list[etree._Element]) -> Iterator[Finding]:
    bare = [flow.get("id") for flow in out if not has_condition(flow)]
    if (len(out) > 1 and bare != [gateway.get("default")]) or (len(out) == 1 and not bare):
        yield at(gateway, "default")


def _event_gateway(way: Way, gateway: etree._Element, out: list[etree._Element]) -> Iterator[Finding]:
    targets = [flow.get("targetRef", "") for flow in out]
    waits = [
        key
        for key in targets
        if key in way.nodes and tag_of(way.nodes[key]) == "intermediateCatchEvent" and len(way.into[key]) == 1
    ]
    if len(targets) < 2 or waits != targets:
        yield at(gateway, "event_gateway")


def _border(way: Way, node: etree._Element) -> Iterator[Finding]:
    tag, kinds = tag_of(node), event_kinds(node)
    if tag == "boundaryEvent":
        holder = way.nodes.get(node.get("attachedToRef", ""))
        if holder is None or tag_of(holder) not in ACTIVITIES:
            yield at(node, "attached")
        elif kinds[:1] in (["error"], ["escalation"]) and tag_of(holder) != "subProcess":
            yield at(node, "never_thrown", kind=kinds[0])
    elif kinds[:1] in (["error"], ["escalation"]) and not _is_caught(node, kinds[0]):
        yield at(node, "uncaught", kind=kinds[0])


def _is_caught(node: etree._Element, kind: str) -> bool:
    definition = node.find(f"bpmn:{kind}EventDefinition", NAMESPACES)
    thrown = definition.get(f"{kind}Ref") if definition is not None else None
    for above in node.iterancestors():
        outside = above.getparent()
        if tag_of(above) != "subProcess" or outside is None:
            continue
        borders = outside.iterfind(f"bpmn:boundaryEvent[@attachedToRef='{above.get('id')}']", NAMESPACES)
        for caught in (one.find(f"bpmn:{kind}EventDefinition", NAMESPACES) for one in borders):
            if caught is not None and caught.get(f"{kind}Ref") in {thrown, None}:
                return True
    return False


def _reached(way: Way) -> Iterator[Finding]:
    """Yield what no way from the start reaches and from where no way leads to an end, the first of each row."""
    from_start = _closure(way.of("startEvent"), way.after)
    to_end = _closure(way.of("endEvent"), way.before)
    for key, node in way.nodes.items():
        if key not in from_start and way.into[key]:
            yield at(node, "unreachable")
        if key in from_start and key not in to_end and way.out[key]:
            yield at(node, "no_end")


def _closure(begin: Iterable[str], follow: Callable[[str], Iterable[str]]) -> set[str]:
    found, waiting = set(begin), list(begin)
    while waiting:
        for key in follow(waiting.pop()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found


def _alone(way: Way) -> set[str]:
    """Return what is reached while no other branch runs: on ways from the start that fork nowhere."""

    def single(key: str) -> list[str]:
        node = way.nodes.get(key)
        if node is None or (tag_of(node) in FORKING and len(way.out[key]) > 1):
            return []
        borders = [way.nodes[border] for border in way.borders[key]]
        return [
            *(flow.get("targetRef", "") for flow in way.out[key]),
            *(one.get("id", "") for one in borders if one.get("cancelActivity") != "false"),
        ]

    return _closure(way.of("startEvent"), single) & way.nodes.keys()


def _silent_ends(way: Way) -> Iterator[Finding]:
    """Yield ends without an outcome that a case could close by: no other branch runs when they are reached."""
    alone = _alone(way)
    for key in way.of("endEvent"):
        node = way.nodes[key]
        closes = key in alone or event_kinds(node) == ["terminate"]
        if closes and node.find("bpmn:extensionElements/sw:outcome", NAMESPACES) is None:
            yield at(node, "silent_end")


def related(calls: Mapping[str, frozenset[str]], key: str) -> set[str]:
    """Return every procedure that runs in one case with `key`: those it calls, directly or not, and callers."""
    below = _closure([key], lambda one: calls.get(one, frozenset()))
    callers = {one for one in calls if key in _closure([one], lambda two: calls.get(two, frozenset()))}
    together = {
        one for caller in callers for one in _closure([caller], lambda two: calls.get(two, frozenset()))
    }
    return (below | callers | together) - {key}
