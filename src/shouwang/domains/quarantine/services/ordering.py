"""Orders: opening one with its term by rule, extending it, and ending it.

All functions here run inside a step of the case's procedure: the case is locked, and what they write stands
or falls with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from shouwang.domains.quarantine.models import EndReason, Order, OriginGroup, PersonGroup
from shouwang.domains.quarantine.queries.orders import latest_release_at
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

TERM_TABLE = "quarantine_term"
MIN_REASON_LENGTH = 4
MAX_REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class _Term:
    """A term as the rule gives it, and where it ends."""

    days: int
    until_at: datetime
    decision: rules.Decision


def open_order(ctx: procedures.TaskContext) -> dict[str, Any]:
    """Open the order of a case: term by rule from the day of arrival, the person contained at home.

    Facts: `origin_group`, `arrived_at` (ISO instant; without it the day `arrived_on`, without both the opening
    of the case), `person_group` (ARRIVAL unless given) and `last_exposure_at` for contacts.

    Returns:
        `until_at`, `release_check_at`, `care_until_at` (ISO instants) and `term_days`.

    Raises:
        Problem: the case is about no person, or the person is under another order.
    """
    case, facts = ctx.case, ctx.facts
    if case.person is None:
        raise Problem("quarantine.no_person", Text("这件事不涉及人", "This case is about no person"))
    now = clock.now()
    origin = _one_of(OriginGroup, facts.get("origin_group"), OriginGroup.OTHER_PROVINCE)
    group = _one_of(PersonGroup, facts.get("person_group"), PersonGroup.ARRIVAL)
    arrived_at = min(
        _instant(facts.get("arrived_at")) or _start_of(facts.get("arrived_on")) or case.opened_at, now
    )
    counted_from = min(_instant(facts.get("last_exposure_at")) or arrived_at, now)
    term = _term(origin, group, counted_from)
    _leave_what_is_over(case, ctx.actor)
    cases.enter_containment(case, cases.ContainmentKind.HOME, case.place, ctx.actor)
    order = Order.objects.create(
        case=case,
        person=case.person,
        place=case.place,
        place_path=case.place_path,
        origin_group=origin,
        person_group=group,
        arrived_at=arrived_at,
        from_at=now,
        until_at=term.until_at,
        release_check_at=_check_at(term.until_at),
        term_days=term.days,
        reason_zh=term.decision.reasons[0].zh,
        reason_en=term.decision.reasons[0].en,
        table_version=term.decision.version,
        legal_basis_key=term.decision.values["legal_basis"],
    )
    record("quarantine.order_opened", order, ctx.actor, days=term.days)
    return {**_instants(order), "term_days": term.days}


def extend_order(ctx: procedures.TaskContext) -> dict[str, Any]:
    """Extend the order of a case by the doctor's decision (`extra_days`, `reason`).

    The watch goes on until the new end, and the check for release comes again the day before it.

    Returns:
        the new `until_at`, `release_check_at` and `care_until_at`.

    Raises:
        Problem: days or reason are missing, too many, or too long; the doctor's step stays open.
    """
    days = _extra_days(ctx.facts.get("extra_days"))
    reason = _extension_reason(ctx.facts.get("reason"))
    order = locked_order(ctx.case)
    order.until_at += timedelta(days=days)
    order.release_check_at = _check_at(order.until_at)
    order.extended_days += days
    order.extension_reason = reason
    order.alarmed_at = None
    order.save(
        update_fields=["until_at", "release_check_at", "extended_days", "extension_reason", "alarmed_at"]
    )
    for step in cases.open_steps(ctx.case):
        if step.key == "watch":
            cases.move_due(step, latest_release_at(order), ctx.actor)
    record("quarantine.order_extended", order, ctx.actor, days=days, personal={"reason": reason})
    return _instants(order)


def end_order(
    order: Order, reason: EndReason, actor: journal.Actor, *, into: str = "", certificate: str = ""
) -> None:
    """End an order of a locked case and the containment at home; with `into`, enter another in its place."""
    order.ended_at = clock.now()
    order.end_reason = reason
    order.certificate_number = certificate
    order.save(update_fields=["ended_at", "end_reason", "certificate_number"])
    cases.leave_containment(order.case, actor, into=into)


def call_referral(ctx: procedures.TaskContext) -> dict[str, Any]:
    """Tell the case that its person is to be brought to the fever clinic; the watch at home stops."""
    order = locked_order(ctx.case)
    record("quarantine.referral_called", order, ctx.actor)
    ctx.send("referred")
    return {}


def refer(ctx: procedures.TaskContext) -> dict[str, Any]:
    """End the order because its person was brought to hospital, where they stay contained."""
    order = locked_order(ctx.case)
    end_order(order, EndReason.ISOLATED_AS_CASE, ctx.actor, into=cases.ContainmentKind.HOSPITAL)
    record("quarantine.referred", order, ctx.actor)
    return {}


def locked_order(case: cases.Case) -> Order:
    """Return the order of a locked case, fresh; raises Order.DoesNotExist before it was opened."""
    order = Order.objects.select_related("person", "place").get(pk=case.pk)
    order.case = case
    return order


def record(verb: str, order: Order, actor: journal.Actor, **more: Any) -> None:
    """Tell the journal what happened to an order, in the thread of its case, without names."""
    personal = more.pop("personal", None)
    journal.record(
        verb,
        actor,
        journal.Ref("case", order.pk),
        thread=f"case:{order.pk}",
        place_path=order.place_path,
        data=more,
        personal=personal,
    )


def _term(origin: str, group: str, counted_from: datetime) -> _Term:
    decision = rules.decide(TERM_TABLE, {"origin_group": origin, "person_group": group})
    days = int(decision.values["days"])
    first_day = clock.local(counted_from).date()
    return _Term(days, clock.at_local(first_day + timedelta(days=days), time.min), decision)


def _check_at(until_at: datetime) -> datetime:
    return until_at - timedelta(hours=rules.parameter("release_check_hours_before"))


def _instants(order: Order) -> dict[str, str]:
    return {
        "until_at": order.until_at.isoformat(),
        "release_check_at": order.release_check_at.isoformat(),
        "care_until_at": latest_release_at(order).isoformat(),
    }


def _leave_what_is_over(case: cases.Case, actor: journal.Actor) -> None:
    """End a containment that an earlier, closed case left (a stay in hospital): the person is at home now."""
    left = cases.Containment.objects.filter(
        person=case.person, until_at__isnull=True, case__state=cases.CaseState.CLOSED
    ).first()
    if left is not None:
        cases.leave_containment(cases.lock_case(left.case_id), actor)


def _one_of(kind: Any, value: object, otherwise: str) -> str:  # noqa: ANN401 a TextChoices class
    return str(value) if value in kind.values else otherwise


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None


def _start_of(day: object) -> datetime | None:
    return clock.at_local(date.fromisoformat(str(day)), time.min) if day else None


def _extra_days(value: object) -> int:
    most = rules.parameter("quarantine_extension_days_max")
    days = value if isinstance(value, int) else 0
    if 1 <= days <= most:
        return days
    raise Problem(
        "quarantine.extra_days",
        Text(f"延长几天要填 1 到 {most}", f"The days to add must be 1 to {most}"),
        field="extra_days",
    )


def _extension_reason(value: object) -> str:
    reason = " ".join(str(value or "").split())
    if MIN_REASON_LENGTH <= len(reason) <= MAX_REASON_LENGTH:
        return reason
    raise Problem(
        "quarantine.extension_reason",
        Text(
            f"写清楚为什么延长，{MIN_REASON_LENGTH} 到 {MAX_REASON_LENGTH} 个字",
            f"Say why the term is extended, in {MIN_REASON_LENGTH} to {MAX_REASON_LENGTH} characters",
        ),
        why=Text("本人会看到这句话", "The person will see this sentence"),
        field="reason",
    )
