"""Indicators and the article's rows: the words and functions in which they are told. Kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util.text import Text

Value = Decimal | int | None
#: The records behind a value: a query or list of them, or the address of a page that shows them.
Records = QuerySet[Any] | Sequence[Any] | str


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record as a list shows it: what it is, where or since when, and the page it opens ("" if none)."""

    title: Text
    detail: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A named measure.

    `value(place, at)` computes it for a place (None: the whole deployment) at an instant; None means that
    there is nothing to say. `records(place, at)` returns what was counted, or the address of a page that
    lists it; `line` tells one record of a query or list. `campaign` is one of the four campaigns, `level` the
    kind of place that answers for it. Days are kept for the places of `daily_kinds`.

    An indicator with `recount` is tallied: whoever writes what is counted calls `bump`, `value` reads
    `tally`, and a job proves the tallies equal to `recount()`, counts by place id. A tally knows only now.
    """

    key: str
    name: Text
    unit: Text
    definition: Text
    campaign: str
    level: str
    value: Callable[[Place | None, datetime], Value]
    records: Callable[[Place | None, datetime], Records]
    line: Callable[[Any], RecordLine] | None = None
    recount: Callable[[], Mapping[int, int]] | None = None
    daily_kinds: tuple[str, ...] = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A figure of the article: the row of its system, what it is, its value, and what computes it now.

    `tolerance` is how far the computed value may differ, either way.
    """

    row: int
    figure: Text
    article: Decimal | int
    indicator: str
    tolerance: Decimal | int = 0


_indicators: dict[str, Indicator] = {}
_rows: list[ArticleRow] = []


def register_indicators(*indicators: Indicator) -> None:
    """Add indicators; raises ValueError when a key is already taken by another one."""
    for one in indicators:
        if _indicators.setdefault(one.key, one) != one:
            raise ValueError(f"the indicator {one.key!r} is already registered otherwise")


def indicator(key: str) -> Indicator:
    """Return the indicator `key`; raises LookupError."""
    try:
        return _indicators[key]
    except KeyError:
        raise LookupError(f"no indicator {key!r}; name it in a manifest's indicators") from None


def all_indicators() -> tuple[Indicator, ...]:
    """Return every indicator, in the order of registration."""
    return tuple(_indicators.values())


def all_for(campaign: str) -> tuple[Indicator, ...]:
    """Return the indicators of one campaign."""
    return tuple(one for one in _indicators.values() if one.campaign == campaign)


def register_article_rows(*rows: ArticleRow) -> None:
    """Add figures of the article; the same row twice is once."""
    _rows.extend(row for row in rows if row not in _rows)


def article_rows() -> tuple[ArticleRow, ...]:
    """Return the registered figures, in the order of the article's systems."""
    return tuple(sorted(_rows, key=lambda row: row.row))
