"""What a wanted outcome lacks: which conditions of its rows fail, and by how much, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
import zen

from shouwang.kernel.rules.queries.deciding import context_of
from shouwang.kernel.rules.queries.in_force import Bound, bound_table, parameter_row
from shouwang.kernel.rules.queries.tables import OUTCOME, REASONS, Column, parameters_in
from shouwang.kernel.rules.queries.wording import Words, in_words
from shouwang.util import clock
from shouwang.util.text import CHINESE, ENGLISH, Text

_COMPARISON = re.compile(r"^(>=|<=|>|<|==|!=)\s*(.+)$", re.DOTALL)
_INTERVAL = re.compile(r"^([\[(])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])])$", re.DOTALL)
_ORDER = {
    ">=": ("不早于", "not before"),
    ">": ("晚于", "after"),
    "<=": ("不晚于", "not after"),
    "<": ("早于", "before"),
}
#: Units of parameters that read differently in the two languages; others (℃, %, km) stand as they are.
_UNITS = {
    "min": Text("分钟", "min"),
    "s": Text("秒", "s"),
    "h": Text("小时", "h"),
    "day": Text("天", "days"),
    "days": Text("天", "days"),
    "d": Text("天", "days"),
    "person": Text("人", "people"),
    "people": Text("人", "people"),
    "fen": Text("分", "fen"),
    "yuan": Text("元", "yuan"),
}


@dataclass(frozen=True, slots=True)
class FailedCondition:
    """One condition that fails: the fact it looks at, in words why and by how much, and the row it stands in.

    Rows are alternatives: mending all conditions of any one row is enough. `field` is "" for a row whose own
    conditions hold but which an earlier row comes before.
    """

    field: str
    text: Text
    row: int


class _NotPlainError(ValueError):
    """A cell that is no comparison, interval or list: told by its text alone."""


def explain(
    key: str, facts: Mapping[str, Any], wanted_outcome: str, on: date | None = None
) -> list[FailedCondition]:
    """Return what fails in the rows that give `wanted_outcome`, the row with the fewest failures first.

    Empty when the table already gives it. Raises as `decide` does, and ValueError when no row of the table
    ever gives this outcome.
    """
    on = on or clock.today()
    bound = bound_table(key, on)
    context = orjson.loads(context_of(facts, bound.parameters))
    wanted = list(_rows_giving(bound, context, wanted_outcome))
    if not wanted:
        raise ValueError(f"no row of {key!r} gives {wanted_outcome!r}")
    first = next(number for number in range(len(bound.table.rows)) if _fits(bound, number, context))
    if first in wanted:
        return []
    failing = [list(_failures(bound, number, context, facts, on)) for number in wanted]
    failing = [
        one or [_came_first(bound, first, number, facts)] for one, number in zip(failing, wanted, strict=True)
    ]
    return [condition for row in sorted(failing, key=len) for condition in row]


def _rows_giving(bound: Bound, context: Mapping[str, Any], outcome: str) -> Iterator[int]:
    cell_id = bound.table.outputs[OUTCOME]
    for number, row in enumerate(bound.table.rows):
        with suppress(_NotPlainError):
            if _evaluate(row[cell_id], context) == outcome:
                yield number


def _fits(bound: Bound, number: int, context: Mapping[str, Any]) -> bool:
    row = bound.table.rows[number]
    return all(_holds(row.get(column.id, ""), column, context) for column in bound.table.inputs)


def _failures(
    bound: Bound, number: int, context: Mapping[str, Any], facts: Mapping[str, Any], on: date
) -> Iterator[FailedCondition]:
    row = bound.table.rows[number]
    for column in bound.table.inputs:
        cell = row.get(column.id, "")
        if not _holds(cell, column, context):
            text = _why(cell.strip(), column, context, facts, on)
            yield FailedCondition(column.field, text, number + 1)


def _came_first(bound: Bound, first: int, number: int, facts: Mapping[str, Any]) -> FailedCondition:
    row, outputs = bound.table.rows[first], bound.table.outputs
    named = {**facts, "p": bound.parameters}
    context = orjson.loads(context_of(facts, bound.parameters))
    zh, en = (_evaluate(row[outputs[reason]], context) for reason in REASONS)
    reason = Words(str(zh), str(en)).fill(named)
    text = Text(f"先适用的是另一条：{reason.zh}", f"Another rule comes first: {reason.en}")
    return FailedCondition("", text, number + 1)


def _holds(cell: str, column: Column, context: Mapping[str, Any]) -> bool:
    """Tell whether a cell holds, as the engine does: what cannot be compared does not hold."""
    if not cell.strip():
        return True
    try:
        if not column.field:
            return zen.evaluate_expression(cell, dict(context)) is True
        return zen.evaluate_unary_expression(cell, {**context, "$": _look_up(column.field, context)})
    except RuntimeError:
        return False


def _why(cell: str, column: Column, context: Mapping[str, Any], facts: Mapping[str, Any], on: date) -> Text:
    name = column.name
    if not column.field:
        return Text(f"不满足：{name.zh}。", f"Not met: {name.en}.")
    value = _look_up(column.field, context)
    shown = _look_up(column.field, facts)
    if value is None:
        return Text(f"没有填写{name.zh}。", f"{name.en} is not given.")
    try:
        demand = _demand(cell, value, context, _unit(cell, column, on))
    except _NotPlainError:
        demand = Text(f"要求 {cell}", f"it must be {cell}")
    unit = _unit(cell, column, on) if _is_number(value) else Text("", "")
    return Text(
        f"{name.zh}是 {_with_unit(in_words(shown, CHINESE), unit.zh)}，{demand.zh}。",
        f"{name.en} is {_with_unit(in_words(shown, ENGLISH), unit.en)}; {demand.en}.",
    )


def _demand(cell: str, value: Any, context: Mapping[str, Any], unit: Text) -> Text:  # noqa: ANN401 any JSON value
    comparison = _COMPARISON.match(cell)
    if comparison:
        sign, bound = comparison[1], _evaluate(comparison[2], context)
        if sign in ("==", "!="):
            return _one_of([bound]) if sign == "==" else _none_of([bound])
        return _beyond(sign, value, bound, unit)
    interval = _INTERVAL.match(cell)
    if interval:
        low, high = _evaluate(interval[2], context), _evaluate(interval[3], context)
        if _is_number(value) and _is_number(low) and value <= low:
            return _beyond(">=" if interval[1] == "[" else ">", value, low, unit)
        return _beyond("<=" if interval[4] == "]" else "<", value, high, unit)
    if "$" in cell:
        raise _NotPlainError
    return _one_of(_members(cell, context))


def _beyond(sign: str, value: Any, bound: Any, unit: Text) -> Text:  # noqa: ANN401 any JSON value
    if not (_is_number(value) and _is_number(bound)):
        return _before_or_after(sign, bound)
    limit = Text(_with_unit(_plain(bound), unit.zh), _with_unit(_plain(bound), unit.en))
    apart = abs(Decimal(str(value)) - Decimal(str(bound)))
    gap = Text(_with_unit(_plain(apart), unit.zh), _with_unit(_plain(apart), unit.en))
    if not apart:
        return Text(
            f"正好是 {limit.zh}，要{_strictly(sign).zh}",
            f"that is the limit itself, it must be {_strictly(sign).en} it",
        )
    if sign in (">=", ">"):
        more = Text("至少", "at least") if sign == ">=" else Text("高于", "above")
        return Text(
            f"要{more.zh} {limit.zh}，还差 {gap.zh}", f"it must be {more.en} {limit.en}, {gap.en} short"
        )
    less = Text("不超过", "at most") if sign == "<=" else Text("低于", "below")
    return Text(f"要{less.zh} {limit.zh}，超出 {gap.zh}", f"it must be {less.en} {limit.en}, {gap.en} over")


def _before_or_after(sign: str, bound: object) -> Text:
    """Tell the limit of a day, which zen hands out as an instant in words."""
    try:
        day = datetime.fromisoformat(str(bound))
    except ValueError:
        raise _NotPlainError from None
    zh, en = _ORDER[sign]
    return Text(f"要{zh} {in_words(day, CHINESE)}", f"it must be {en} {in_words(day, ENGLISH)}")


def _strictly(sign: str) -> Text:
    return Text("高于它", "above") if sign == ">" else Text("低于它", "below")


def _one_of(members: Iterable[Any]) -> Text:
    words = list(members)
    return Text(
        "要是 " + " 或 ".join(in_words(one, CHINESE) for one in words),
        "it must be " + " or ".join(in_words(one, ENGLISH) for one in words),
    )


def _none_of(members: Iterable[Any]) -> Text:
    words = list(members)
    return Text(
        "不能是 " + "、".join(in_words(one, CHINESE) for one in words),
        "it must not be " + " or ".join(in_words(one, ENGLISH) for one in words),
    )


def _members(cell: str, context: Mapping[str, Any]) -> list[Any]:
    """Return the values of a list cell such as 'A','B' or true: each word is an expression of its own."""
    try:
        values = zen.evaluate_expression(f"[{cell}]", dict(context))
    except RuntimeError as error:
        raise _NotPlainError from error
    if not values or any(not isinstance(value, str | int | float | bool) for value in values):
        raise _NotPlainError
    return list(values)


def _evaluate(expression: str, context: Mapping[str, Any]) -> Any:  # noqa: ANN401 zen yields any JSON value
    try:
        return zen.evaluate_expression(expression, dict(context))
    except RuntimeError as error:
        raise _NotPlainError from error


def _unit(cell: str, column: Column, on: date) -> Text:
    """Return the unit of the column, else of the parameter that the cell names."""
    if column.unit.zh:
        return column.unit
    unit = next((parameter_row(name, on).unit for name in parameters_in(cell)), "")
    return _UNITS.get(unit, Text(unit, unit))


def _look_up(field: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 facts are any JSON-like value
    value: Any = values
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: object) -> str:
    number = Decimal(str(value))
    return format(
        number.to_integral_value() if number == number.to_integral_value() else number.normalize(), "f"
    )


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit else number
