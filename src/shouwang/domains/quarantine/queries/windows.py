"""The times of day at which a temperature is due: which one an instant belongs to, which have closed.

A reading belongs to the window that opened last before it was taken: what comes after the window closed and
before the next one opens is late, and makes up for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shouwang.domains.quarantine.models import Window
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.text import Text

PARAMETER = "reading_windows"
WINDOW_NAMES = {
    Window.MORNING: Text("早上", "Morning"),
    Window.EVENING: Text("傍晚", "Evening"),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One window of one local day; both instants are aware."""

    day: date
    window: Window
    opens_at: datetime
    closes_at: datetime

    @property
    def name(self) -> Text:
        """The window and its hours, e.g. 早上 07:00–09:00."""
        # word joiners keep the hours on one line where the name has to wrap
        hours = f"{clock.local(self.opens_at):%H:%M}\u2060–\u2060{clock.local(self.closes_at):%H:%M}"
        words = WINDOW_NAMES[self.window]
        return Text(f"{words.zh} {hours}", f"{words.en} {hours}")

    def is_open(self, at: datetime) -> bool:
        """Tell whether the instant lies in the window."""
        return self.opens_at <= at < self.closes_at


def slots_of(day: date) -> list[Slot]:
    """Return the windows of a local day in order of time, as in force on that day."""
    hours: dict[str, list[str]] = rules.parameter(PARAMETER, day)
    slots = [
        Slot(
            day,
            Window(name),
            clock.at_local(day, time.fromisoformat(opens)),
            clock.at_local(day, time.fromisoformat(closes)),
        )
        for name, (opens, closes) in hours.items()
    ]
    return sorted(slots, key=lambda slot: slot.opens_at)


def slots_between(since: datetime, until: datetime) -> Iterator[Slot]:
    """Yield the windows that open at or after `since` and close at or before `until`, in order."""
    day, last = clock.local(since).date(), clock.local(until).date()
    while day <= last:
        for slot in slots_of(day):
            if slot.opens_at >= since and slot.closes_at <= until:
                yield slot
        day += timedelta(days=1)


def slot_at(at: datetime) -> Slot:
    """Return the window to which a reading taken at `at` belongs: the one that opened last."""
    day = clock.local(at).date()
    opened = [slot for slot in slots_of(day) if slot.opens_at <= at]
    return opened[-1] if opened else slots_of(day - timedelta(days=1))[-1]


def next_slot(at: datetime) -> Slot:
    """Return the first window that opens after `at`."""
    day = clock.local(at).date()
    coming = [slot for slot in slots_of(day) if slot.opens_at > at]
    return coming[0] if coming else slots_of(day + timedelta(days=1))[0]
