"""The linter: what a BPMN file lacks, element by element, and how to mend it. A file with findings is not
published.

It asks for the four fixed things (四定): a duty (lane with a role), a process (connected, inside the
supported profile), a standard (checklist and form), and a time limit; that the file can be read as a picture
and in both languages; and that nothing in it could run as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from shouwang.kernel.procedures.queries.profile import (
    NAMESPACES,
    ChecklistItem,
    EvidenceItem,
    FormField,
    Profile,
    StepSpec,
    parse_xml,
    profile_of_process,
)
from shouwang.kernel.procedures.services.findings import Finding, finding
from shouwang.kernel.procedures.services.lint_elements import FACT, elements, expressions
from shouwang.kernel.procedures.services.lint_file import drawing, english, whole_file
from shouwang.kernel.procedures.services.lint_flow import connections, related
from shouwang.kernel.procedures.services.nodes import (
    ACTIVITIES,
    arrows,
    at,
    event_kinds,
    flow_nodes,
    scopes,
    tag_of,
)
from shouwang.util.problems import Problem
from shouwang.util.text import Text

FIELD_KINDS = frozenset({"boolean", "choice", "text", "integer", "decimal", "date"})


@dataclass(frozen=True)
class Known:
    """What the linter may rely on to exist: duties, service tasks, decision tables, other procedures.

    Of the procedures in force also which others each calls, and the ids of its activities.
    """

    roles: frozenset[str]
    services: frozenset[str]
    tables: frozenset[str]
    procedures: frozenset[str]
    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
    activities: Mapping[str, frozenset[str]] = field(default_factory=dict)


def lint(bpmn: str, known: Known) -> list[Finding]:
    """Return everything that keeps a file from being published; an empty list means that it may be.

    Raises nothing: a file that cannot be read yields one finding that says why.
    """
    try:
        root = parse_xml(bpmn)
    except Problem as problem:
        return [Finding("", "", problem.what, problem.do or Text("", ""))]
    processes = root.findall("bpmn:process", NAMESPACES)
    found = list(whole_file(root))
    if len(processes) != 1:
        found.append(finding("", "", "processes", count=len(processes)))
    for process in processes:
        found += _one_process(process, root, known)
    return list(dict.fromkeys(found))


def activity_ids(bpmn: str) -> frozenset[str]:
    """Return the ids of a file's steps, tasks, sub-processes and calls."""
    nodes = parse_xml(bpmn).iter(etree.Element)
    return frozenset(node.get("id", "") for node in nodes if tag_of(node) in ACTIVITIES)


def _one_process(process: etree._Element, root: etree._Element, known: Known) -> Iterator[Finding]:
    profile = profile_of_process(process, root)
    yield from _process(profile, process)
    yield from elements(process)
    for step in profile.steps.values():
        yield from _step(step, known)
    yield from _waits(profile, process, known)
    yield from _automatic(profile, process, known)
    yield from _ends(process)
    yield from _together(profile, process, known)
    yield from expressions(process)
    yield from connections(process)
    yield from english(process)
    yield from drawing(root, process)


def _process(profile: Profile, process: etree._Element) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Z][A-Z_]{1,39}", profile.key):
        yield at(process, "process_id")
    if process.get("isExecutable", "false") != "true":
        yield at(process, "not_executable")
    if not profile.name.zh or not profile.name.en:
        yield at(process, "names")
    if not profile.campaign:
        yield at(process, "campaign")
    if not re.fullmatch(r"[A-Z]{2}", profile.number_prefix):
        yield at(process, "prefix")
    if not profile.outcomes:
        yield at(process, "no_outcome")


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
    for form_field in step.form:
        yield from _field(step, form_field)


def _field(step: StepSpec, field: FormField) -> Iterator[Finding]:
    name = step.name.zh
    if field.kind not in FIELD_KINDS:
        known_kinds = ", ".join(sorted(FIELD_KINDS))
        yield finding(step.key, name, "field_kind", key=field.key, kind=field.kind, known=known_kinds)
    if not FACT.match(field.key):
        yield finding(step.key, name, "field_key", key=field.key)
    if field.kind == "choice" and not field.options:
        yield finding(step.key, name, "no_options", key=field.key)
    for option in field.options:
        if not option.key or not option.text.zh or not option.text.en:
            yield finding(step.key, name, "item", key=f"{field.key}.{option.key}")


def _waits(profile: Profile, process: etree._Element, known: Known) -> Iterator[Finding]:
    """Yield waits that nobody would answer for: an open case always has a step that somebody holds (I1)."""
    for scope in scopes(process):
        nodes = {node.get("id", ""): node for node in flow_nodes(scope)}
        flows = [(flow.get("sourceRef", ""), flow.get("targetRef", "")) for flow in arrows(scope)]
        gateways = {key for key, node in nodes.items() if tag_of(node) == "eventBasedGateway"}
        behind = {key: [target for source, target in flows if source == key] for key in gateways}
        for key in profile.waits.keys() & nodes.keys() - {one for group in behind.values() for one in group}:
            spec, waited_for = (
                profile.waits[key],
                [nodes[one] for one in behind.get(key, [key]) if one in nodes],
            )
            if not spec.role:
                yield at(nodes[key], "nobody")
            elif spec.role not in known.roles:
                yield at(nodes[key], "unknown_role", role=spec.role)
            if spec.limit is None and not any("timer" in event_kinds(one) for one in waited_for):
                yield at(nodes[key], "no_wait_limit")


def _automatic(profile: Profile, process: etree._Element, known: Known) -> Iterator[Finding]:
    nodes = {node.get("id"): node for node in process.iter(etree.Element) if tag_of(node)}
    for key, name in profile.services.items():
        if name not in known.services:
            yield at(nodes[key], "service", name=name)
    for key, (table, result) in profile.rules.items():
        if table not in known.tables or not FACT.match(result):
            yield at(nodes[key], "table", table=table)
    for key, called in profile.calls.items():
        if called not in known.procedures:
            yield at(nodes[key], "called", called=called)


def _ends(process: etree._Element) -> Iterator[Finding]:
    for scope in scopes(process)[1:]:
        for node in scope.iterfind("bpmn:endEvent", NAMESPACES):
            if node.find("bpmn:extensionElements/sw:outcome", NAMESPACES) is not None:
                yield at(node, "inner_outcome")


def _together(profile: Profile, process: etree._Element, known: Known) -> Iterator[Finding]:
    """Yield what would be mistaken for something else when procedures run in one case."""
    calls = {**known.calls, profile.key: frozenset(profile.calls.values())}
    nodes = {node.get("id", ""): node for node in process.iter(etree.Element) if tag_of(node) in ACTIVITIES}
    for key, called in profile.calls.items():
        if called == profile.key or profile.key in _reaches(calls, called):
            yield at(nodes[key], "recursive", called=called)
    for other in sorted(related(calls, profile.key)):
        for key in sorted(nodes.keys() & known.activities.get(other, frozenset())):
            yield at(nodes[key], "shared_id", other=other)


def _reaches(calls: Mapping[str, frozenset[str]], key: str) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for called in calls.get(waiting.pop(), frozenset()) - found:
            found.add(called)
            waiting.append(called)
    return found
