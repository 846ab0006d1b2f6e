"""Recording temperatures, and asking for help: by the resident, the family, the team or a doctor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from shouwang.domains.quarantine.models import MissedReading, Order, Reading, Via
from shouwang.domains.quarantine.queries.readiness import FEVER_STEPS
from shouwang.domains.quarantine.queries.readings import window_hours
from shouwang.domains.quarantine.queries.windows import Slot, slot_at, slots_of
from shouwang.domains.quarantine.services.ordering import locked_order, record
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock, identity
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

#: A phone's clock may run a little ahead of ours.
AHEAD = timedelta(minutes=5)
SYMPTOMS = {
    "fever": Text("发热", "Fever"),
    "cough": Text("咳嗽", "Cough"),
    "throat": Text("咽痛", "Sore throat"),
    "tired": Text("乏力", "Weakness"),
    "breath": Text("气短", "Short of breath"),
    "bowels": Text("腹泻", "Diarrhoea"),
    "other": Text("其他不舒服", "Something else"),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a reading: whether it is new, and in words what it counts for."""

    reading: Reading
    is_new: bool
    words: Text


@dataclass(frozen=True, slots=True)
class NewReading:
    """A temperature as typed (`celsius`), when it was taken (None: now), who told it and how.

    `client_key` is made where it was typed; the same key twice is the same reading.
    """

    celsius: str
    via: Via
    client_key: UUID
    taken_at: datetime | None = None
    by: Person | None = None


def record_reading(case_pk: int, new: NewReading, actor: journal.Actor) -> Recorded:
    """Record a temperature of the person under an order.

    The first reading of a window counts for it, also when it comes after the window closed and before the
    next one opens; further ones are extra. Every reading settles what was missed before it. A fever opens the
    doctor's step at once, unless one is being dealt with.

    Raises:
        NotFoundOrNotYours: there is no such order, or the key belongs to another one.
        Problem: the order has ended, the temperature cannot be one, or the time cannot be right.
    """
    celsius = identity.check_celsius(new.celsius, field="celsius")
    with transaction.atomic():
        order = _order_in_hand(case_pk)
        known = Reading.objects.filter(client_key=new.client_key).first()
        if known is not None:
            return _once_more(known, order)
        _require_in_force(order)
        now = clock.now()
        taken_at = _checked_time(new.taken_at or now, order, now)
        slot = slot_at(taken_at)
        is_counted = not order.readings.filter(day=slot.day, window=slot.window, is_counted=True).exists()
        reading = Reading.objects.create(
            order=order,
            day=slot.day,
            window=slot.window,
            is_counted=is_counted,
            celsius=celsius,
            taken_at=taken_at,
            recorded_at=now,
            via=new.via,
            by_person=new.by,
            client_key=new.client_key,
        )
        made_up = _settle(order, taken_at, now)
        record("quarantine.reading_recorded", order, actor, window=slot.window, via=new.via)
        if made_up:
            procedures.send_message(order.pk, "made_up", actor)
        if reading.has_fever:
            _raise_fever(order, actor)
        _touch(order)
    return Recorded(reading, True, _words(reading, slot, made_up))


def report_symptoms(case_pk: int, symptoms: Sequence[str], actor: journal.Actor, celsius: str = "") -> bool:
    """Ask for the doctor: the person has a fever or feels ill. Return False when somebody is on it already.

    Args:
        symptoms: keys of `SYMPTOMS`; unknown ones are dropped.
        celsius: a temperature as typed, recorded first when given by `record_reading` of the caller.

    Raises:
        NotFoundOrNotYours: there is no such order.
        Problem: the order has ended, or nothing was said.
    """
    chosen = [key for key in SYMPTOMS if key in symptoms]
    if not chosen and not celsius:
        raise Problem(
            "quarantine.no_symptom",
            Text("还没选哪里不舒服", "Nothing was chosen"),
            do=Text("选一项；说不清就选“其他不舒服”", "Choose one; “Something else” will do"),
            field="symptoms",
        )
    with transaction.atomic():
        order = _order_in_hand(case_pk)
        _require_in_force(order)
        record("quarantine.help_asked", order, actor, personal={"symptoms": chosen})
        is_new = _raise_fever(order, actor)
        _touch(order)
    return is_new


def _order_in_hand(case_pk: int) -> Order:
    case = cases.lock_case(case_pk)
    try:
        return locked_order(case)
    except Order.DoesNotExist:
        raise NotFoundOrNotYours from None


def _require_in_force(order: Order) -> None:
    if order.is_in_force:
        return
    raise Problem(
        "quarantine.ended",
        Text("这次隔离已经结束，不用再记体温", "This quarantine is over; no more temperatures are needed"),
        do=Text("不舒服请打 120 或社区医生电话", "If you feel ill, call 120 or the community doctor"),
    )


def _once_more(known: Reading, order: Order) -> Recorded:
    if known.order_id != order.pk:
        raise NotFoundOrNotYours
    return Recorded(known, False, _words(known, slot_at(known.taken_at), 0))


def _checked_time(taken_at: datetime, order: Order, now: datetime) -> datetime:
    oldest = max(now - timedelta(hours=rules.parameter("reading_backdate_hours")), order.arrived_at)
    if oldest <= taken_at <= now:
        return taken_at
    if now < taken_at <= now + AHEAD:
        return now
    raise Problem(
        "quarantine.reading_time",
        Text("量体温的时间不对，记不上", "The time of this reading cannot be right"),
        do=Text("现在再量一次，记现在的", "Measure again and record it now"),
        field="celsius",
    )


def _settle(order: Order, taken_at: datetime, now: datetime) -> int:
    """Settle what was missed up to this reading; return how many of them had raised a step."""
    missed = list(MissedReading.objects.filter(order=order, settled_at__isnull=True))
    opened = {
        (slot.day, slot.window.value)
        for day in {one.day for one in missed}
        for slot in slots_of(day)
        if slot.opens_at <= taken_at
    }
    made_up = [one for one in missed if (one.day, one.window) in opened]
    MissedReading.objects.filter(pk__in=[one.pk for one in made_up]).update(settled_at=now)
    return sum(one.told_at is not None for one in made_up)


def _raise_fever(order: Order, actor: journal.Actor) -> bool:
    """Open the doctor's step, unless one is open already; return whether it was opened."""
    if any(step.key in FEVER_STEPS for step in cases.open_steps(order.case)):
        return False
    record("quarantine.fever_reported", order, actor)
    return procedures.send_message(order.pk, "fever", actor) > 0


def _touch(order: Order) -> None:
    notices.touch(f"case:{order.pk}", f"place:{order.place.code}", "quarantine")


def _words(reading: Reading, slot: Slot, made_up: int) -> Text:
    if reading.has_fever:
        return Text(
            "记下了。已通知社区医生，30 分钟内联系你",
            "Recorded. The community doctor will call within 30 min",
        )
    hours = window_hours(slot.window, slot.day)
    name = {"MORNING": Text("早上", "morning"), "EVENING": Text("傍晚", "evening")}[slot.window]
    if made_up:
        return Text(f"记下了，补上了 {made_up} 次漏测", f"Recorded; it makes up for {made_up} missed")
    if not reading.is_counted:
        return Text(
            f"记下了，算加测：{name.zh} {hours} 的已经有了",
            f"Recorded as an extra one: the {name.en} reading ({hours}) is there already",
        )
    if not slot.is_open(reading.taken_at):
        return Text(
            f"记下了，算{name.zh} {hours} 的，晚了一点",
            f"Recorded for the {name.en} ({hours}), a little late",
        )
    return Text(f"记下了，算{name.zh} {hours} 的", f"Recorded for the {name.en} ({hours})")
