"""Identifiers that are safe to show: unguessable, and in order of their making."""

from __future__ import annotations

import secrets
import threading
import uuid

from shouwang.util import clock

_lock = threading.Lock()
_last = (0, 0)


def new_uuid() -> uuid.UUID:
    """Return a version 7 UUID (RFC 9562): 48 bits of milliseconds, a 12-bit counter, 62 random bits.

    Within a process each value is greater than the one before, also inside one millisecond and when the
    clock stands still.
    """
    milliseconds, counter = _next_tick(int(clock.now().timestamp() * 1000))
    value = milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


def _next_tick(milliseconds: int) -> tuple[int, int]:
    """Return a (millisecond, counter) pair later than the last one; a full counter borrows the next tick."""
    global _last  # noqa: PLW0603 the last tick is what makes the order strict
    with _lock:
        before, counter = _last
        if milliseconds > before:
            # A random start leaves room to count and keeps the processes apart.
            _last = (milliseconds, secrets.randbits(11))
        elif counter < 0xFFF:
            _last = (before, counter + 1)
        else:
            _last = (before + 1, 0)
        return _last
