"""Saying what is being done, and for how long already, in both languages."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SECONDS_BETWEEN_LINES = 10  # where there is no terminal to write over


@contextmanager
def step(chinese: str, english: str) -> Iterator[Callable[[str], None]]:
    """Announce a step, count its seconds while it runs, and say when it is done or has failed.

    Yields a function that reports what part of it is done.
    """
    text = f"{chinese} {english}"
    ended = threading.Event()
    begun = time.monotonic()
    ticker = threading.Thread(target=_tick, args=(text, begun, ended), daemon=True)
    ticker.start()
    outcome = "✗"
    try:
        yield lambda part: say(f"{_line_start()}  · {part}")
        outcome = "✓"
    finally:
        ended.set()
        ticker.join()
        say(f"{_line_start()}{outcome} {text}  {time.monotonic() - begun:.1f} s")


def say(text: str = "") -> None:
    """Print one line at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _tick(text: str, begun: float, ended: threading.Event) -> None:
    interval = 1 if sys.stdout.isatty() else _SECONDS_BETWEEN_LINES
    while not ended.wait(interval):
        line = f"… {text}  {time.monotonic() - begun:.0f} s"
        if sys.stdout.isatty():
            sys.stdout.write(f"{_line_start()}{line}")
            sys.stdout.flush()
        else:
            say(line)


def _line_start() -> str:
    return "\r\x1b[2K" if sys.stdout.isatty() else ""
