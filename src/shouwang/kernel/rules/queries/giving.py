"""What a row gives: the outcome, other values, and its words, taken apart once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shouwang.kernel.rules.queries.tables import OUTCOME, REASONS, REMEDIES
from shouwang.kernel.rules.queries.wording import Words, words_of


@dataclass(frozen=True, slots=True)
class Given:
    """The outputs of a row, ready to be worded for one set of facts."""

    outcome: str
    values: Mapping[str, Any]
    reasons: tuple[Words, ...]
    remedies: tuple[Words, ...]
    has_places: bool


def given_by(outputs: Mapping[str, Any]) -> Given:
    """Return what the output columns of a row give."""
    reasons, remedies = _words(outputs, REASONS), _words(outputs, REMEDIES)
    return Given(
        outcome=str(outputs[OUTCOME]),
        values={name: value for name, value in outputs.items() if name not in _WORDS},
        reasons=reasons,
        remedies=remedies,
        has_places=any(words.has_places for words in reasons + remedies),
    )


_WORDS = frozenset({OUTCOME, *REASONS, *REMEDIES})


def _words(outputs: Mapping[str, Any], columns: tuple[str, str]) -> tuple[Words, ...]:
    zh, en = outputs.get(columns[0]), outputs.get(columns[1])
    return words_of(zh, en) if zh and en else ()
