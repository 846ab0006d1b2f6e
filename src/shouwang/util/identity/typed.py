"""What all checks share: the normal form of typed text, and the making of problems."""

from __future__ import annotations

import re
import unicodedata

from shouwang.util.problems import Problem
from shouwang.util.text import Text

_SEPARATORS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff·•・．.\-‐‑–—_]+")


def compact(typed: str) -> str:
    """Return `typed` in half-width upper case, without blanks, dots, hyphens and invisible characters."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper()


def refuse(code: str, what: Text, field: str, do: Text | None = None, why: Text | None = None) -> Problem:
    """Return the problem to be raised."""
    return Problem(code, what, do=do, why=why, field=field)


def wrong_length(code: str, name: Text, has: int, right: int, field: str) -> Problem:
    """Return the problem of a wrong length: by how much, what is right, what is there."""
    missing = right - has
    first = (
        Text("少 {n:,} 位。", "{n:,} too few. ") if missing > 0 else Text("多 {n:,} 位。", "{n:,} too many. ")
    ).format(n=abs(missing))
    rest = Text(
        "{name}是 {right} 位，这里有 {has:,} 位。", "{name} has {right} characters; here there are {has:,}."
    ).format(name=name, right=right, has=has)
    return Problem(code, Text(first.zh + rest.zh, first.en + rest.en), field=field)
