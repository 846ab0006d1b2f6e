"""Reading a workbook back as a spreadsheet program would: names, cells, the frozen head, widths."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from lxml import etree

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@dataclass
class Read:
    """One sheet: its rows of shown values, how many rows stay in place, widths, and any formulas."""

    rows: list[list[str]]
    frozen: int
    widths: list[float]
    formulas: list[str]


def read(content: bytes) -> dict[str, Read]:
    """Return the sheets of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [sheet.get("name") for sheet in _xml(book, "xl/workbook.xml").iterfind(".//m:sheet", MAIN)]
        shared = [
            "".join(part.text or "" for part in entry.iterfind(".//m:t", MAIN))
            for entry in _xml(book, "xl/sharedStrings.xml").iterfind("m:si", MAIN)
        ]
        return {
            name: _sheet(_xml(book, f"xl/worksheets/sheet{number}.xml"), shared)
            for number, name in enumerate(names, start=1)
        }


def _xml(book: zipfile.ZipFile, path: str) -> etree._Element:
    return etree.fromstring(book.read(path))


def _sheet(page: etree._Element, shared: list[str]) -> Read:
    pane = page.find(".//m:pane", MAIN)
    return Read(
        rows=[[_value(cell, shared) for cell in row] for row in page.iterfind(".//m:row", MAIN)],
        frozen=0 if pane is None else int(pane.get("ySplit")),
        widths=[float(column.get("width")) for column in page.iterfind(".//m:col", MAIN)],
        formulas=[formula.text for formula in page.iterfind(".//m:f", MAIN)],
    )


def _value(cell: etree._Element, shared: list[str]) -> str:
    value = cell.findtext("m:v", "", MAIN)
    return shared[int(value)] if cell.get("t") == "s" and re.fullmatch(r"\d+", value) else value
