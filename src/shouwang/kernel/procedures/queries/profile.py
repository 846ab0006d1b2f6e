"""What a BPMN file of ours says, read into plain values: lanes, steps with their four fixed things, ends.

Reading never executes anything and never follows an entity or an address. Whether the file may be used is
for the linter to say (`services.linter`); this module reads even a wrong file as far as it goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from lxml import etree

from shouwang.util.problems import Problem
from shouwang.util.text import Text

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SW = "urn:shouwang:bpmn:1"
NAMESPACES = {"bpmn": BPMN, "sw": SW}

#: A procedure drawn by hand is tens of kilobytes; ten times that is surely not one (upload guard).
MAX_BYTES = 2_000_000

_DURATION = re.compile(
    r"^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$"
)
_CYCLE = re.compile(r"^R(\d{0,4})/(?:(\d{4}-\d\d-\d\dT[^/]+)/)?(P[^/]+)$")


@dataclass(frozen=True)
class ChecklistItem:
    """One thing of the standard that the holder ticks."""

    key: str
    text: Text


@dataclass(frozen=True)
class EvidenceItem:
    """One proof that the standard asks for."""

    key: str
    text: Text
    is_required: bool


@dataclass(frozen=True)
class Option:
    """One answer of a choice field."""

    key: str
    text: Text


@dataclass(frozen=True)
class FormField:
    """One thing to fill in: `kind` is boolean, choice, text, integer, decimal, date or celsius."""

    key: str
    kind: str
    text: Text
    is_required: bool
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Cadence:
    """Readings due while the step is open: local time windows each day, until the fact named `term_fact`."""

    reading: str
    windows: tuple[tuple[str, str], ...]
    term_fact: str


@dataclass(frozen=True)
class Report:
    """A message event on the border of a step that the step's holder may raise by hand (`sw:report`)."""

    step: str
    message: str
    text: Text


@dataclass(frozen=True)
class StepSpec:
    """A user or manual task: who (role), what (name), to which standard (checklist, evidence, form), by when.

    `has_form` tells a step that says it needs nothing filled in (an empty form) from one that says nothing.
    `until_fact` names the fact that gives the due instant where the limit does not. `reports` are events that
    its holder may raise while it is open. An event that is waited for (`is_wait`) is a step without anything
    to do: somebody answers while the case waits, and it ends by itself.
    """

    key: str
    name: Text
    role: str
    limit: timedelta | None
    checklist: tuple[ChecklistItem, ...]
    evidence: tuple[EvidenceItem, ...]
    form: tuple[FormField, ...]
    has_form: bool
    cadence: Cadence | None
    until_fact: str
    reports: tuple[Report, ...] = ()
    is_wait: bool = False


@dataclass(frozen=True)
class StartSpec:
    """How a case begins by hand (`sw:start` and `sw:form` of the start event).

    `place_kinds` are the kinds of place that a case may be about; without them nobody starts it by hand: it
    is called, or begins on a page of its domain. `roles` may start it, the lane's first. `person` says
    whether a case is about somebody: "" (never), "optional" or "required". `is_starters`: the first step is
    done by whoever starts it, whatever their duty (`sw:start first="starter"`).
    """

    key: str
    name: Text
    role: str
    roles: tuple[str, ...]
    place_kinds: tuple[str, ...]
    person: str
    is_starters: bool
    form: tuple[FormField, ...]

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody on duty can start it from the desk."""
        return bool(self.place_kinds)


@dataclass(frozen=True)
class End:
    """An end event; `outcome` is empty for an end that only finishes a branch."""

    key: str
    outcome: str
    text: Text
    is_terminating: bool


@dataclass(frozen=True)
class Profile:
    """One process of a file."""

    key: str
    name: Text
    campaign: str
    number_prefix: str
    steps: dict[str, StepSpec]
    ends: dict[str, End]
    services: dict[str, str]
    rules: dict[str, tuple[str, str]]
    calls: dict[str, str]
    messages: frozenset[str]
    lanes: dict[str, Text] = field(default_factory=dict)
    start: StartSpec | None = None
    given: dict[str, dict[str, str]] = field(default_factory=dict)
    waits: dict[str, StepSpec] = field(default_factory=dict)

    @property
    def opens(self) -> dict[str, str]:
        """The procedures that service tasks open (`procedures.open`), by element id."""
        return {key: values["procedure"] for key, values in self.given.items() if "procedure" in values}

    @property
    def outcomes(self) -> list[str]:
        """The outcomes by which a case may close (I5), in the order of the file."""
        return list(dict.fromkeys(end.outcome for end in self.ends.values() if end.outcome))


def parse_xml(bpmn: str | bytes) -> etree._Element:
    """Read XML without entities, DTDs or network.

    Raises:
        Problem: the text is too large, is not XML, or carries a document type declaration.
    """
    raw = bpmn.encode() if isinstance(bpmn, str) else bpmn
    if len(raw) > MAX_BYTES:
        raise Problem(
            "procedure.too_large",
            Text(
                f"文件有 {len(raw) // 1000} KB，太大",
                f"The file has {len(raw) // 1000} KB, which is too large",
            ),
            do=Text(
                "一个流程一个文件，去掉嵌入的图片", "Keep one procedure per file, without embedded pictures"
            ),
        )
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Problem(
            "procedure.has_doctype",
            Text("文件带有文档类型声明", "The file carries a document type declaration"),
            do=Text("删去 <!DOCTYPE …> 一段", "Remove the <!DOCTYPE …> part"),
        )
    # the text is ours by now, whatever encoding its first line once named
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(error) from None


def _unreadable(error: etree.XMLSyntaxError) -> Problem:
    if "depth" in (error.msg or ""):
        return Problem(
            "procedure.too_deep",
            Text("元素一层套一层，太深了", "Its elements are nested too deeply"),
            do=Text("用 BPMN 画图工具重新画", "Draw it again in a BPMN editor"),
        )
    return Problem(
        "procedure.not_xml",
        Text(f"不是完好的 XML：第 {error.lineno} 行", f"Not well-formed XML: line {error.lineno}"),
        do=Text("用 BPMN 画图工具重新导出", "Export it again from a BPMN editor"),
    )


def parse_duration(text: str | None) -> timedelta | None:
    """Read an ISO 8601 duration of weeks, days, hours, minutes and seconds; None if it is none or is zero."""
    match = _DURATION.match((text or "").strip())
    if not match:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds) or None


@dataclass(frozen=True)
class Cycle:
    """A timer that fires every so often: `times` in all (None: until its step ends), first at `begins_at`."""

    times: int | None
    begins_at: datetime | None
    every: timedelta


def parse_cycle(text: str | None) -> Cycle | None:
    """Read an ISO 8601 cycle such as R3/PT1H, R/P1D or R14/2020-03-19T08:00:00+08:00/P1D; None if it is none."""
    match = _CYCLE.match((text or "").strip())
    if not match:
        return None
    times, begins, every = match.groups()
    duration = parse_duration(every)
    if duration is None or times == "0":
        return None
    try:
        begins_at = datetime.fromisoformat(begins) if begins else None
    except ValueError:
        return None
    if begins_at is not None and begins_at.tzinfo is None:
        return None
    return Cycle(int(times) if times else None, begins_at, duration)


TIMER_KINDS = ("timeDate", "timeDuration", "timeCycle")


def timer_text(event: etree._Element) -> str:
    """Return what a timer event definition says: an instant, a duration, a cycle, or the name of a fact."""
    for kind in TIMER_KINDS:
        found = event.find(f"bpmn:{kind}", NAMESPACES)
        if found is not None:
            return "".join(map(str, found.itertext())).strip()
    return ""


@dataclass(frozen=True)
class Each:
    """A step for each item of a list (`sw:each`): the facts that hold the list, the item and the results.

    `until` is an expression that ends the loop early (`completionCondition`), or empty.
    """

    list_fact: str
    item_fact: str
    result_fact: str
    is_sequential: bool
    until: str


def read_each(loop: etree._Element) -> Each:
    """Read `sw:each` from multi-instance loop characteristics; what is not said stays empty."""
    return Each(
        list_fact=_extension_attribute(loop, "each", "list"),
        item_fact=_extension_attribute(loop, "each", "item"),
        result_fact=_extension_attribute(loop, "each", "result"),
        is_sequential=loop.get("isSequential") == "true",
        until=(loop.findtext("bpmn:completionCondition", "", NAMESPACES) or "").strip(),
    )


@lru_cache(maxsize=256)
def read_profile(bpmn: str) -> Profile:
    """Read the one process of a file.

    Raises:
        Problem: the file is not XML that can be read safely, or holds no process or several.
    """
    root = parse_xml(bpmn)
    processes = root.findall("bpmn:process", NAMESPACES)
    if len(processes) != 1:
        raise Problem(
            "procedure.one_process",
            Text(f"文件里有 {len(processes)} 个流程", f"The file holds {len(processes)} processes"),
            do=Text("一个文件只放一个流程", "Put exactly one process into a file"),
        )
    return profile_of_process(processes[0], root)


def profile_of_process(process: etree._Element, root: etree._Element) -> Profile:
    """Return what one process of a file says."""
    roles, lane_names = _lanes(process)
    reports = _reports(process, root)
    return Profile(
        key=process.get("id", ""),
        name=_name(process),
        campaign=_extension_text(process, "campaign"),
        number_prefix=_extension_text(process, "prefix"),
        steps={
            key: _step(node, roles.get(key, ""), tuple(one for one in reports if one.step == key))
            for key, node in _nodes(process, "userTask", "manualTask")
        },
        ends={key: _end(node) for key, node in _nodes(process, "endEvent")},
        services={
            key: _extension_attribute(node, "service", "name") for key, node in _nodes(process, "serviceTask")
        },
        rules={
            key: (_extension_attribute(node, "rules", "table"), _extension_attribute(node, "rules", "result"))
            for key, node in _nodes(process, "businessRuleTask")
        },
        calls={key: node.get("calledElement", "") for key, node in _nodes(process, "callActivity")},
        messages=frozenset(node.get("name", "") for node in root.iterfind("bpmn:message", NAMESPACES)),
        lanes=lane_names,
        start=_start(process, roles),
        given={key: _given(node) for key, node in _nodes(process, "serviceTask")},
        waits={
            key: replace(_step(node, roles.get(key, ""), ()), has_form=True, is_wait=True)
            for key, node in _nodes(process, "intermediateCatchEvent", "eventBasedGateway")
        },
    )


def _start(process: etree._Element, roles: dict[str, str]) -> StartSpec | None:
    node = process.find("bpmn:startEvent", NAMESPACES)
    if node is None:
        return None
    role = roles.get(node.get("id", ""), "")
    more = _extension_attribute(node, "start", "roles").split()
    return StartSpec(
        key=node.get("id", ""),
        name=_name(node),
        role=role,
        roles=tuple(dict.fromkeys([role, *more])),
        place_kinds=tuple(_extension_attribute(node, "start", "places").split()),
        person=_extension_attribute(node, "start", "person"),
        is_starters=_extension_attribute(node, "start", "first") == "starter",
        form=_form(node),
    )


def _given(node: etree._Element) -> dict[str, str]:
    """Return what the file gives a service besides its name: the other attributes of `sw:service`."""
    service = node.find("bpmn:extensionElements/sw:service", NAMESPACES)
    values = {} if service is None else {str(key): str(value) for key, value in service.attrib.items()}
    values.pop("name", None)
    return values


def _reports(process: etree._Element, root: etree._Element) -> list[Report]:
    messages = {node.get("id"): node.get("name", "") for node in root.iterfind("bpmn:message", NAMESPACES)}
    found = []
    for _key, node in _nodes(process, "boundaryEvent"):
        text = node.find("bpmn:extensionElements/sw:report", NAMESPACES)
        event = node.find("bpmn:messageEventDefinition", NAMESPACES)
        if text is not None and event is not None:
            message = messages.get(event.get("messageRef"), "")
            found.append(Report(node.get("attachedToRef", ""), message, _text(text)))
    return found


def _nodes(process: etree._Element, *tags: str) -> list[tuple[str, etree._Element]]:
    return [
        (node.get("id", ""), node) for tag in tags for node in process.iterfind(f".//bpmn:{tag}", NAMESPACES)
    ]


def _lanes(process: etree._Element) -> tuple[dict[str, str], dict[str, Text]]:
    """Return the role of each element, and the lanes' names by role.

    A lane without a role takes that of the lane it lies in; elements of a sub-process that lie in no lane of
    their own take the role of the sub-process.
    """
    role_of: dict[str, str] = {}
    names: dict[str, Text] = {}
    for lane in process.iterfind(".//bpmn:lane", NAMESPACES):
        role = _extension_attribute(lane, "role", "key")
        names.setdefault(role, _name(lane))
        for reference in lane.iterfind("bpmn:flowNodeRef", NAMESPACES):
            if role or (reference.text or "").strip() not in role_of:
                role_of[(reference.text or "").strip()] = role
    for inner in process.iterfind(".//bpmn:subProcess", NAMESPACES):  # outer ones come first
        for node in inner:
            role_of.setdefault(node.get("id", ""), role_of.get(inner.get("id", ""), ""))
    return role_of, names


def _step(node: etree._Element, role: str, reports: tuple[Report, ...]) -> StepSpec:
    cadence = node.find("bpmn:extensionElements/sw:cadence", NAMESPACES)
    return StepSpec(
        key=node.get("id", ""),
        name=_name(node),
        role=role,
        limit=parse_duration(_extension_text(node, "limit")),
        checklist=tuple(
            ChecklistItem(item.get("key", ""), _text(item))
            for item in node.iterfind("bpmn:extensionElements/sw:checklist/sw:item", NAMESPACES)
        ),
        evidence=tuple(
            EvidenceItem(item.get("key", ""), _text(item), item.get("required") == "true")
            for item in node.iterfind("bpmn:extensionElements/sw:evidence", NAMESPACES)
        ),
        form=_form(node),
        has_form=node.find("bpmn:extensionElements/sw:form", NAMESPACES) is not None,
        cadence=None if cadence is None else _cadence(cadence),
        until_fact=_extension_attribute(node, "until", "fact"),
        reports=reports,
    )


def _form(node: etree._Element) -> tuple[FormField, ...]:
    return tuple(
        _field(item) for item in node.iterfind("bpmn:extensionElements/sw:form/sw:field", NAMESPACES)
    )


def _field(node: etree._Element) -> FormField:
    options = tuple(Option(o.get("key", ""), _text(o)) for o in node.iterfind("sw:option", NAMESPACES))
    return FormField(
        node.get("key", ""), node.get("type", ""), _text(node), node.get("required") == "true", options
    )


def _cadence(node: etree._Element) -> Cadence:
    windows = tuple(
        (start, end)
        for start, _, end in (window.partition("-") for window in node.get("windows", "").split())
    )
    return Cadence(node.get("reading", ""), windows, node.get("term_fact", ""))


def _end(node: etree._Element) -> End:
    outcome = node.find("bpmn:extensionElements/sw:outcome", NAMESPACES)
    return End(
        key=node.get("id", ""),
        outcome="" if outcome is None else outcome.get("key", ""),
        text=_name(node) if outcome is None else _text(outcome),
        is_terminating=node.find("bpmn:terminateEventDefinition", NAMESPACES) is not None,
    )


def _name(node: etree._Element) -> Text:
    english = node.find("bpmn:extensionElements/sw:name[@lang='en']", NAMESPACES)
    return Text(node.get("name", ""), "" if english is None else (english.text or "").strip())


def _text(node: etree._Element) -> Text:
    return Text(node.get("zh", ""), node.get("en", ""))


def _extension_text(node: etree._Element, tag: str) -> str:
    found = node.find(f"bpmn:extensionElements/sw:{tag}", NAMESPACES)
    return "" if found is None else (found.text or "").strip()


def _extension_attribute(node: etree._Element, tag: str, attribute: str) -> str:
    found = node.find(f"bpmn:extensionElements/sw:{tag}", NAMESPACES)
    return "" if found is None else found.get(attribute, "")
