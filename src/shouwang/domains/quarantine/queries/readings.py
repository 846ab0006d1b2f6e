"""Readings of one order: today's two, the days before, what was missed, and the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shouwang.domains.quarantine.models import MissedReading, Order, Reading, Window
from shouwang.domains.quarantine.queries.windows import Slot, slots_between, slots_of
from shouwang.util import clock


@dataclass(frozen=True, slots=True)
class SlotState:
    """One window of an order: its reading if there is one, else whether it is due, open, late or not due.

    `state`: DONE, OPEN (now), COMING, MISSED (closed without a reading), MADE_UP (missed, but a later reading
    made up for it), or NOT_DUE (outside the order).
    """

    slot: Slot
    state: str
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class DayReadings:
    """The windows of one day, and the extra readings taken that day."""

    day: date
    slots: list[SlotState]
    extras: list[Reading]


def today(order: Order, at: datetime | None = None) -> DayReadings:
    """Return today's windows and extra readings of an order."""
    at = at or clock.now()
    return days(order, at, 1)[0]


def days(order: Order, at: datetime | None = None, count: int = 60) -> list[DayReadings]:
    """Return the last `count` days of an order from its first on, the latest day first."""
    at = at or clock.now()
    last = min(clock.local(at).date(), clock.local(order.until_at - timedelta(microseconds=1)).date())
    first = max(clock.local(order.from_at).date(), last - timedelta(days=count - 1))
    first = min(first, last)
    readings = list(order.readings.filter(day__gte=first, day__lte=last).order_by("taken_at"))
    counted = {(one.day, one.window): one for one in readings if one.is_counted}
    settled = order.missed_readings.filter(day__gte=first, settled_at__isnull=False)
    made_up = set(settled.values_list("day", "window")) - counted.keys()
    found = []
    day = last
    while day >= first:
        slots = [
            SlotState(
                slot,
                "MADE_UP" if (day, slot.window) in made_up else state_of(order, slot, reading, at),
                reading,
            )
            for slot in slots_of(day)
            for reading in [counted.get((day, slot.window))]
        ]
        found.append(DayReadings(day, slots, [r for r in readings if r.day == day and not r.is_counted]))
        day -= timedelta(days=1)
    return found


def missed_open(order: Order) -> list[MissedReading]:
    """Return the missed readings that nothing has made up for, oldest first."""
    return list(order.missed_readings.filter(settled_at__isnull=True).order_by("day", "raised_at"))


def last_reading(order: Order) -> Reading | None:
    """Return the latest reading by the time at which it was taken."""
    return order.readings.order_by("-taken_at", "-pk").first()


def due_count(order: Order, at: datetime | None = None) -> int:
    """Return how many windows of the order have closed until `at`."""
    until = min(at or clock.now(), order.until_at)
    return sum(1 for _slot in slots_between(order.from_at, until))


def window_hours(window: Window, day: date | None = None) -> str:
    """Return the hours of a window as people write them: 07:00–09:00."""
    slot = next(one for one in slots_of(day or clock.today()) if one.window == window)
    return f"{_wall(slot.opens_at)}–{_wall(slot.closes_at)}"


def state_of(order: Order, slot: Slot, reading: Reading | None, at: datetime) -> str:
    """Return how a window of an order stands at `at`: see `SlotState`."""
    if reading is not None:
        return "DONE"
    if order.ended_at is not None and slot.closes_at > order.ended_at:
        return "NOT_DUE"
    if slot.is_open(at):
        return "OPEN"
    if slot.opens_at < order.from_at or slot.closes_at > order.until_at:
        return "NOT_DUE"
    return "COMING" if slot.opens_at > at else "MISSED"


def _wall(at: datetime) -> str:
    local = clock.local(at)
    return "24:00" if local.time() == time(0) else f"{local:%H:%M}"
