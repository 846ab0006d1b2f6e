"""`shouwang clock`: show the demo's clock, move it forward, or make it run faster."""

from __future__ import annotations

import argparse
import json
import re
from datetime import datetime, timedelta

from shouwang.commands import preparation
from shouwang.commands.progress import say
from shouwang.util import clock

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[dhms])+")


def duration(text: str) -> timedelta:
    """Read `2h30m`, `1d`, `90s`; raises ArgumentTypeError with an example for anything else."""
    if not _DURATION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write for example 2h30m, 1d or 90s")
    parts = re.findall(r"([\d.]+)([dhms])", text)
    return sum((timedelta(**{_UNITS[unit]: float(number)}) for number, unit in parts), timedelta())


def run(arguments: argparse.Namespace) -> int:
    """Show the clock after moving it as asked."""
    path = preparation.clock_file()
    if not path.exists():
        say("✗ 没有演示时钟 there is no demo clock here: run `shouwang demo` first")
        return 1
    shown = clock.DemoClock(path).now()
    speed = float(json.loads(path.read_text())["speed"])
    if arguments.advance or arguments.speed is not None:
        shown += arguments.advance or timedelta()
        speed = speed if arguments.speed is None else arguments.speed
        clock.write_demo_clock(path, shown, speed)
    say(_describe(shown, speed))
    return 0


def _describe(shown: datetime, speed: float) -> str:
    return f"{clock.local(shown):%Y-%m-%d %H:%M:%S} (Asia/Shanghai) ×{speed:g}"
