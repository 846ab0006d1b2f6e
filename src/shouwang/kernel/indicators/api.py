"""The only door to indicators: their values, days and records; tallies; the article's table.

indicators.value("courtyards_with_task_force", subdistrict)      # 131, computed now
indicators.records_url("courtyards_with_task_force", subdistrict)  # the page with those 131
"""

from __future__ import annotations

from shouwang.kernel.indicators.models import (
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
from shouwang.kernel.indicators.queries.article import ArticleLine, article_table
from shouwang.kernel.indicators.queries.territory import TERRITORY, place_line, places_of, roots
from shouwang.kernel.indicators.queries.values import (
    Point,
    open_records,
    record_line,
    records_url,
    series,
    tally,
    value,
    whole,
)
from shouwang.kernel.indicators.services.days import keep_days
from shouwang.kernel.indicators.services.tallies import Difference, bump, prove_tallies
from shouwang.kernel.journal import api as journal
from shouwang.util.text import Text

register_indicators(*TERRITORY)
journal.register_verbs(
    journal.Verb(
        "tally.differed",
        Text(
            "{place} 的计数 {indicator} 记为 {kept}，重数是 {counted}，已改正",
            "The tally {indicator} of {place} said {kept}, a recount {counted}; put right",
        ),
    )
)

__all__ = [
    "TERRITORY",
    "ArticleLine",
    "ArticleRow",
    "Difference",
    "Indicator",
    "Point",
    "RecordLine",
    "Records",
    "Value",
    "all_for",
    "all_indicators",
    "article_rows",
    "article_table",
    "bump",
    "indicator",
    "keep_days",
    "open_records",
    "place_line",
    "places_of",
    "prove_tallies",
    "record_line",
    "records_url",
    "register_article_rows",
    "register_indicators",
    "roots",
    "series",
    "tally",
    "value",
    "whole",
]
