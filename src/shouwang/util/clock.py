"""The time, in one place, so that a test or the demo can move it.

Everything asks `clock.now()` (aware UTC) or `clock.today()` (the local date, Asia/Shanghai); nothing else
in the product reads the machine's time, and the database never supplies it. Not for measuring durations of
program parts: that is `time.monotonic()`.
"""

from __future__ import annotations

import functools
import json
import os
import threading
import time as machine_time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
ENVIRONMENT_NAME = "SHOUWANG_CLOCK"
#: Seconds between two looks at the demo clock's file.
LOOK_INTERVAL = 0.2


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(tz=UTC)


class FixedClock:
    """A clock that stands still until it is moved, for tests and simulations."""

    def __init__(self, at: datetime) -> None:
        self._at = _aware_utc(at)

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` and return the new instant; raises ValueError for a step back."""
        if by < timedelta(0):
            raise ValueError("time never goes back")
        self._at += by
        return self._at

    def move_to(self, at: datetime) -> datetime:
        """Move forward to `at` and return it; raises ValueError for a step back."""
        return self.advance(_aware_utc(at) - self._at)


class DemoClock:
    """A clock kept in a file, shared by the web server, the workers and the simulation.

    The file holds `{"real": iso, "shown": iso, "speed": float}`; the time is
    `shown + (machine's time - real) * speed`. The file is looked at again when its modification time
    changed, at most every 0.2 s. Within a process the time never goes back, whatever the file says.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._modified: int | None = None
        self._real = self._shown = datetime.min.replace(tzinfo=UTC)
        self._speed = 1.0
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return the shown instant; raises FileNotFoundError or ValueError when the file is no use."""
        with self._lock:
            self._look()
            shown = self._shown + (datetime.now(tz=UTC) - self._real) * self._speed
            self._last = max(self._last, shown)
            return self._last

    def _look(self) -> None:
        moment = machine_time.monotonic()
        if moment - self._looked_at < LOOK_INTERVAL:
            return
        self._looked_at = moment
        modified = self._path.stat().st_mtime_ns
        if modified != self._modified:
            self._real, self._shown, self._speed = _read_demo_clock(self._path)
            self._modified = modified


def write_demo_clock(path: Path, shown: datetime, speed: float) -> None:
    """Set the demo clock: show `shown` from now on, `speed` shown seconds per second (0 = stand still).

    The file is replaced in one step, so a reader never sees half of it. Raises ValueError for a negative
    speed, or when the time already shown by the file is later than `shown`.
    """
    if speed < 0:
        raise ValueError("time never goes back: speed must be 0 or more")
    shown = _aware_utc(shown)
    if path.exists() and DemoClock(path).now() > shown:
        raise ValueError(f"time never goes back: {path.name} already shows a later instant than {shown}")
    content = {"real": datetime.now(tz=UTC).isoformat(), "shown": shown.isoformat(), "speed": speed}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_text(json.dumps(content), encoding="utf-8")
    draft.replace(path)


@contextmanager
def use(clock: Clock) -> Iterator[Clock]:
    """Make the whole process (every thread) tell the time by `clock` inside the block."""
    global _replaced  # noqa: PLW0603 the one replaceable clock is the purpose of this module
    before, _replaced = _replaced, clock
    try:
        yield clock
    finally:
        _replaced = before


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return _current().now()


def today() -> date:
    """Return today's date in the local zone."""
    return local(now()).date()


def local(at: datetime) -> datetime:
    """Return the instant `at` in the local zone; raises ValueError for a naive datetime."""
    return _aware_utc(at).astimezone(LOCAL_ZONE)


def at_local(on: date, at: time) -> datetime:
    """Return the instant of the local date `on` and wall time `at`, aware, in UTC."""
    return datetime.combine(on, at.replace(tzinfo=None), tzinfo=LOCAL_ZONE).astimezone(UTC)


_SYSTEM = SystemClock()
_replaced: Clock | None = None


def _current() -> Clock:
    if _replaced is not None:
        return _replaced
    path = os.environ.get(ENVIRONMENT_NAME)
    return _demo_clock(path) if path else _SYSTEM


@functools.lru_cache(maxsize=4)
def _demo_clock(path: str) -> DemoClock:
    return DemoClock(Path(path))


def _read_demo_clock(path: Path) -> tuple[datetime, datetime, float]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        real, shown = (_aware_utc(datetime.fromisoformat(content[key])) for key in ("real", "shown"))
        return real, shown, float(content["speed"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the clock file {path.name} is not {{real, shown, speed}}: {error}") from error


def _aware_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; the product knows only aware times")
    return at.astimezone(UTC)
