"""The desk's manifest: its routes and its places in the navigation."""

from __future__ import annotations

from shouwang.desk.queries.work import waiting
from shouwang.desk.services import SCORECARD, SHIFT_SHEET
from shouwang.kernel.journal.api import Verb
from shouwang.util.text import Text
from shouwang.web.manifest import Group, Manifest, NavigationItem

MANIFEST = Manifest(
    key="desk",
    name=Text("工作台", "Desk"),
    urls="shouwang.desk.urls",
    document_kinds=(SCORECARD, SHIFT_SHEET),
    verbs=(
        Verb(
            "event-log.taken",
            Text(
                "导出事件日志：{procedure}，{form}，{place}",
                "Event log taken out: {procedure}, {form}, {place}",
            ),
        ),
    ),
    router="shouwang.desk.endpoints.router",
    navigation=(
        NavigationItem(
            Text("我的工作", "My work"), "desk:work", icon="list-check", order=10, is_tab=True, count=waiting
        ),
        NavigationItem(
            Text("案件", "Cases"),
            "desk:cases",
            icon="clipboard-list",
            verb="case.work",
            order=20,
            is_tab=True,
        ),
        NavigationItem(
            Text("值守", "Duties"), "desk:duties", icon="user-check", verb="duty.see", order=30, is_tab=True
        ),
        NavigationItem(
            Text("地点", "Places"), "desk:places", icon="map-pin", group=Group.RECORDS, order=10, is_tab=True
        ),
        NavigationItem(
            Text("流程", "Procedures"),
            "desk:procedures",
            icon="git-branch",
            verb="procedure.see",
            group=Group.RECORDS,
            order=20,
        ),
        NavigationItem(
            Text("复盘", "Lessons"),
            "desk:learning",
            icon="chart-bar",
            verb="procedure.see",
            group=Group.RECORDS,
            order=25,
        ),
        NavigationItem(
            Text("台账", "Journal"),
            "desk:journal",
            icon="book",
            verb="journal.see",
            group=Group.RECORDS,
            order=30,
        ),
    ),
)
