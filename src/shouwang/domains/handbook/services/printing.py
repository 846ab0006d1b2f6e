"""Lists and guides on paper and as spreadsheets. Nothing is stored: they are made anew from what is in force."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shouwang.domains.handbook.queries.guide import Guide
from shouwang.domains.handbook.queries.tables import Scope, Table
from shouwang.kernel.documents import api as documents
from shouwang.kernel.sheets import api as sheets
from shouwang.util import clock
from shouwang.util.text import CHINESE, Text
from shouwang.web import wording

_TEMPLATES = Path(__file__).resolve().parents[1] / "documents"
#: Papers that are printed and never issued: they carry no number, and whoever has a newer one throws them away.
LISTS = documents.DocumentKind(
    "handbook-lists", Text("工作清单", "Lists of work"), _TEMPLATES / "lists.typ", "QD"
)
GUIDE = documents.DocumentKind(
    "handbook-guide", Text("应知应会口袋册", "Pocket guide"), _TEMPLATES / "guide.typ", "KD"
)
#: Rough width of a spreadsheet's column for one part of the width on paper.
CHARACTERS_PER_SHARE = 6


def as_of(scope: Scope) -> str:
    """Return which versions a list tells of, and on which day."""
    versions = pgettext("list", "、").join(
        _("%(name)s第 %(version)s 版") % {"name": one.name.localised(language()), "version": one.version}
        for one in scope.versions
    )
    day = wording.day_text(scope.on)
    if not versions:
        return _("%(day)s在用的流程里没有") % {"day": day}
    return _("%(day)s在用：%(versions)s") % {"day": day, "versions": versions}


def lists_pdf(name: str, note: str, tables: Sequence[Table]) -> bytes:
    """Return lists as one PDF, A4 across, each list on pages of its own."""
    data = {
        "title": name,
        "note": note,
        "printed": _("%(when)s 打印") % {"when": wording.when_text(clock.now())},
        "empty": _("没有。"),
        "tables": [_table_data(table) for table in tables],
    }
    return documents.render(LISTS, data, language=language())


def lists_xlsx(name: str, note: str, tables: Sequence[Table]) -> bytes:
    """Return lists as one workbook, a sheet for each."""
    return sheets.workbook([_sheet(table, note) for table in tables], title=name)


def guide_pdf(guide: Guide) -> bytes:
    """Return a pocket guide as a PDF of A6 pages, one card on each."""
    return documents.render(GUIDE, guide.as_data(), language=language())


def language() -> str:
    """Return the active language."""
    return get_language() or CHINESE


def _table_data(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "columns": list(table.columns),
        "shares": list(table.shares),
        "rows": [[list(cell) for cell in row.cells] for row in table.rows],
    }


def _sheet(table: Table, note: str) -> sheets.Sheet:
    columns = [
        sheets.Column(head, max(len(head) * 2 + 2, share * CHARACTERS_PER_SHARE))
        for head, share in zip(table.columns, table.shares, strict=True)
    ]
    rows = [["\n".join(cell) for cell in row.cells] for row in table.rows]
    return sheets.Sheet(table.name, columns, rows, note)
