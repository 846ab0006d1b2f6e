"""The only door to sheets: workbooks out of rows.

book = sheets.workbook([sheets.Sheet("时限清单", columns, rows)], title="居家隔离")
"""

from __future__ import annotations

from shouwang.kernel.sheets.services.writing import MEDIA_TYPE, Column, Sheet, workbook

__all__ = ["MEDIA_TYPE", "Column", "Sheet", "workbook"]
