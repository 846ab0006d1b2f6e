"""Filling the words of a rule: `{temperature}` from the facts, `{p.fever_axillary_celsius}` from parameters.

Not `str.format`: a rule may only name values, never reach into objects, and a missing value must not fail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from shouwang.util import clock
from shouwang.util.text import CHINESE, Text

#: Stands where a rule names a value that was not given.
MISSING = "—"
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\}")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def fill(words: str, language: str, values: Mapping[str, Any]) -> str:
    """Return `words` with its placeholders filled from `values` (dots reach into nested mappings)."""
    pieces = _pieces(words)
    if len(pieces) == 1:
        return words
    return "".join(
        in_words(_look_up(piece, values), language) if is_name else piece for is_name, piece in pieces
    )


@lru_cache(maxsize=4096)
def split_words(zh: str, en: str) -> tuple[tuple[str, str], ...]:
    """Split words in both languages at their semicolons into pairs; one pair when the two do not agree."""
    parts_zh, parts_en = zh.split("；"), en.split("; ")
    if len(parts_zh) != len(parts_en):
        return ((zh, en),)
    return tuple(zip(parts_zh, parts_en, strict=True))


def in_words(value: Any, language: str) -> str:  # noqa: ANN401 facts are any JSON-like value
    """Return a fact as people write it: 是, 3 月 18 日, 37.5; `MISSING` for None."""
    if value is None:
        return MISSING
    if isinstance(value, Text):
        return value.localised(language)
    if isinstance(value, bool):
        return ("是" if value else "否") if language == CHINESE else ("yes" if value else "no")
    if isinstance(value, date):
        day = clock.local(value) if isinstance(value, datetime) else value
        in_chinese = f"{day.month} 月 {day.day} 日"
        return in_chinese if language == CHINESE else f"{day.day} {_MONTHS[day.month - 1]}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return ("、" if language == CHINESE else ", ").join(in_words(one, language) for one in value)
    return str(value)


@lru_cache(maxsize=4096)
def _pieces(words: str) -> tuple[tuple[bool, str], ...]:
    """Split into (is a name, piece): re.split with one group puts the names at odd places."""
    return tuple((bool(number % 2), piece) for number, piece in enumerate(_PLACEHOLDER.split(words)))


def _look_up(name: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 facts are any JSON-like value
    value: Any = values
    for part in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value
