"""`shouwang doctor`: does what the product promises hold in this database, now? Looks only, mends nothing."""

from __future__ import annotations

import argparse
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from shouwang.commands import preparation
from shouwang.commands.progress import say


@dataclass(frozen=True)
class Finding:
    """One examination: what was looked at, whether it is sound, and in words what was seen."""

    what: str
    is_sound: bool
    seen: str


def run(arguments: argparse.Namespace) -> int:
    """Examine and print; 1 if anything is unsound."""
    with preparation.product():
        findings = list(examine())
    if arguments.json:
        say(orjson.dumps([asdict(finding) for finding in findings], option=orjson.OPT_INDENT_2).decode())
    else:
        for finding in findings:
            say(f"{'✓' if finding.is_sound else '✗'} {finding.what}: {finding.seen}")
    return 0 if all(finding.is_sound for finding in findings) else 1


def examine() -> Iterator[Finding]:
    """Yield the findings, each examination on its own: one that fails never hides the others."""
    for what, look in _EXAMINATIONS.items():
        try:
            is_sound, seen = look()
        except Exception as problem:  # a doctor reports whatever is wrong, and goes on
            is_sound, seen = False, f"{type(problem).__name__}: {problem}"
        yield Finding(what, is_sound, seen)


def _database() -> tuple[bool, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    return int(version.split(".")[0]) >= 15 and fsync == "on", f"PostgreSQL {version}, fsync {fsync}"


def _migrations() -> tuple[bool, str]:
    from shouwang.web import health

    found = health.check()
    return found.is_ready, found.reason or "all applied"


def _keys() -> tuple[bool, str]:
    folder = preparation.var_dir() / "keys"
    files = [path for path in sorted(folder.glob("*")) if path.is_file()]
    open_to_others = [path.name for path in files if _is_open(path)]
    if open_to_others:
        return False, f"readable by others: {', '.join(open_to_others)} (chmod 600)"
    return bool(files), ", ".join(path.name for path in files) or "no keys yet"


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _journal() -> tuple[bool, str]:
    from shouwang.kernel.journal import api as journal

    report = journal.verify()
    seen = f"{report.entries} entries under {report.seals} seals"
    return report.is_intact, seen if report.is_intact else f"{seen}; first break: {report.first_break}"


def _persons() -> tuple[bool, str]:
    from shouwang.kernel.cases import api as cases

    rows = list(cases.unaccounted())
    return not rows, f"{len(rows)} persons under an order without a holder"


def _reconciliation() -> tuple[bool, str]:
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.places import api as places
    from shouwang.util import clock

    district = places.Place.objects.filter(kind=places.PlaceKind.DISTRICT).first()
    if district is None:
        return False, "no district is loaded"
    day = cases.reconcile(district, clock.today())
    came = f"{day.open_before} + {day.opened} + {day.received}"
    sums = f"{came} - {day.closed} - {day.handed_on} = {day.expected}"
    return day.difference == 0, f"{sums}, counted {day.counted}, difference {day.difference}"


_EXAMINATIONS: dict[str, Callable[[], tuple[bool, str]]] = {
    "database": _database,
    "migrations": _migrations,
    "keys": _keys,
    "journal": _journal,
    "persons under control": _persons,
    "cases of today": _reconciliation,
}
