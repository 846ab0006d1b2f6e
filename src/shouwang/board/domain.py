"""The command screen's manifest."""

from __future__ import annotations

from shouwang.board.queries.screen import INDICATORS
from shouwang.util.text import Text
from shouwang.web.manifest import Group, Manifest, NavigationItem

MANIFEST = Manifest(
    key="board",
    name=Text("指挥大屏", "Command screen"),
    urls="shouwang.board.urls",
    indicators=INDICATORS,
    navigation=(
        NavigationItem(
            Text("指挥大屏", "Command screen"),
            "board:screen",
            icon="device-desktop",
            verb="board.see",
            order=5,
            is_tab=True,
        ),
        NavigationItem(
            Text("四大战役", "Campaigns"),
            "board:campaigns",
            icon="clipboard-list",
            verb="board.see",
            order=6,
        ),
        NavigationItem(
            Text("指标", "Indicators"),
            "board:indicators",
            icon="chart-bar",
            verb="board.see",
            group=Group.RECORDS,
            order=40,
        ),
    ),
)
