"""What comes after each step of a file, in words: the ways on, and what to do when something else happens.

Reading only: nothing is executed, and an element that this module does not know is passed through, so that the
lists of a procedure stay complete when the supported profile grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree

from shouwang.kernel.procedures.queries.profile import NAMESPACES, parse_xml
from shouwang.util.text import Text

_BPMN = "{" + NAMESPACES["bpmn"] + "}"
_STEPS = frozenset({"userTask", "manualTask"})
_NOT_NODES = frozenset(
    {"sequenceFlow", "laneSet", "extensionElements", "documentation", "incoming", "outgoing"}
)
#: More ways on than this is a drawing that nobody could follow; it also bounds the work of reading one.
MAX_WAYS = 64


@dataclass(frozen=True)
class Way:
    """One way on from a step: the words of the branches, waits and opened procedures passed, and its end.

    `kind` is "step", "call" (another procedure, `key` names it), or "end" (`key` is the outcome, empty where
    only this branch ends).
    """

    words: tuple[Text, ...]
    kind: str
    key: str
    name: Text


@dataclass(frozen=True)
class WhatIf:
    """Something that may happen while a step is open: an event on its border or on that of its sub-process."""

    name: Text
    is_interrupting: bool
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class StepFlow:
    """What follows one step."""

    ways: tuple[Way, ...]
    what_ifs: tuple[WhatIf, ...]


@dataclass(frozen=True)
class Flow:
    """The steps of a file in the order in which work reaches them, what begins it, and what follows each."""

    start: Text
    order: tuple[str, ...]
    steps: dict[str, StepFlow]


@lru_cache(maxsize=256)
def read_flow(bpmn: str) -> Flow:
    """Read what follows what.

    Raises:
        Problem: the file is not XML that can be read safely.
    """
    graph = _Graph(parse_xml(bpmn))
    order = graph.order()
    keys = tuple(key for key in order if graph.tag(key) in _STEPS)
    start = next((graph.name(key) for key in order if graph.tag(key) == "startEvent"), Text("", ""))
    return Flow(start, keys, {key: StepFlow(graph.ways(key), graph.what_ifs(key)) for key in keys})


class _Graph:
    """The nodes and sequence flows of the processes in a file."""

    def __init__(self, root: etree._Element) -> None:
        self.nodes: dict[str, etree._Element] = {}
        self.flows: dict[str, list[etree._Element]] = {}
        self.borders: dict[str, list[str]] = {}
        for process in root.findall("bpmn:process", NAMESPACES):
            for node in process.iter(etree.Element):
                self._add(node)

    def _add(self, node: etree._Element) -> None:
        tag, key = _tag(node), node.get("id", "")
        if tag == "sequenceFlow":
            self.flows.setdefault(node.get("sourceRef", ""), []).append(node)
        elif tag and tag not in _NOT_NODES and _tag(node.getparent()) in {"process", "subProcess"}:
            self.nodes[key] = node
            if tag == "boundaryEvent":
                self.borders.setdefault(node.get("attachedToRef", ""), []).append(key)

    def tag(self, key: str) -> str:
        """Return the local name of a node."""
        return _tag(self.nodes[key])

    def name(self, key: str) -> Text:
        """Return the name of a node in both languages."""
        return _name(self.nodes[key])

    def order(self) -> list[str]:
        """Return all nodes: from the starts along the arrows, each border event after what it stands on."""
        inner = {key for key in self.nodes if self._house(key)}
        waiting = [key for key in self.nodes if self.tag(key) == "startEvent" and key not in inner]
        found: dict[str, None] = {}
        while waiting:
            key = waiting.pop(0)
            if key in found or key not in self.nodes:
                continue
            found[key] = None
            targets = [flow.get("targetRef", "") for flow in self.flows.get(key, [])]
            waiting = [*self._inner_starts(key), *targets, *self.borders.get(key, []), *waiting]
        return [*found, *(key for key in self.nodes if key not in found)]

    def ways(self, key: str, words: tuple[Text, ...] = ()) -> tuple[Way, ...]:
        """Return the ways on from a node, each place once."""
        return tuple(dict.fromkeys(islice(self._ways(key, words, frozenset({key})), MAX_WAYS)))

    def what_ifs(self, key: str) -> tuple[WhatIf, ...]:
        """Return the events on the border of a step and of the sub-processes around it."""
        around, found = key, []
        while around:
            for border in self.borders.get(around, []):
                is_interrupting = self.nodes[border].get("cancelActivity", "true") != "false"
                found.append(WhatIf(self.name(border), is_interrupting, self.ways(border)))
            around = self._house(around)
        return tuple(found)

    def _ways(self, key: str, words: tuple[Text, ...], seen: frozenset[str]) -> Iterator[Way]:
        for flow in self.flows.get(key, []):
            target = flow.get("targetRef", "")
            if target in self.nodes and target not in seen:
                branch = _name(flow)
                yield from self._arrive(target, (*words, branch) if branch.zh else words, seen | {target})

    def _arrive(self, key: str, words: tuple[Text, ...], seen: frozenset[str]) -> Iterator[Way]:
        tag = self.tag(key)
        if tag in _STEPS:
            yield Way(words, "step", key, self.name(key))
        elif tag == "callActivity":
            yield Way(words, "call", self.nodes[key].get("calledElement", ""), self.name(key))
        elif tag == "endEvent":
            yield from self._end(key, words, seen)
        elif tag == "subProcess":
            for start in self._inner_starts(key):
                yield from self._ways(start, words, seen)
        else:
            yield from self._ways(key, (*words, self.name(key)) if self._is_told(key) else words, seen)

    def _is_told(self, key: str) -> bool:
        """Whether people should know of what is passed: a wait, or a service that opens another procedure."""
        service = self.nodes[key].find("bpmn:extensionElements/sw:service", NAMESPACES)
        opens = service is not None and bool(service.get("procedure"))
        return opens or self.tag(key) == "intermediateCatchEvent"

    def _end(self, key: str, words: tuple[Text, ...], seen: frozenset[str]) -> Iterator[Way]:
        """An end closes the case, or its branch; where it ends a sub-process, the way on from that."""
        outcome = self.nodes[key].find("bpmn:extensionElements/sw:outcome", NAMESPACES)
        house = self._house(key)
        if outcome is None and house and self.flows.get(house) and key in self._main_ends(house):
            yield from self._ways(house, words, seen | {house})
        else:
            yield Way(words, "end", "" if outcome is None else outcome.get("key", ""), self.name(key))

    def _main_ends(self, house: str) -> set[str]:
        """Return the ends of a sub-process that its start leads to, not only something that happens in it."""
        waiting, found = self._inner_starts(house), set[str]()
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += [flow.get("targetRef", "") for flow in self.flows.get(key, [])]
        return {key for key in found if key in self.nodes and self.tag(key) == "endEvent"}

    def _inner_starts(self, key: str) -> list[str]:
        if self.tag(key) != "subProcess":
            return []
        return [node.get("id", "") for node in self.nodes[key].iterfind("bpmn:startEvent", NAMESPACES)]

    def _house(self, key: str) -> str:
        """Return the sub-process that a node stands in, or nothing."""
        parent = self.nodes[key].getparent()
        return parent.get("id", "") if parent is not None and _tag(parent) == "subProcess" else ""


def _tag(node: etree._Element | None) -> str:
    if node is None or not isinstance(node.tag, str) or not node.tag.startswith(_BPMN):
        return ""
    return node.tag.removeprefix(_BPMN)


def _name(node: etree._Element) -> Text:
    english = node.find("bpmn:extensionElements/sw:name[@lang='en']", NAMESPACES)
    chinese = node.get("name", "")
    return Text(chinese, (english.text or "").strip() if english is not None else chinese)
