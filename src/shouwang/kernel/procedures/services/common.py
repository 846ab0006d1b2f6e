"""Service tasks that every procedure may use: open another procedure, reckon a term, go on to the next day.

What they need stands in the file, as attributes of `sw:service` beside the name (docs/procedures.md).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures.queries.library import in_force, profile_of
from shouwang.kernel.procedures.services.beginning import start_for
from shouwang.kernel.procedures.services.registry import TaskContext
from shouwang.kernel.procedures.services.running import start
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text


def open_procedure(ctx: TaskContext) -> dict[str, Any]:
    """Service task `procedures.open`: open a case of another procedure at the same place.

    `procedure` is its key; `facts` names facts to pass on; `set` gives further ones ("name=WORD name=WORD").
    The person of the case goes along when the other procedure is about somebody, unless `person` is "none";
    where they have an open case of it, that one stands. Whoever did the step before hands over, and answers
    until it is accepted.

    Returns:
        `opened_case`, the number of the case.

    Raises:
        Problem: the procedure is not in force, or needs a person and the case is about none.
    """
    version = in_force(ctx.given["procedure"])
    spec = profile_of(version).start
    goes_along = spec is not None and spec.person and ctx.given.get("person") != "none"
    person = ctx.case.person if goes_along else None
    if person is None and spec is not None and spec.person == "required":
        raise _no_person(version.name)
    open_case = _open_case_of(ctx.case, version.key) if person else None
    if open_case is None:
        new = start_for(version.key, ctx.case.place, person, _facts_for(ctx), ctx.last_answer, ctx.case)
        open_case = start(version.key, new, ctx.actor)
    return {"opened_case": open_case.number}


def set_term(ctx: TaskContext) -> dict[str, Any]:
    """Service task `procedures.set_term`: put the end of a term into the fact named `fact`.

    `days` whole days (or the number in the fact named `days_fact`) after the day in the fact `from_fact` (an
    ISO date or instant; without it today), at midnight; the last day counts in full.
    """
    days = int(ctx.facts.get(ctx.given.get("days_fact", ""), 0) or ctx.given["days"])
    first = _day(ctx.facts.get(ctx.given.get("from_fact", "")))
    return {ctx.given["fact"]: clock.at_local(first + timedelta(days=days), time.min).isoformat()}


def next_day(ctx: TaskContext) -> dict[str, Any]:
    """Service task `procedures.next_day`: reckon when a daily step comes next.

    Returns:
        `next_at`, tomorrow at the local time `at` ("08:00"), and `is_over`, whether the term in the fact
        named `until` ends before that.
    """
    hour, _, minute = ctx.given["at"].partition(":")
    tomorrow = clock.today() + timedelta(days=1)
    next_at = clock.at_local(tomorrow, time(int(hour), int(minute)))
    until = datetime.fromisoformat(str(ctx.facts[ctx.given["until"]]))
    return {"next_at": next_at.isoformat(), "is_over": until <= next_at}


def contain(ctx: TaskContext) -> dict[str, Any]:
    """Service task `procedures.contain`: the person of the case is in `kind` (FACILITY, HOSPITAL) from now on.

    Whoever is contained by this case already changes from one kind into the other; a closed case's
    containment ends. A case about nobody in particular changes nothing.
    """
    if ctx.case.person_id is None:
        return {}
    kind = ctx.given["kind"]
    if cases.Containment.objects.filter(case=ctx.case, until_at__isnull=True).exists():
        cases.leave_containment(ctx.case, ctx.actor, into=kind)
        return {}
    _leave_closed(ctx)
    cases.enter_containment(ctx.case, kind, ctx.case.place, ctx.actor)
    return {}


def end_containment(ctx: TaskContext) -> dict[str, Any]:
    """Service task `procedures.end_containment`: the person of the case is free from now on."""
    cases.leave_containment(ctx.case, ctx.actor)
    return {}


def _leave_closed(ctx: TaskContext) -> None:
    left = cases.Containment.objects.filter(
        person=ctx.case.person, until_at__isnull=True, case__state=cases.CaseState.CLOSED
    ).first()
    if left is not None:
        cases.leave_containment(cases.lock_case(left.case_id), ctx.actor)


def _open_case_of(case: cases.Case, key: str) -> cases.Case | None:
    return cases.Case.objects.filter(
        person=case.person, procedure_key=key, state=cases.CaseState.OPEN
    ).first()


def _facts_for(ctx: TaskContext) -> dict[str, Any]:
    passed = {name: ctx.facts[name] for name in ctx.given.get("facts", "").split() if name in ctx.facts}
    pairs = (pair.partition("=") for pair in ctx.given.get("set", "").split())
    return {**passed, **{name: value for name, _, value in pairs}, "source": ctx.case.procedure_key}


def _day(value: object) -> date:
    if not value:
        return clock.today()
    found = datetime.fromisoformat(str(value))
    return clock.local(found).date() if found.tzinfo else found.date()


def _no_person(name: Text) -> Problem:
    return Problem(
        "procedure.open_needs_person",
        Text(
            f"这件事没有写明是谁，转不到“{name.zh}”",
            f"This case names nobody, and “{name.en}” needs a person",
        ),
        do=Text(
            f"从“流程”里直接开“{name.zh}”，写明本人", f"Start “{name.en}” from “Procedures” and name them"
        ),
    )
