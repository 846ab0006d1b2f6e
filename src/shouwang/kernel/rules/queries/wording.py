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
from shouwang.util.text import CHINESE, ENGLISH, Text

#: Stands where a rule names a value that was not given.
MISSING = "—"
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\}")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Words:
    """Words of a rule in both languages, taken apart once: fixed, or with places to fill."""

    __slots__ = ("_en", "_fixed", "_zh", "has_places")

    def __init__(self, zh: str, en: str) -> None:
        self._fixed = Text(zh, en)
        self._zh, self._en = _pieces(zh), _pieces(en)
        self.has_places = len(self._zh) > 1 or len(self._en) > 1

    def fill(self, values: Mapping[str, Any]) -> Text:
        """Return the words with their places filled from `values`."""
        if not self.has_places:
            return self._fixed
        return Text(_join(self._zh, CHINESE, values), _join(self._en, ENGLISH, values))


@lru_cache(maxsize=4096)
def words_of(zh: str, en: str) -> tuple[Words, ...]:
    """Return the parts between semicolons, each in both languages; one part when the two do not agree."""
    parts_zh, parts_en = zh.split("；"), en.split("; ")
    if len(parts_zh) != len(parts_en):
        return (Words(zh, en),)
    return tuple(map(Words, parts_zh, parts_en))


def in_words(value: Any, language: str) -> str:  # noqa: ANN401 facts are any JSON-like value
    """Return a fact as people write it: 是, 3 月 18 日, 37.5; `MISSING` for None."""
    if isinstance(value, str):
        return value
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


#: Plain words, or the path of a name to be looked up.
_Piece = str | tuple[str, ...]


def _pieces(words: str) -> tuple[_Piece, ...]:
    """Take words apart; re.split with one group puts the names at odd places."""
    split = _PLACEHOLDER.split(words)
    return tuple(tuple(piece.split(".")) if number % 2 else piece for number, piece in enumerate(split))


def _join(pieces: tuple[_Piece, ...], language: str, values: Mapping[str, Any]) -> str:
    return "".join(
        [piece if isinstance(piece, str) else in_words(_look_up(piece, values), language) for piece in pieces]
    )


def _look_up(path: tuple[str, ...], values: Mapping[str, Any]) -> Any:  # noqa: ANN401 facts are any JSON-like value
    value: Any = values
    for part in path:
        if not isinstance(value, dict | Mapping):  # dict first: it is told much faster
            return None
        value = value.get(part)
    return value
