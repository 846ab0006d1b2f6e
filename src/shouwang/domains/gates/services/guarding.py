"""What a guard does with a registered car: check it, measure again, refer, or drop a registration.

Each function is one transaction that locks the case, then the registration. Two guards at one car make one
check: the second waits, and then is told who checked it and what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from shouwang.domains.gates.models import (
    DECISION_WORDS,
    Decision,
    Occupant,
    Registration,
    RegistrationState,
)
from shouwang.domains.gates.services import contacts
from shouwang.domains.gates.services.refusing import Collected, Refused
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock, identity
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

VERIFY, MEASURE, RECHECK, REFER = "verify", "measure", "recheck", "refer"
SHORTEST_REASON, LONGEST_REASON = 2, 200


class Site(NamedTuple):
    """Where on the body a temperature is taken: the fields of an occupant that hold it and its time."""

    celsius: str
    at: str


FOREHEAD = Site("forehead_celsius", "measured_at")
ARMPIT = Site("axillary_celsius", "rechecked_at")


@dataclass(frozen=True)
class Checked:
    """A checked car; `is_mine` is false when another guard was faster."""

    registration: Registration
    is_mine: bool


def check(
    registration_pk: int, guard: Person, temperatures: Mapping[int, str], ticks: Sequence[str]
) -> Checked:
    """Check a waiting car: identities confirmed, temperatures taken, decided, and handed on where needed.

    Args:
        temperatures: forehead temperatures in °C as typed ("36.4"), by occupant key.
        ticks: keys of the checklist items of the procedure's step `verify` that were done.

    Raises:
        NotFoundOrNotYours: no such registration, or its checkpoint is not this guard's.
        Refused: a temperature or a tick is missing or impossible; each at "celsius.<occupant>" or "ticks".
        Problem: the registration was dropped.
    """
    with transaction.atomic():
        registration = _locked(registration_pk, guard)
        if registration.is_checked:
            return Checked(registration, is_mine=registration.checked_by_id == guard.pk)
        if not registration.is_waiting:
            raise dropped_already()
        step = _step_of(registration, VERIFY, MEASURE)
        occupants = list(registration.occupants.all())
        _put_celsius(occupants, FOREHEAD, temperatures, step, [*ticks, "each"])
        holding = _holding(guard, registration)
        registration.state = RegistrationState.CHECKED
        registration.checked_at = clock.now()
        registration.checked_by, registration.checked_post = guard, holding.post if holding else None
        registration.save(update_fields=["state", "checked_at", "checked_by", "checked_post"])
        if step.key == VERIFY:
            _complete(step, guard, ticks)
        _complete(_step_of(registration, MEASURE), guard, [*ticks, "each"])
        registration.refresh_from_db()
        _record("gates.checked", registration, guard)
    return Checked(registration, is_mine=True)


def recheck(
    registration_pk: int, guard: Person, temperatures: Mapping[int, str], ticks: Sequence[str]
) -> Registration:
    """Enter the armpit temperature of everybody who is held, after their rest, and decide again.

    Args:
        temperatures: armpit temperatures in °C as typed, by occupant key.
        ticks: keys of the checklist items of the procedure's step `recheck`.

    Raises:
        NotFoundOrNotYours: as `check`.
        Refused: a temperature or tick is missing or impossible, or the rest is not over.
        Problem: nobody of the car is to be measured again.
    """
    with transaction.atomic():
        registration = _locked(registration_pk, guard)
        held = list(waiting_for_recheck(registration))
        if not held:
            raise Problem(
                "recheck_none",
                Text("这辆车没有等着复测的人。", "Nobody of this car waits to be measured again."),
                do=Text("看查验结果。", "See the result of the check."),
            )
        step = _step_of(registration, RECHECK)
        _require_rest(held)
        _put_celsius(held, ARMPIT, temperatures, step, ticks)
        _complete(step, guard, ticks)
        registration.refresh_from_db()
        _record("gates.rechecked", registration, guard)
    return registration


def refer(registration_pk: int, by: Person, ticks: Sequence[str]) -> Registration:
    """Complete the report of a fever: doctor informed, vehicle called, the others handed to their community.

    Raises:
        NotFoundOrNotYours: as `check`, or the step belongs to another duty.
        Problem: there is no fever to report, or the checklist is not complete.
    """
    with transaction.atomic():
        registration = _locked(registration_pk, by)
        _complete(_step_of(registration, REFER), by, ticks)
        registration.refresh_from_db()
        _record("gates.referred", registration, by)
    return registration


def withdraw(registration_pk: int, guard: Person, reason: str) -> Registration:
    """Drop a waiting registration: the car did not come, or the plate was wrong.

    Raises:
        NotFoundOrNotYours: as `check`.
        Problem: no reason was written ("reason"), or the car was checked already.
    """
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Problem(
            "reason_missing",
            Text("写几个字：为什么作废。", "Say in a few words why it is dropped."),
            field="reason",
        )
    with transaction.atomic():
        registration = _locked(registration_pk, guard)
        if registration.is_checked:
            raise Problem(
                "checked_already",
                Text("这辆车已经查验过，不能作废。", "This car has been checked and cannot be dropped."),
                do=Text("看查验结果。", "See the result of the check."),
            )
        if registration.is_waiting:
            expire_locked(registration, journal.person(guard.pk), "gates.withdrawn")
    return registration


def expire_locked(registration: Registration, actor: journal.Actor, verb: str) -> None:
    """End a locked waiting registration and its case without a check."""
    registration.state = RegistrationState.EXPIRED
    contacts.forget_contact(registration)
    registration.save(update_fields=["state", "sealed_contact", "seal_key_id"])
    if registration.case_id is not None:
        procedures.send_message(registration.case_id, "withdrawn", actor)
    journal.record(
        verb,
        actor,
        journal.Ref("registration", str(registration.pk)),
        thread=f"case:{registration.case_id}",
        place_path=registration.checkpoint_path,
        data={"people": registration.people_count},
    )
    _touch(registration)


def waiting_for_recheck(registration: Registration) -> list[Occupant]:
    """Return who is held until an armpit temperature is taken, in the order of the form."""
    held = registration.occupants.filter(decision_key=Decision.HOLD, axillary_celsius__isnull=True)
    return list(held.select_related("person").order_by("order"))


def rest_until(occupants: Sequence[Occupant]) -> datetime | None:
    """Return when the last of the held has rested long enough to be measured again."""
    measured = [occupant.measured_at for occupant in occupants if occupant.measured_at]
    rest = timedelta(minutes=rules.parameter("recheck_rest_minutes"))
    return max(measured) + rest if measured else None


def dropped_already() -> Problem:
    """Return the problem of a registration that was dropped."""
    return Problem(
        "dropped",
        Text("这份登记已经作废。", "This registration has been dropped."),
        do=Text("请车上的人再扫码登记一次。", "Ask the people in the car to register again."),
    )


def require_reach(registration: Registration, person: Person) -> None:
    """Refuse whoever has no duty at the checkpoint; raises NotFoundOrNotYours."""
    if not duties.can(person, "gate.work", registration.checkpoint):
        raise NotFoundOrNotYours


def _locked(pk: int, guard: Person) -> Registration:
    """Lock case and registration, in this order, as the procedure's service tasks do."""
    found = Registration.objects.select_related("checkpoint").filter(pk=pk).first()
    if found is None or found.case_id is None:
        raise NotFoundOrNotYours
    require_reach(found, guard)
    return lock_registration(found)


def lock_registration(found: Registration) -> Registration:
    """Lock the case of a registration, then the registration, and return it fresh."""
    if found.case_id is not None:
        cases.lock_case(found.case_id)
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("checkpoint", "destination", "case")
        .get(pk=found.pk)
    )


def _put_celsius(
    occupants: Sequence[Occupant],
    site: Site,
    temperatures: Mapping[int, str],
    step: cases.Step,
    ticks: Sequence[str],
) -> None:
    """Store the temperatures of one site of the body and their time, or refuse with everything wrong."""
    found = Collected()
    now = clock.now()
    for occupant in occupants:
        try:
            typed = temperatures.get(occupant.pk, "")
            setattr(occupant, site.celsius, identity.check_celsius(typed, field=f"celsius.{occupant.pk}"))
            setattr(occupant, site.at, now)
        except Problem as problem:
            found.add(problem)
    _check_ticks(found, step, ticks)
    found.refuse()
    Occupant.objects.bulk_update(occupants, [site.celsius, site.at])


def _check_ticks(found: Collected, step: cases.Step, ticks: Sequence[str]) -> None:
    missing = [item.text for item in procedures.step_standard(step).checklist if item.key not in ticks]
    if missing:
        found.add(
            Problem(
                "ticks_missing",
                Text(
                    f"还差 {len(missing)} 项没勾：{'、'.join(text.zh for text in missing)}。",
                    f"{len(missing)} not ticked: {', '.join(text.en for text in missing)}.",
                ),
                field="ticks",
            )
        )


def _require_rest(held: Sequence[Occupant]) -> None:
    until = rest_until(held)
    if until is None or until <= clock.now():
        return
    minutes = -(-int((until - clock.now()).total_seconds()) // 60)
    raise Refused(
        [
            Problem(
                "rest_not_over",
                Text(
                    f"还要休息 {minutes} 分钟再量腋温。", f"Rest for another {minutes} min before measuring."
                ),
                why=Text("刚走动过，量出来会偏高。", "Measured at once after walking it reads too high."),
                field="rest",
            )
        ]
    )


def _step_of(registration: Registration, *keys: str) -> cases.Step:
    """Return the open step with one of these keys."""
    step = (
        cases.Step.objects.select_related("case", "place", "holder", "post")
        .filter(case=registration.case, key__in=keys, state=cases.StepState.OPEN)
        .first()
    )
    if step is None:
        raise Problem(
            "step_not_open",
            Text("这辆车现在没有这一步。", "There is no such step for this car now."),
            do=Text("看查验结果。", "See the result of the check."),
        )
    return step


def _complete(step: cases.Step, by: Person, ticks: Sequence[str]) -> None:
    if step.holder_id != by.pk:
        cases.take_over(step.pk, by)
    procedures.complete(step.pk, by, ticks=list(ticks))


def _holding(guard: Person, registration: Registration) -> duties.Holding | None:
    """Return the duty in which the guard checks: the one nearest to the checkpoint."""
    fitting = [
        holding
        for holding in duties.holdings_of(guard)
        if registration.checkpoint_path.startswith(holding.post.place_path)
    ]
    return max(fitting, key=lambda holding: len(holding.post.place_path), default=None)


def _record(verb: str, registration: Registration, by: Person) -> None:
    journal.record(
        verb,
        journal.person(by.pk),
        journal.Ref("registration", str(registration.pk)),
        thread=f"case:{registration.case_id}",
        place_path=registration.checkpoint_path,
        data={
            "people": registration.people_count,
            "decision": registration.decision_key,
            "decision_zh": DECISION_WORDS[registration.decision_key].zh,
            "decision_en": DECISION_WORDS[registration.decision_key].en,
        },
    )
    _touch(registration)


def _touch(registration: Registration) -> None:
    notices.touch(f"place:{registration.checkpoint.code}", f"case:{registration.case_id}", "board")
