"""The only door to rules: load and publish them, decide by them, ask what a refusal lacks, read parameters.

    decision = rules.decide("checkpoint_decision", {"forehead_celsius": Decimal("37.6"), …})
    decision.outcome, decision.reasons, decision.version
    rules.parameter("handover_acceptance_minutes")
    rules.explain("release", facts, "RELEASE")          # what fails, and by how much

A table file is {"key", "version", "effective_from", "source", "hit": "first", "jdm": {…}} and may name its
facts for people: "facts": {"forehead_celsius": {"zh": "额温", "en": "Forehead temperature", "unit": "℃"}}.
Its output columns are `outcome`, `reason_zh`, `reason_en`, optionally `remedy_zh` and `remedy_en` together,
and any others (`Decision.values`). Words fill `{fact}` and `{p.parameter}`; semicolons part several reasons
or remedies. Its last row has no conditions, so that everything is decided. Days are compared as `d('…')`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from shouwang.kernel.journal import api as journal
from shouwang.kernel.rules.queries.deciding import Decision, decide, decide_many
from shouwang.kernel.rules.queries.explaining import FailedCondition, explain
from shouwang.kernel.rules.queries.in_force import UnknownRuleError, parameter_row, table_keys
from shouwang.kernel.rules.services.publishing import Loaded, load_folder, publish_parameter, publish_table
from shouwang.util import clock
from shouwang.util.text import Text

journal.register_verbs(
    journal.Verb(
        "rules.table_published",
        Text(
            "发布判定表 {key} 第 {version} 版，{from} 起生效",
            "Published the table {key}, version {version}, from {from}",
        ),
    ),
    journal.Verb(
        "rules.parameter_published",
        Text("发布参数 {key}，{from} 起生效", "Published the parameter {key}, from {from}"),
    ),
)


def parameter(key: str, on: date | None = None) -> Any:  # noqa: ANN401 a number, list or word, as published
    """Return the value of a parameter as in force on the local date `on` (today); raises UnknownRuleError."""
    return parameter_row(key, on or clock.today()).value


__all__ = [
    "Decision",
    "FailedCondition",
    "Loaded",
    "UnknownRuleError",
    "decide",
    "decide_many",
    "explain",
    "load_folder",
    "parameter",
    "publish_parameter",
    "publish_table",
    "table_keys",
]
