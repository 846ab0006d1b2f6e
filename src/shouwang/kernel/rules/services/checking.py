"""What a table file must be before it is let in.

The engine takes a cell that does not parse for one that never fits, without a word; so each is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import zen

from shouwang.kernel.rules.queries.tables import (
    OUTCOME,
    REASONS,
    REMEDIES,
    ROW,
    parameters_named,
    sheet_of,
)
from shouwang.util.problems import Problem
from shouwang.util.text import Text

#: More or less than a word: the engine takes it for a condition that never holds.
_INCOMPARABLE = re.compile(r"^(>=|<=|>|<)\s*(['\"]|date\()")
NAMES = ("key", "version", "effective_from", "source", "jdm")
PARAMETER_NAMES = ("key", "effective_from", "value", "source")


def check_table(content: Mapping[str, Any], has_parameter: Callable[[str], bool]) -> None:
    """Raise a Problem that names what is wrong with the content of a table file, if anything is."""
    _check_names(content, NAMES)
    date_of(content)
    sheet = _sheet(content)
    _check_hit(content, sheet)
    _check_columns(sheet)
    for number, row in enumerate(sheet["rules"], start=1):
        _check_row(sheet, row, number)
    _check_last_row(sheet)
    unknown = sorted(name for name in parameters_named(sheet) if not has_parameter(name))
    if unknown:
        names = ", ".join(unknown)
        raise _wrong(
            "rules_unknown_parameter",
            Text(f"没有这个参数：{names}。", f"No such parameter: {names}."),
            do=Text("先在 parameters.json 里写上参数。", "Put it into parameters.json first."),
        )


def check_parameter(row: Mapping[str, Any]) -> None:
    """Raise a Problem that names what is wrong with a row of a parameters file, if anything is."""
    _check_names(row, PARAMETER_NAMES)
    date_of(row)
    if not (row.get("name_zh") and row.get("name_en")):
        raise _wrong(
            "rules_no_name",
            Text(
                f"参数 {row['key']} 要有 name_zh 和 name_en。",
                f"Parameter {row['key']} needs name_zh and name_en.",
            ),
        )


def date_of(content: Mapping[str, Any]) -> date:
    """Return `effective_from` of a table or parameter; raises Problem when it is not an ISO date."""
    try:
        return date.fromisoformat(str(content["effective_from"]))
    except ValueError:
        what = content["effective_from"]
        raise _wrong(
            "rules_bad_date",
            Text(f"effective_from 不是日期：{what}。", f"effective_from is not a date: {what}."),
            do=Text("写成 2020-03-18 的样子。", "Write it like 2020-03-18."),
        ) from None


def _check_names(content: Mapping[str, Any], names: tuple[str, ...]) -> None:
    missing = [name for name in names if content.get(name) in (None, "")]
    if missing:
        words = ", ".join(missing)
        raise _wrong("rules_incomplete", Text(f"缺少：{words}。", f"Missing: {words}."))


def _sheet(content: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        sheet = sheet_of(content)
        for part in ("inputs", "outputs", "rules"):
            if not isinstance(sheet[part], list) or any(not isinstance(one, Mapping) for one in sheet[part]):
                raise ValueError(f"jdm.{part}")
        for column in (*sheet["inputs"], *sheet["outputs"]):
            if not isinstance(column.get("id"), str):
                raise ValueError(f"id of column {column.get('name', '')!r}")
    except (KeyError, ValueError, AttributeError) as error:
        raise _wrong(
            "rules_not_a_table",
            Text(f"jdm 不是一张判定表（{error}）。", f"jdm is not one decision table ({error})."),
            do=Text(
                "jdm 里只放一张判定表，含 inputs、outputs、rules。",
                "Put exactly one decision table into jdm, with inputs, outputs and rules.",
            ),
        ) from None
    return sheet


def _check_hit(content: Mapping[str, Any], sheet: Mapping[str, Any]) -> None:
    policies = {content.get("hit", "first"), sheet.get("hitPolicy", "first")}
    if policies != {"first"}:
        raise _wrong(
            "rules_hit_policy",
            Text("只支持“先中先用”（hit: first）。", "Only the first matching row decides (hit: first)."),
        )


def _check_columns(sheet: Mapping[str, Any]) -> None:
    fields = [str(column.get("field") or "") for column in sheet["outputs"]]
    missing = [name for name in (OUTCOME, *REASONS) if name not in fields]
    one_sided = len(set(REMEDIES) & set(fields)) == 1
    if missing or one_sided:
        words = ", ".join(missing or [name for name in REMEDIES if name not in fields])
        raise _wrong(
            "rules_missing_columns", Text(f"缺少结果列：{words}。", f"Missing output columns: {words}.")
        )
    twice = len(set(fields)) != len(fields) or "" in fields
    if twice or ROW in fields or any(str(column.get("field")).startswith("p.") for column in sheet["inputs"]):
        raise _wrong(
            "rules_bad_columns",
            Text("列名重复、为空或被系统占用。", "A column name is repeated, empty, or taken by the system."),
        )


def _check_row(sheet: Mapping[str, Any], row: Mapping[str, Any], number: int) -> None:
    for column in sheet["inputs"]:
        cell = row.get(column["id"]) or ""
        _check_cell(
            cell,
            column,
            number,
            zen.compile_unary_expression if column.get("field") else zen.compile_expression,
        )
    for column in sheet["outputs"]:
        cell = row.get(column["id"]) or ""
        if column["field"] in (OUTCOME, *REASONS) and not str(cell).strip():
            raise _wrong(
                "rules_empty_cell",
                Text(f"第 {number} 行缺 {column['field']}。", f"Row {number} has no {column['field']}."),
            )
        _check_cell(cell, column, number, zen.compile_expression)


def _check_cell(
    cell: object, column: Mapping[str, Any], number: int, compiles: Callable[[str], object]
) -> None:
    name = column.get("field") or column.get("name") or column["id"]
    if not isinstance(cell, str):
        raise _wrong(
            "rules_bad_cell",
            Text(
                f"第 {number} 行 {name} 要写成字符串。", f"Row {number}, {name}: write the cell as a string."
            ),
        )
    if not cell.strip():
        return
    if _INCOMPARABLE.match(cell.strip()):
        raise _wrong(
            "rules_bad_cell",
            Text(
                f"第 {number} 行 {name} 比不了大小：{cell}。",
                f"Row {number}, {name} compares words, which never holds: {cell}.",
            ),
            do=Text("日期写成 d('2020-03-18')。", "Write a day as d('2020-03-18')."),
        )
    try:
        compiles(cell)
    except RuntimeError as error:
        why = str(error).splitlines()[0]
        raise _wrong(
            "rules_bad_cell",
            Text(
                f"第 {number} 行 {name} 看不懂：{cell}（{why}）。",
                f"Row {number}, {name} does not parse: {cell} ({why}).",
            ),
        ) from None


def _check_last_row(sheet: Mapping[str, Any]) -> None:
    last = sheet["rules"][-1] if sheet["rules"] else None
    if last is None or any((last.get(column["id"]) or "").strip() for column in sheet["inputs"]):
        raise _wrong(
            "rules_no_last_row",
            Text(
                "最后一行的条件要全空，什么情况都能落到它。",
                "The last row must have no conditions, so that every case is decided.",
            ),
        )


def _wrong(code: str, what: Text, do: Text | None = None) -> Problem:
    return Problem(code, what, do=do)
