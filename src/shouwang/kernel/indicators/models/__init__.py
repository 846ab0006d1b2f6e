"""Tables of daily values and tallies, and the vocabulary of indicators."""

from shouwang.kernel.indicators.models.records import DailyValue, Tally
from shouwang.kernel.indicators.models.vocabulary import (
    ArticleRow,
    Indicator,
    RecordLine,
    Records,
    Value,
    all_for,
    all_indicators,
    article_rows,
    indicator,
    register_article_rows,
    register_indicators,
)

__all__ = [
    "ArticleRow",
    "DailyValue",
    "Indicator",
    "RecordLine",
    "Records",
    "Tally",
    "Value",
    "all_for",
    "all_indicators",
    "article_rows",
    "indicator",
    "register_article_rows",
    "register_indicators",
]
