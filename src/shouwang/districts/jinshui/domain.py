"""The manifest of this district: the figures of the article that its records must reproduce."""

from __future__ import annotations

from shouwang.kernel.indicators.api import ArticleRow
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

MANIFEST = Manifest(
    key="jinshui",
    name=Text("金水区", "Jinshui District"),
    article_rows=(
        ArticleRow(1, Text("区直单位", "District units"), 75, "district_units"),
        ArticleRow(1, Text("街道", "Sub-districts"), 17, "subdistricts"),
        ArticleRow(1, Text("社区（村）", "Communities and villages"), 214, "communities"),
        ArticleRow(1, Text("楼院", "Courtyards"), 1892, "courtyards"),
        ArticleRow(
            1,
            Text("24 小时有专班的楼院", "Courtyards with a task force round the clock"),
            1892,
            "courtyards_with_task_force",
        ),
    ),
)
