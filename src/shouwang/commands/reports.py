"""`shouwang article` and `shouwang procedures`: what the records say, for people or as JSON for machines."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from shouwang.commands import preparation
from shouwang.commands.progress import say

if TYPE_CHECKING:
    from shouwang.kernel.procedures.api import ProcedureVersion, StepSpec
    from shouwang.util.text import Text


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

        versions = procedures.list_in_force()
        rows = [
            {"key": one.key, "name": str(one.name), "version": one.version, **_counts(one)}
            for one in versions
        ]
        full = [_whole(one) for one in versions] if arguments.json else []
    if arguments.json:
        say(_json(full))
    else:
        _print_table(("key", "name", "version", "steps", "ends", "findings"), rows)
    return 0 if all(row["findings"] == 0 for row in rows) else 1


def _counts(version: ProcedureVersion) -> dict[str, int]:
    from shouwang.kernel.procedures import api as procedures

    profile = procedures.profile_of(version)
    return {
        "steps": len(profile.steps),
        "ends": len(profile.outcomes),
        "findings": len(procedures.check(version.bpmn)),
    }


def _whole(version: ProcedureVersion) -> dict[str, Any]:
    """Return everything that a machine may want to know of a procedure in force; limits in seconds."""
    from shouwang.kernel.procedures import api as procedures

    profile = procedures.profile_of(version)
    return {
        "key": version.key,
        "name": _words(version.name),
        "version": version.version,
        "effective_from": version.effective_from,
        "campaign": profile.campaign,
        "number_prefix": profile.number_prefix,
        "starts_by_hand": profile.start is not None and profile.start.is_by_hand,
        "lanes": [{"role": role, "name": _words(name)} for role, name in profile.lanes.items()],
        "steps": [_step(step) for step in profile.steps.values()],
        "ends": {end.outcome: _words(end.text) for end in profile.ends.values() if end.outcome},
        "calls": sorted(set(profile.calls.values())),
        "opens": sorted(set(profile.opens.values())),
        "findings": [
            {"element": one.element, "what": _words(one.what), "mend": _words(one.mend)}
            for one in procedures.check(version.bpmn)
        ],
    }


def _step(step: StepSpec) -> dict[str, Any]:
    return {
        "key": step.key,
        "name": _words(step.name),
        "role": step.role,
        "limit_seconds": int(step.limit.total_seconds()) if step.limit else None,
        "checklist": [_words(item.text) for item in step.checklist],
        "evidence": [{"name": _words(item.text), "is_required": item.is_required} for item in step.evidence],
        "form": [{"key": field.key, "kind": field.kind, "name": _words(field.text)} for field in step.form],
    }


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


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
