"""The article's table: each figure beside the one computed from records."""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

from shouwang.kernel.indicators.models import ArticleRow, Value, article_rows
from shouwang.kernel.indicators.queries.values import value


class ArticleLine(TypedDict):
    """One figure: its system's row, its words in both languages, the article's and the computed value."""

    row: int
    figure: str
    article: int | float
    computed: int | float | None
    ok: bool


def article_table() -> list[ArticleLine]:
    """Return every registered figure of the article beside its value now, computed from records."""
    return [_line(row, value(row.indicator)) for row in article_rows()]


def _line(row: ArticleRow, computed: Value) -> ArticleLine:
    return ArticleLine(
        row=row.row,
        figure=f"{row.figure.zh} {row.figure.en}",
        article=_plain(row.article),
        computed=None if computed is None else _plain(computed),
        ok=computed is not None and abs(Decimal(computed) - Decimal(row.article)) <= row.tolerance,
    )


def _plain(number: Decimal | int) -> int | float:
    return int(number) if number == int(number) else float(number)
