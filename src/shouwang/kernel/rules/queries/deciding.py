"""Deciding by a table: one set of facts or a million, through the same compiled table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from shouwang.kernel.rules.queries.giving import given_by
from shouwang.kernel.rules.queries.in_force import Bound, bound_table
from shouwang.kernel.rules.queries.tables import ROW
from shouwang.util import clock
from shouwang.util.text import Text

#: The engine reckons with 15 exact digits: a longer integer is an identity number that must be a string.
LARGEST_INTEGER = 10**15


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table decided: outcome, its other columns, why, what would help, and by which row.

    `row` counts from 1, as people count the rows of a table.
    """

    outcome: str
    values: dict[str, Any]
    reasons: list[Text]
    remedies: list[Text]
    table: str
    version: str
    row: int


def decide(key: str, facts: Mapping[str, Any], on: date | None = None) -> Decision:
    """Decide by the table `key` as in force on the local date `on` (today).

    `facts` are JSON values, Decimals, dates or instants, by the names that the table's columns use; a fact
    that is missing fits only empty cells. The table's parameters are added under `p`. Raises UnknownRuleError
    without such a table; ValueError for an integer of 16 digits or more (identity numbers are strings) and
    for facts named `p`; TypeError for values of other kinds.
    """
    return _decide(bound_table(key, on or clock.today()), facts)


def decide_many(key: str, rows: Iterable[Mapping[str, Any]], on: date | None = None) -> list[Decision]:
    """Decide for each of `rows` as `decide` does, all by the same version; raises as `decide` does."""
    bound = bound_table(key, on or clock.today())
    return [_decide(bound, facts) for facts in rows]


def context_of(facts: Mapping[str, Any], parameters: Mapping[str, Any]) -> bytes:
    """Return facts and parameters as the JSON that the engine takes; raises as `decide` does."""
    for name, value in facts.items():
        if type(value) is int and abs(value) >= LARGEST_INTEGER:
            raise ValueError(f"{name} is too long for a number; identity numbers go into rules as strings")
    if "p" in facts:
        raise ValueError("the name p is kept for parameters")
    return orjson.dumps({**facts, "p": parameters}, default=_plain)


def _decide(bound: Bound, facts: Mapping[str, Any]) -> Decision:
    table = bound.table
    result = table.evaluate(context_of(facts, bound.parameters))
    row = result.pop(ROW)
    given = bound.given[row] if bound.given else given_by({**bound.settled[row], **result})
    named = {**given.values, **facts, "p": bound.parameters} if given.has_places else {}
    return Decision(
        given.outcome,
        dict(given.values),
        [words.fill(named) for words in given.reasons],
        [words.fill(named) for words in given.remedies],
        table.key,
        table.version,
        row + 1,
    )


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Text):
        return value.zh
    raise TypeError(f"a fact cannot be a {type(value).__name__}")
