"""Decisions per second through `rules.decide`, beside the rule engine alone on the same table and facts.

Ours adds the version in force on the day, the parameters, and the reasons in both languages; the baseline
hands the engine a ready context and reads nothing from its answer. The table is one of 12 rows with five
conditions, like a checkpoint's.
"""

from __future__ import annotations

import random
from typing import Any

import orjson
import zen

from benchmarks.measure import Result, in_turn
from shouwang.kernel.rules import api as rules

NAME = "rules_decide"
DEFAULT_SIZE = 100_000
SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 3
GROUPS = ("LOCAL", "PROVINCE", "OTHER_PROVINCE", "PRIORITY_AREA", "HUBEI", "OVERSEAS")
FIELDS = ("axillary", "forehead", "has_symptoms", "group", "days")
PARAMETERS = {"bench_fever_axillary": 37.3, "bench_fever_forehead": 37.0, "bench_term": 14}


def run(size: int) -> Result:
    """Decide for `size` people, in turn with the engine alone; more per second is better."""
    _publish()
    facts = [_somebody(random.Random(number)) for number in range(min(size, 10_000))]
    rows = [facts[number % len(facts)] for number in range(size)]
    contexts = [orjson.dumps({**row, "p": PARAMETERS}) for row in rows]
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"table": _graph()}}})

    def ours() -> None:
        for row in rows:
            rules.decide("bench_checkpoint", row)

    def engine_alone() -> None:
        for context in contexts:
            engine.evaluate("table", context)

    ours_took, theirs_took = in_turn(ours, engine_alone, ROUNDS)
    return Result(
        value=size / ours_took,
        unit="decisions/s, more is better",
        baseline="zen engine alone on the same table and ready JSON facts",
        baseline_value=size / theirs_took,
    )


def _publish() -> None:
    for key, value in PARAMETERS.items():
        rules.publish_parameter(
            {
                "key": key,
                "effective_from": "2020-01-01",
                "value": value,
                "source": "benchmark",
                "name_zh": key,
                "name_en": key,
            }
        )
    rules.publish_table(
        {
            "key": "bench_checkpoint",
            "version": "1",
            "effective_from": "2020-01-01",
            "source": "benchmark",
            "jdm": _graph(),
        }
    )


def _graph() -> dict[str, Any]:
    """Return the table as an editor writes it."""
    sheet = {"hitPolicy": "first", "inputs": _columns(FIELDS), "outputs": _columns(OUTPUTS), "rules": _rows()}
    position = {"x": 0, "y": 0}
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": position},
            {"id": "t", "name": "t", "type": "decisionTableNode", "position": position, "content": sheet},
            {"id": "out", "name": "out", "type": "outputNode", "position": position},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "t"},
            {"id": "b", "type": "edge", "sourceId": "t", "targetId": "out"},
        ],
    }


OUTPUTS = ("outcome", "reason_zh", "reason_en", "remedy_zh", "remedy_en", "term")


def _columns(fields: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"id": field, "field": field, "name": field} for field in fields]


def _rows() -> list[dict[str, str]]:
    rows = [
        _row("HOLD", "腋温 {axillary} ℃", axillary=">= p.bench_fever_axillary"),
        _row("HOLD", "额温 {forehead} ℃", forehead=">= p.bench_fever_forehead"),
        _row("HOLD", "自报症状", has_symptoms="true"),
    ]
    for group in GROUPS[1:]:
        tell = {"group": f"'{group}'", "days": "< p.bench_term"}
        rows.append(_row("PASS_AND_NOTIFY", "隔离 {p.bench_term} 天", **tell))
    rows += [_row("PASS", "满 {days} 天", days="[14..21]"), _row("PASS", "早已满期", days="> 21")]
    return [*rows, _row("PASS", "正常")]


def _row(outcome: str, words: str, **cells: str) -> dict[str, str]:
    said = {"reason_zh": f"'{words}'", "reason_en": f"'{words}'", "remedy_zh": "'直接回家；等社区上门'"}
    results = {"outcome": f"'{outcome}'", **said, "remedy_en": "'Go home; wait'", "term": "p.bench_term"}
    return {**dict.fromkeys(FIELDS, ""), **cells, **results}


def _somebody(chance: random.Random) -> dict[str, Any]:
    return {
        "axillary": round(chance.uniform(35.5, 37.6), 1),
        "forehead": round(chance.uniform(35.5, 37.2), 1),
        "has_symptoms": chance.random() < 0.02,
        "group": chance.choice(GROUPS),
        "days": chance.randint(0, 30),
    }
