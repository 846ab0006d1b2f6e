"""Money as whole fen (1 yuan = 100 fen): read from what people type, written as people read it."""

from __future__ import annotations

import re
import unicodedata

from shouwang.util.problems import Problem
from shouwang.util.text import Text

_AMOUNT = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


def parse_yuan(typed: str, field: str = "") -> int:
    """Return the amount in fen of what was typed in yuan: "1,234.5" -> 123450.

    Full-width digits, blanks, 元 and ¥ are understood. Raises Problem for anything else, and for more than
    two decimal places.
    """
    words = unicodedata.normalize("NFKC", typed).replace(" ", "").strip("¥元")
    match = _AMOUNT.fullmatch(words)
    if not match:
        raise Problem(
            "amount_unreadable",
            Text("金额读不懂。", "This amount cannot be read."),
            do=Text(
                "写成 1234.50，单位元，最多两位小数。",
                "Write it like 1234.50, in yuan, at most two decimals.",
            ),
            field=field,
        )
    sign, whole, decimals = match.groups()
    fen = int(whole.replace(",", "")) * 100 + int((decimals or "").ljust(2, "0"))
    return -fen if sign else fen


def format_yuan(fen: int) -> str:
    """Return an amount in fen as yuan with separators and two decimals: 123450 -> "1,234.50"."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"
