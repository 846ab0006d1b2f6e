"""Where travellers may come from: every province, city and county (GB/T 2260 as of 2019-10-31), and abroad.

The list is one static file, so that a phone that has lost its network can still search it; here it serves the
same search for phones without scripts, and checks what was chosen.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from shouwang.util.text import Text

DIVISIONS = Path(__file__).parent.parent / "static/gates/divisions.json"
MOST_CHOICES = 8
#: Longer than any name with province, city and county; what is longer is no place.
LONGEST_QUERY = 60

_KINDS = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|新区|林区|地区|[省市区县旗盟])")


@dataclass(frozen=True)
class Origin:
    """A division: six-digit code, its name with those above it, and the words by which it is searched."""

    code: str
    name: Text
    level: int
    words_zh: str
    words_en: str
    own_words: frozenset[str]


def origin(code: str) -> Origin | None:
    """Return the division with this six-digit code, or None."""
    return _by_code().get(code)


def search_origins(typed: str, limit: int = MOST_CHOICES) -> list[Origin]:
    """Return the divisions that fit what was typed (Chinese or pinyin), the likeliest first.

    Every word must occur: 重庆奉节, 奉节县, fengjie and chongqing fengjie all find 重庆 · 奉节县.
    """
    query = unicodedata.normalize("NFKC", typed[:LONGEST_QUERY]).strip().lower()
    if not query:
        return []
    ranked = [(rank, found) for found in _all() if (rank := _rank(found, query)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].level, pair[1].code))
    return [found for _rank_value, found in ranked[:limit]]


def resolve_origin(typed: str) -> Origin | None:
    """Return the one division that is meant without doubt by what was typed, or None."""
    found = search_origins(typed, limit=2)
    if not found:
        return None
    query = _plain(typed)
    exact = [one for one in found if query in {_plain(one.name.zh), _plain(one.name.en)} | one.own_words]
    if len(exact) == 1 or (len(found) == 1 and not exact):
        return (exact or found)[0]
    return None


def _rank(candidate: Origin, query: str) -> int | None:
    plain = _plain(query)
    if plain in candidate.own_words:
        return 0
    words = [_plain(word) for word in re.split(r"[\s·,，]+", query) if word]
    haystack = candidate.words_zh if any("\u4e00" <= one <= "\u9fff" for one in plain) else candidate.words_en
    if all(word in haystack for word in words if word) or plain in haystack:
        return 1 if any(own.startswith(words[-1]) for own in candidate.own_words) else 2
    return None


def _plain(words: str) -> str:
    """Return words without blanks, dots and the kinds of places: 重庆市 · 奉节县 -> 重庆奉节."""
    bare = re.sub(r"[\s·,，'’]", "", unicodedata.normalize("NFKC", words).lower())
    return _KINDS.sub("", bare) or bare


@lru_cache(maxsize=1)
def _all() -> tuple[Origin, ...]:
    found: list[Origin] = []
    for province in json.loads(DIVISIONS.read_text(encoding="utf-8")):
        found.append(_origin([province], 0))
        for city in province[3]:
            if city[1]:
                found.append(_origin([province, city], 1))
            found += [_origin([province, city, area], 2) for area in city[3]]
    return tuple(found)


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Origin]:
    return {one.code: one for one in _all()}


def _origin(line: list[list[str]], level: int) -> Origin:
    named = [division for division in line if division[1]]
    short = [_short(division[1]) for division in named[:-1]] + [
        named[-1][1] if level else _short(named[-1][1])
    ]
    chinese, english = " · ".join(short), ", ".join(division[2] for division in reversed(named))
    return Origin(
        code=line[-1][0],
        name=Text(chinese, english),
        level=level,
        words_zh=_plain("".join(division[1] for division in named)),
        words_en=_plain("".join(division[2] for division in named)),
        own_words=frozenset({_plain(named[-1][1]), _plain(named[-1][2])}),
    )


def _short(name: str) -> str:
    """Return a province or city as people say it: 重庆市 -> 重庆, 新疆维吾尔自治区 -> 新疆."""
    return re.sub(r"(?:壮族|回族|维吾尔)?(?:自治区|特别行政区)$|[省市]$", "", name) or name
