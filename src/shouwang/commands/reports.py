"""`shouwang article` and `shouwang procedures`: what the records say, for people or as JSON for machines."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

import orjson

from shouwang.commands import preparation
from shouwang.commands.progress import say


def run_article(arguments: argparse.Namespace) -> int:
    """Print each figure of the article beside the one computed from records; 1 if any differs."""
    with preparation.product():
        from shouwang.kernel.indicators import api as indicators

        rows = [_as_dict(row) for row in indicators.article_table()]
    if arguments.json:
        say(_json(rows))
    else:
        _print_table(("row", "figure", "article", "computed", "ok"), rows)
    return 0 if all(row["ok"] for row in rows) else 1


def run_procedures(arguments: argparse.Namespace) -> int:
    """Print the procedures in force."""
    with preparation.product():
        from shouwang.kernel.procedures import api as procedures

        rows = [_as_dict(row) for row in procedures.list_in_force()]
    if arguments.json:
        say(_json(rows))
    else:
        _print_table(tuple(rows[0]) if rows else (), rows)
    return 0


def _as_dict(row: Any) -> dict[str, Any]:  # noqa: ANN401 (whatever the door hands out: a record of scalars)
    return asdict(row) if is_dataclass(row) and not isinstance(row, type) else dict(row)


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()


def _print_table(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    cells = [list(columns)] + [[_cell(row[column]) for column in columns] for row in rows]
    widths = [max(_width(line[index]) for line in cells) for index in range(len(columns))]
    for line in cells:
        say(
            "  ".join(
                text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)
            ).rstrip()
        )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, dict) and {"zh", "en"} <= value.keys():
        return f"{value['zh']} {value['en']}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _width(text: str) -> int:
    """Return the columns a terminal needs: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
