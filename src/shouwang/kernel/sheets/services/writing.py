"""Writing XLSX with xlsxwriter: heads that stay, widths that fit, text that is never a formula.

What people typed goes in as text whatever it begins with: a cell of "=…" shows those characters and computes
nothing in the reader's spreadsheet program.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from shouwang.util import clock

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What Excel allows in the name of a sheet, and how long it may be.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
MAX_NAME = 31
#: Columns are between these many characters wide; longer text wraps.
NARROWEST, WIDEST = 6, 48

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and how many characters wide it is (None: as wide as what stands in it)."""

    title: str
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, columns and rows; `note` stands above the head, for what the reader must know."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Looks:
    """How the kinds of cells look."""

    head: Format
    text: Format
    day: Format
    instant: Format
    note: Format


def workbook(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """Return an XLSX file of `sheets`, in their order; instants are written in local time.

    Raises ValueError when there is no sheet, or a row is not as long as its columns.
    """
    if not sheets:
        raise ValueError("a workbook has at least one sheet")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    )
    made_at = clock.local(clock.now()).replace(tzinfo=None)
    book.set_properties({"title": title, "author": "Shouwang 守望", "created": made_at})
    looks = _looks(book)
    for name, sheet in zip(_names(sheet.name for sheet in sheets), sheets, strict=True):
        _write(book.add_worksheet(name), sheet, looks)
    book.close()
    return out.getvalue()


def _looks(book: xlsxwriter.Workbook) -> _Looks:
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D5DAD3"}
    return _Looks(
        head=book.add_format({**cell, "bold": True, "bg_color": "#E9ECE7"}),
        text=book.add_format(cell),
        day=book.add_format({**cell, "num_format": "yyyy-mm-dd"}),
        instant=book.add_format({**cell, "num_format": "yyyy-mm-dd hh:mm"}),
        note=book.add_format({"font_color": "#434D48"}),
    )


def _write(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    head = 1 if sheet.note else 0
    if sheet.note:
        page.write_string(0, 0, sheet.note, looks.note)
    for at, column in enumerate(sheet.columns):
        page.write_string(head, at, column.title, looks.head)
        page.set_column(at, at, column.width or _width(sheet, at))
    for number, row in enumerate(sheet.rows, start=head + 1):
        if len(row) != len(sheet.columns):
            raise ValueError(f"{sheet.name}: a row of {len(row)} cells below {len(sheet.columns)} columns")
        for at, value in enumerate(row):
            _write_cell(page, number, at, value, looks)
    page.freeze_panes(head + 1, 0)
    page.autofilter(head, 0, head + len(sheet.rows), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)


def _write_cell(page: Worksheet, row: int, at: int, value: Cell, looks: _Looks) -> None:
    if isinstance(value, datetime):
        page.write_datetime(row, at, clock.local(value).replace(tzinfo=None), looks.instant)
    elif isinstance(value, date):
        page.write_datetime(row, at, datetime(value.year, value.month, value.day), looks.day)  # noqa: DTZ001 a day has no zone
    elif isinstance(value, int | float):
        page.write_number(row, at, value, looks.text)
    else:
        page.write_string(row, at, value or "", looks.text)


def _width(sheet: Sheet, at: int) -> int:
    """Return the width of the longest line of a column; a Chinese character counts as two."""
    lines = [
        sheet.columns[at].title,
        *(line for row in sheet.rows for line in str(row[at] or "").splitlines()),
    ]
    return min(max([NARROWEST, *(_columns_of(line) + 2 for line in lines)]), WIDEST)


def _columns_of(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def _names(names: Iterable[str]) -> list[str]:
    """Return names that Excel takes: short, without its forbidden characters, each once."""
    found: list[str] = []
    for name in names:
        plain = _FORBIDDEN.sub(" ", name).strip(" '")[:MAX_NAME] or "1"
        number, taken = 2, {one.casefold() for one in found}
        wanted = plain
        while wanted.casefold() in taken:
            suffix = f" {number}"
            wanted, number = plain[: MAX_NAME - len(suffix)] + suffix, number + 1
        found.append(wanted)
    return found
