"""`shouwang article` and `shouwang procedures`: what the records say, for people or as JSON for machines."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Sequence
from typing import Any

import orjson

from shouwang.commands import preparation
from shouwang.commands.progress import say


def run_article(arguments: argparse.Namespace) -> int:
    """Print each figure of the article beside the one computed from records; 1 if any differs."""
    with preparation.product():
        from shouwang.kernel.indicators import api as indicators

        rows = [dict(row) for row in indicators.article_table()]
    if arguments.json:
        say(_json(rows))
    else:
        _print_table(("row", "figure", "article", "computed", "ok"), rows)
    return 0 if all(row["ok"] for row in rows) else 1


def run_procedures(arguments: argparse.Namespace) -> int:
    """Print the procedures in force."""
    with preparation.product():
        from shouwang.kernel.procedures import api as procedures

        rows = [
            {
                "key": one.key,
                "name": str(one.name),
                "version": one.version,
                "effective_from": one.effective_from,
            }
            for one in procedures.list_in_force()
        ]
    if arguments.json:
        say(_json(rows))
    else:
        _print_table(("key", "name", "version", "effective_from"), rows)
    return 0


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()


def _print_table(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    cells = [list(columns)] + [[_cell(row[column]) for column in columns] for row in rows]
    widths = [max(_width(line[index]) for line in cells) for index in range(len(columns))]
    for line in cells:
        padded = (text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True))
        say("  ".join(padded).rstrip())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _width(text: str) -> int:
    """Return the columns a terminal needs: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
