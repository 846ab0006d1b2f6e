"""Which version of each table and parameter is in force on a day, kept in memory.

A thread asks the database at most once a second whether anything was published, with one small query; what
this thread published itself it sees at once, and forgets if its transaction rolls back. Published rows never
change, so a compiled table is kept by its primary key for the life of the process.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import connection

from shouwang.kernel.rules.models import DecisionTable, Parameter
from shouwang.kernel.rules.queries.giving import Given, given_by
from shouwang.kernel.rules.queries.tables import Table, compile_table

#: Seconds for which a thread trusts what it read.
TRUST_SECONDS = 1.0

_Dated = TypeVar("_Dated", DecisionTable, Parameter)

_PROBE = """
    SELECT (SELECT count(*) FROM rules_decisiontable), (SELECT max(id) FROM rules_decisiontable),
           (SELECT count(*) FROM rules_parameter), (SELECT max(id) FROM rules_parameter)
"""


class UnknownRuleError(LookupError):
    """No table or parameter of that key is in force on that day."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A table as it stands on one day: with the values of its parameters, and what follows from these alone.

    `settled` are the outputs of each row that no fact can change; `given` what each row gives, when that
    holds for all its outputs.
    """

    table: Table
    parameters: Mapping[str, Any]
    settled: tuple[dict[str, Any], ...]
    given: tuple[Given, ...]


class Published:
    """Stands among the things to do on commit while a transaction holds rules that others cannot see yet."""

    def __call__(self) -> None:
        """Read again, now that everybody sees them."""
        forget()


@dataclass(slots=True)
class _Index:
    stamp: tuple[Any, ...]
    tables: Mapping[str, list[DecisionTable]]
    parameters: Mapping[str, list[Parameter]]
    trusted_until: float
    owner: Published | None
    bound: dict[tuple[str, date], Bound] = field(default_factory=dict)


_local = threading.local()
_compiled: dict[int, Table] = {}


def forget() -> None:
    """Make this thread read again before it next uses a rule."""
    _local.index = None


def parameter_row(key: str, on: date) -> Parameter:
    """Return the parameter `key` as in force on the local date `on`; raises UnknownRuleError."""
    row = _latest(_index().parameters.get(key, ()), on)
    if row is None:
        raise UnknownRuleError(f"no parameter {key!r} in force on {on}")
    return row


def bound_table(key: str, on: date) -> Bound:
    """Return the table `key` as in force on the local date `on`; raises UnknownRuleError."""
    index = _index()
    found = index.bound.get((key, on))
    if found is None:
        row = _latest(index.tables.get(key, ()), on)
        if row is None:
            raise UnknownRuleError(f"no decision table {key!r} in force on {on}")
        table = _compile(row)
        values = {name: parameter_row(name, on).value for name in table.parameters}
        found = index.bound[key, on] = _bind(table, values)
    return found


def table_keys() -> set[str]:
    """Return the keys of all published tables, in force today or not."""
    return set(_index().tables)


def _bind(table: Table, parameters: Mapping[str, Any]) -> Bound:
    settled = table.settle(parameters)
    is_all_settled = table.settled == table.outputs.keys()
    return Bound(table, parameters, settled, tuple(map(given_by, settled)) if is_all_settled else ())


def has_parameter(key: str) -> bool:
    """Tell whether a parameter of that key was published, for whatever day."""
    return key in _index().parameters


def _index() -> _Index:
    held: _Index | None = getattr(_local, "index", None)
    if held is not None and (held.owner is None or held.owner in _uncommitted()):
        if time.monotonic() < held.trusted_until:
            return held
        if held.stamp == _probe():
            held.trusted_until = time.monotonic() + TRUST_SECONDS
            return held
    _local.index = held = _read()
    return held


def _read() -> _Index:
    stamp = _probe()
    tables: defaultdict[str, list[DecisionTable]] = defaultdict(list)
    for table in DecisionTable.objects.order_by("effective_from", "pk"):
        tables[table.key].append(table)
    parameters: defaultdict[str, list[Parameter]] = defaultdict(list)
    for parameter in Parameter.objects.order_by("effective_from", "pk"):
        parameters[parameter.key].append(parameter)
    own = _uncommitted()
    return _Index(
        stamp, dict(tables), dict(parameters), time.monotonic() + TRUST_SECONDS, own[-1] if own else None
    )


def _uncommitted() -> list[Published]:
    """Return what this transaction has published so far; Django drops it when that is rolled back."""
    return [entry[1] for entry in connection.run_on_commit if isinstance(entry[1], Published)]


def _probe() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_PROBE)
        return tuple(cursor.fetchone())


def _compile(row: DecisionTable) -> Table:
    if row.pk not in _compiled:
        _compiled[row.pk] = compile_table(row.key, row.version, row.content)
    return _compiled[row.pk]


def _latest(rows: Sequence[_Dated], on: date) -> _Dated | None:
    """Return the last of rows in order of their dates that is in force on a day."""
    in_force = [row for row in rows if row.effective_from <= on]
    return in_force[-1] if in_force else None
