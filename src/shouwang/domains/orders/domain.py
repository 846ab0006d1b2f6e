"""What orders bring along."""

from __future__ import annotations

from pathlib import Path

from shouwang.domains.orders.queries.case import panel, waiting
from shouwang.domains.orders.queries.figures import INDICATORS
from shouwang.domains.orders.services import following
from shouwang.kernel.journal.api import Entry, Verb
from shouwang.util.text import Text
from shouwang.web.manifest import CasePanel, Group, Manifest, NavigationItem

_HERE = Path(__file__).resolve().parent


def _link(entry: Entry) -> str:
    return f"/orders/{entry.subject_key}/"


def _verb(key: str, zh: str, en: str) -> Verb:
    return Verb(f"orders.{key}", Text(zh, en), link=_link)


VERBS = (
    _verb("issued", "下发指令“{title_zh}”到 {count} 处", "Issued the order “{title_en}” to {count} places"),
    _verb("nudged", "催签收“{title_zh}”，{count} 处没回音", "Reminded {count} silent places: {title_en}"),
    _verb("closed", "指令“{title_zh}”全部办结", "All answered: {title_en}"),
    _verb("closed_early", "指令“{title_zh}”没等齐就结束", "Closed before all had answered: {title_en}"),
)

MANIFEST = Manifest(
    key="orders",
    name=Text("指令", "Orders"),
    navigation=(
        NavigationItem(
            Text("指令", "Orders"),
            "orders:list",
            icon="send",
            verb="case.work",
            group=Group.CONTROL,
            order=5,
            count=waiting,
        ),
    ),
    verbs=VERBS,
    indicators=INDICATORS,
    service_tasks={
        "orders.note_acknowledged": following.note_acknowledged,
        "orders.note_reported": following.note_reported,
        "orders.note_returned": following.note_returned,
        "orders.note_confirmed": following.note_confirmed,
        "orders.note_withdrawn": following.note_withdrawn,
    },
    case_panels=(CasePanel("ORDER", "orders/panel.html", panel),),
    urls="shouwang.domains.orders.urls",
    procedures_folder=_HERE / "procedures",
)
