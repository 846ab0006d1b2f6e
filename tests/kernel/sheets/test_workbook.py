"""A workbook read back: what was given stands in it, its head stays in place, and nothing in it computes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from shouwang.kernel.sheets import api as sheets
from tests.kernel.sheets.workbook import read

COLUMNS = [sheets.Column("步骤"), sheets.Column("限时", 12)]


def test_rows_come_back_below_a_head_that_stays(clock):
    book = read(
        sheets.workbook([sheets.Sheet("时限", COLUMNS, [["测温", "10 分"], ["记录", ""]])], title="t")
    )
    assert book["时限"].rows == [["步骤", "限时"], ["测温", "10 分"], ["记录", ""]]
    assert book["时限"].frozen == 1


def test_a_note_stands_above_the_head_and_both_stay(clock):
    sheet = sheets.Sheet("时限", COLUMNS, [["测温", "10 分"]], note="3 月 18 日在用")
    book = read(sheets.workbook([sheet], title="t"))["时限"]
    assert book.rows[0][0] == "3 月 18 日在用"
    assert book.rows[1] == ["步骤", "限时"]
    assert book.frozen == 2


@pytest.mark.parametrize("typed", ["=1+1", "@SUM(A1)", "+CMD", "http://example.org", "=HYPERLINK(1)"])
def test_what_was_typed_is_never_computed(clock, typed):
    book = read(sheets.workbook([sheets.Sheet("x", COLUMNS, [[typed, "a"]])], title="t"))["x"]
    assert book.rows[1][0] == typed
    assert book.formulas == []


def test_days_instants_and_numbers_are_values_in_local_time(clock):
    at = datetime(2020, 3, 18, 2, 30, tzinfo=UTC)
    columns = [sheets.Column("a"), sheets.Column("b"), sheets.Column("c"), sheets.Column("d")]
    row = [date(2020, 3, 18), at, 42, None]
    cells = read(sheets.workbook([sheets.Sheet("x", columns, [row])], title="t"))["x"].rows[1]
    assert cells[0] == "43908"
    assert float(cells[1]) == pytest.approx(43908 + 10.5 / 24)
    assert cells[2] == "42"
    assert cells[3] == ""


def test_a_column_is_as_wide_as_its_longest_line_within_reason(clock):
    columns = [sheets.Column("a"), sheets.Column("b"), sheets.Column("c", 12)]
    rows = [["十个汉字有二十个宽度", "长" * 200, "x"]]
    widths = read(sheets.workbook([sheets.Sheet("x", columns, rows)], title="t"))["x"].widths
    assert 20 < widths[0] < 24
    assert 48 <= widths[1] < 50
    assert 12 <= widths[2] < 14


def test_names_that_excel_would_refuse_are_mended(clock):
    made = [sheets.Sheet(name, COLUMNS, []) for name in ("a/b:c", "同名", "同名", "长" * 40, "")]
    assert list(read(sheets.workbook(made, title="t"))) == ["a b c", "同名", "同名 2", "长" * 31, "1"]


def test_a_row_of_the_wrong_length_is_refused(clock):
    with pytest.raises(ValueError, match="1 cells below 2 columns"):
        sheets.workbook([sheets.Sheet("x", COLUMNS, [["a"]])], title="t")
    with pytest.raises(ValueError, match="at least one"):
        sheets.workbook([], title="t")
