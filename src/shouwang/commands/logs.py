"""`shouwang event-log`: the events of a procedure's cases as a file that tools of process mining read."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from shouwang.commands import preparation
from shouwang.commands.progress import say
from shouwang.util.problems import Problem

FORMS = ("xes", "ocel")


def day(text: str) -> date:
    """Read a local day of the command line; raises ValueError."""
    return date.fromisoformat(text)


def run(arguments: argparse.Namespace) -> int:
    """Write the log; 1 when there is no such procedure or place."""
    with preparation.product():
        try:
            return _write(arguments)
        except Problem as problem:
            sys.stderr.write(f"✗ {problem.what}\n")
            return 1


def _write(arguments: argparse.Namespace) -> int:
    from shouwang.kernel.places import api as places
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util import clock

    if not procedures.versions_of(arguments.procedure):
        known = ", ".join(one.key for one in procedures.list_in_force())
        sys.stderr.write(f"✗ no procedure {arguments.procedure!r}; there are: {known}\n")
        return 1
    path = places.get(arguments.place).path if arguments.place else "/"
    since = procedures.period(arguments.since, 1)[0] if arguments.since else procedures.EARLIEST
    until = procedures.period(arguments.until, 1)[1] if arguments.until else clock.now()
    scope = procedures.LogScope(arguments.procedure, path, since, until)
    target = Path(arguments.out)
    with target.open("w", encoding="utf-8") as file:
        for piece in procedures.LOG_FORMS[arguments.format].write(scope):
            file.write(piece)
    say(f"✓ {target}: {target.stat().st_size:,} bytes")
    return 0
