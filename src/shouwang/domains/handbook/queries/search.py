"""Words to search Chinese by as people type on phones: the characters, the pinyin, and its first letters.

"逐人测温" is found by 测温, cewen, and zrcw.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_NOT_SPOKEN = re.compile(r"[\s，。；：、（）“”·→/|,.;:()\"'-]+")


def search_words(lines: Iterable[str]) -> str:
    """Return everything that a search in `lines` may be typed as, in small letters, pieces apart by blanks."""
    lines = list(lines)
    pieces = [piece for line in lines for piece in _NOT_SPOKEN.split(line) if piece]
    spoken = [form for piece in pieces if not piece.isascii() for form in _spoken(piece)]
    return " ".join(dict.fromkeys([*(line.lower() for line in lines), *spoken]))


@lru_cache(maxsize=4096)
def _spoken(piece: str) -> tuple[str, str]:
    first = lazy_pinyin(piece, style=Style.FIRST_LETTER)
    whole = lazy_pinyin(piece)
    return "".join(first).lower(), "".join(whole).lower()
