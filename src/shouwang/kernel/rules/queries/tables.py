"""A decision table ready to be evaluated: its file's content, read once per version and process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import zen

from shouwang.util.text import Text

#: The output column that we add, so that the matched row is known without a trace (which halves the speed).
ROW = "_row"
#: Output columns that every table has, and those that it may have for words.
OUTCOME = "outcome"
REASONS = ("reason_zh", "reason_en")
REMEDIES = ("remedy_zh", "remedy_en")
_PARAMETER = re.compile(r"(?<![\w.$])p\.([A-Za-z_]\w*)")
#: A cell of one string without escapes, one number, true, false, null or one parameter.
_SETTLED = re.compile(r"""^('[^'\\]*'|"[^"\\]*"|-?\d+(\.\d+)?|true|false|null|p\.[A-Za-z_]\w*)$""")
_NODE = "t"


@dataclass(frozen=True, slots=True)
class Column:
    """An input column: its id in the rows, the fact it looks at, and how people call that fact."""

    id: str
    field: str
    name: Text
    unit: Text


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a table, compiled. `rows` are the cells by column id; `parameters` what they name.

    `settled` are the outputs that no fact can change (words, numbers, parameters): they are worked out once a
    day, and the engine only finds the row and what depends on the facts.
    """

    key: str
    version: str
    inputs: tuple[Column, ...]
    outputs: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    parameters: frozenset[str]
    settled: frozenset[str]
    engine: zen.ZenEngine

    def settle(self, parameters: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
        """Return, for each row, the outputs of the columns that the engine is not asked for."""
        columns = [(field, id_) for field, id_ in self.outputs.items() if field in self.settled]
        return tuple(
            {field: _value(row[id_], parameters) for field, id_ in columns if row.get(id_, "").strip()}
            for row in self.rows
        )

    def evaluate(self, context: bytes) -> dict[str, Any]:
        """Return the number of the first row that fits the JSON `context`, and what facts decide of it."""
        result: dict[str, Any] = self.engine.evaluate(_NODE, context)["result"]
        return result


def compile_table(key: str, version: str, content: Mapping[str, Any]) -> Table:
    """Return the table of a file's content that was checked when it was loaded."""
    sheet = sheet_of(content)
    rows = tuple(sheet["rules"])
    settled = frozenset(
        column["field"]
        for column in sheet["outputs"]
        if all(_is_settled(row.get(column["id"], "")) for row in rows)
    )
    return Table(
        key=key,
        version=version,
        inputs=tuple(_column(column, content.get("facts", {})) for column in sheet["inputs"]),
        outputs={column["field"]: column["id"] for column in sheet["outputs"]},
        rows=rows,
        parameters=parameters_named(sheet),
        settled=settled,
        engine=zen.ZenEngine({"loader": {"type": "static", "content": {_NODE: _graph(sheet, settled)}}}),
    )


def sheet_of(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return inputs, outputs and rules of a file: `jdm` is a graph with one table, or that table itself.

    Raises ValueError when it is neither.
    """
    jdm = content.get("jdm")
    if not isinstance(jdm, Mapping):
        raise ValueError("jdm")
    if "nodes" not in jdm:
        return jdm
    tables = [node for node in jdm["nodes"] if node.get("type") == "decisionTableNode"]
    others = {node.get("type") for node in jdm["nodes"]} - {"decisionTableNode", "inputNode", "outputNode"}
    if len(tables) != 1 or others or not isinstance(tables[0].get("content"), Mapping):
        raise ValueError("jdm.nodes")
    sheet: Mapping[str, Any] = tables[0]["content"]
    return sheet


def parameters_named(sheet: Mapping[str, Any]) -> frozenset[str]:
    """Return the parameters that the cells of a table name, in expressions and in the words of reasons."""
    cells = (str(cell) for row in sheet["rules"] for cell in row.values())
    return frozenset(name for cell in cells for name in _PARAMETER.findall(cell))


def parameters_in(cell: str) -> list[str]:
    """Return the parameters that one cell names."""
    return _PARAMETER.findall(cell)


def _column(column: Mapping[str, Any], facts: Mapping[str, Any]) -> Column:
    """Name a column by the file's `facts`, else by its own name: "体温 / Temperature", or one for both."""
    field = str(column.get("field") or "")
    words = facts.get(field, {})
    zh, _slash, en = str(column.get("name") or field).partition(" / ")
    unit = words.get("unit", "")
    zh_unit, en_unit = (unit["zh"], unit["en"]) if isinstance(unit, Mapping) else (unit, unit)
    return Column(
        id=column["id"],
        field=field,
        name=Text(words.get("zh") or zh, words.get("en") or en or zh),
        unit=Text(zh_unit, en_unit),
    )


def _value(cell: str, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 any JSON value
    """Return the value of a settled cell; the evaluator hands out 14 as 14.0, a decision must not."""
    value = zen.evaluate_expression(cell, {"p": dict(parameters)})
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_settled(cell: str) -> bool:
    return not cell.strip() or _SETTLED.match(cell.strip()) is not None


def _graph(sheet: Mapping[str, Any], settled: frozenset[str]) -> dict[str, Any]:
    position = {"x": 0, "y": 0}
    asked = [column for column in sheet["outputs"] if column["field"] not in settled]
    outputs = [*asked, {"id": ROW, "name": ROW, "field": ROW}]
    rules = [{**row, "_id": str(number), ROW: str(number)} for number, row in enumerate(sheet["rules"])]
    content = {"hitPolicy": "first", "inputs": list(sheet["inputs"]), "outputs": outputs, "rules": rules}
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": position},
            {
                "id": _NODE,
                "name": _NODE,
                "type": "decisionTableNode",
                "position": position,
                "content": content,
            },
        ],
        "edges": [{"id": "e", "type": "edge", "sourceId": "in", "targetId": _NODE}],
    }
