"""Tables and parameters for tests of rules."""

from __future__ import annotations

import copy
from typing import Any

from shouwang.kernel.rules import api as rules

SOURCE = "test"


def parameter(
    key: str, value: object, unit: str = "", effective_from: str = "2020-01-01", **more: object
) -> dict[str, Any]:
    return {
        "key": key,
        "effective_from": effective_from,
        "value": value,
        "unit": unit,
        "source": SOURCE,
        "name_zh": f"参数{key}",
        "name_en": f"Parameter {key}",
        **more,
    }


PARAMETERS = [
    parameter("fever_axillary", 37.3, "℃"),
    parameter("fever_forehead", 37.0, "℃"),
    parameter("term_days", 14, "days"),
]


def row(
    axillary: str, forehead: str, origin: str, outcome: str, zh: str, en: str, days: str = "0"
) -> dict[str, str]:
    cells = (axillary, forehead, origin, f"'{outcome}'", f"'{zh}'", f"'{en}'", days)
    return dict(zip(("a", "f", "o", "r", "zh", "en", "d"), cells, strict=True))


FEVER = {
    "key": "fever",
    "version": "1",
    "effective_from": "2020-01-01",
    "source": SOURCE,
    "hit": "first",
    "facts": {
        "axillary": {"zh": "腋温", "en": "Armpit temperature"},
        "forehead": {"zh": "额温", "en": "Forehead temperature"},
        "origin": {"zh": "来源", "en": "Origin"},
    },
    "jdm": {
        "hitPolicy": "first",
        "inputs": [
            {"id": "a", "field": "axillary", "name": "腋温"},
            {"id": "f", "field": "forehead", "name": "额温"},
            {"id": "o", "field": "origin", "name": "来源"},
        ],
        "outputs": [
            {"id": key, "field": field, "name": field}
            for key, field in (("r", "outcome"), ("zh", "reason_zh"), ("en", "reason_en"), ("d", "days"))
        ],
        "rules": [
            row(
                ">= p.fever_axillary",
                "",
                "",
                "HOLD",
                "腋温 {axillary} ℃ 是发热",
                "Armpit {axillary} ℃ is a fever",
            ),
            row("", ">= p.fever_forehead", "", "RECHECK", "额温 {forehead} ℃", "Forehead {forehead} ℃"),
            row("", "", "'HUBEI','ABROAD'", "TELL", "隔离 {days} 天", "{days} days", "p.term_days"),
            row("", "", "", "PASS", "正常", "Normal"),
        ],
    },
}


def fever(**changes: object) -> dict[str, Any]:
    """Return the fever table, with parts replaced."""
    return {**copy.deepcopy(FEVER), **changes}


def graph(sheet: dict[str, Any]) -> dict[str, Any]:
    """Return a table as the JDM editors write it: a graph of three nodes."""
    return {
        "nodes": [
            {"id": "1", "type": "inputNode", "name": "request", "position": {"x": 0, "y": 0}},
            {
                "id": "2",
                "type": "decisionTableNode",
                "name": "table",
                "position": {"x": 1, "y": 0},
                "content": sheet,
            },
            {"id": "3", "type": "outputNode", "name": "response", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "1", "targetId": "2"},
            {"id": "b", "type": "edge", "sourceId": "2", "targetId": "3"},
        ],
    }


def publish(table: dict[str, Any] | None = None) -> None:
    """Publish the parameters, and a table (the fever table)."""
    for one in PARAMETERS:
        rules.publish_parameter(one)
    rules.publish_table(table or FEVER)
