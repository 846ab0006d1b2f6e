"""Missed readings: found for everybody at once when a window closes, and told to each case exactly once.

1. `close_windows` takes each window that has closed and is not in ClosedWindow, and inserts a MissedReading
   for every order that was in force over it and has no reading: one statement for any number of people.
   The unique keys make a second worker, or a second run after a crash, insert nothing.
2. `tell_cases` takes the rows not told yet. For each, in a transaction of its own: the case is locked, the
   row is looked at again, the message raises its step, and `told_at` is set. A crash before the commit undoes
   both; a second worker waits for the lock and then finds the row told.
3. A reading that arrives between 1 and 2 settles the row: nothing is raised for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from shouwang.domains.quarantine.models import ClosedWindow, MissedReading
from shouwang.domains.quarantine.queries.windows import Slot, slots_between, slots_of
from shouwang.domains.quarantine.services.ordering import locked_order, record
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock

#: How far back windows are closed after the workers stood still.
LOOK_BACK = timedelta(days=3)
BATCH_SIZE = 1_000

#: EXCEPT and not NOT EXISTS: of a day that has just begun the server's statistics know nothing yet, and it would
#: join by looking at everybody's readings once for every person.
_RAISE = """
    INSERT INTO quarantine_missedreading (order_id, day, "window", raised_at)
    SELECT missing.order_id, %(day)s, %(window)s, %(now)s
      FROM (SELECT o.case_id AS order_id FROM quarantine_order o
             WHERE o.ended_at IS NULL AND o.from_at <= %(opens_at)s AND o.until_at >= %(closes_at)s
            EXCEPT
            SELECT r.order_id FROM quarantine_reading r
             WHERE r.day = %(day)s AND r."window" = %(window)s AND r.is_counted) AS missing
    ON CONFLICT (order_id, day, "window") DO NOTHING
"""


def raise_missed(at: datetime | None = None) -> int:
    """Find what was missed until `at` (now) and raise a step for each; return how many steps were raised."""
    now = at or clock.now()
    close_windows(now)
    return tell_cases(now)


def close_windows(now: datetime) -> int:
    """Work out the missing readings of every window that has closed; return how many there are."""
    closed = set(
        ClosedWindow.objects.filter(day__gte=clock.local(now - LOOK_BACK).date()).values_list("day", "window")
    )
    missed = 0
    for slot in slots_between(now - LOOK_BACK, now):
        if (slot.day, slot.window.value) not in closed:
            missed += _close(slot, now)
    return missed


def tell_cases(now: datetime, limit: int | None = None) -> int:
    """Raise the step of every missed reading that was not told yet; return how many were raised."""
    told = 0
    waiting = MissedReading.objects.filter(told_at__isnull=True).order_by("raised_at", "pk")
    for pk, case_pk in list(waiting.values_list("pk", "order_id")[:limit]):
        told += _tell(pk, case_pk, now)
    return told


def _close(slot: Slot, now: datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        window, is_first = ClosedWindow.objects.get_or_create(
            day=slot.day, window=slot.window, defaults={"closed_at": now, "missed_count": 0}
        )
        if not is_first:
            return 0
        values: dict[str, Any] = {
            "day": slot.day,
            "window": slot.window.value,
            "now": now,
            "opens_at": slot.opens_at,
            "closes_at": slot.closes_at,
        }
        cursor.execute(_RAISE, values)
        window.missed_count = cursor.rowcount
        window.save(update_fields=["missed_count"])
    return window.missed_count


def _tell(pk: int, case_pk: int, now: datetime) -> int:
    with transaction.atomic():
        case = cases.lock_case(case_pk)
        missed = MissedReading.objects.get(pk=pk)
        if missed.told_at is not None:
            return 0
        missed.told_at = now
        missed.save(update_fields=["told_at"])
        order = locked_order(case)
        if missed.settled_at is not None or not order.is_in_force:
            return 0
        name = next(one.name for one in slots_of(missed.day) if one.window == missed.window)
        day = missed.day
        when = {"zh": f"{day.month} 月 {day.day} 日{name.zh}", "en": f"{day.day} {day:%b}, {name.en}"}
        record("quarantine.reading_missed", order, journal.SYSTEM, window=missed.window, when=when)
        procedures.send_message(case_pk, "missed_reading", journal.SYSTEM)
        notices.touch(f"case:{case_pk}", "quarantine")
    return 1
