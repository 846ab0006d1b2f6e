"""What quarantine brings along."""

from __future__ import annotations

from pathlib import Path

from shouwang.domains.quarantine.queries.measures import INDICATORS
from shouwang.domains.quarantine.queries.one import panel
from shouwang.domains.quarantine.queries.orders import VERB
from shouwang.domains.quarantine.services import ordering, papers, releasing
from shouwang.kernel.cases.api import case_link
from shouwang.kernel.duties.api import Level, Role
from shouwang.kernel.journal.api import Verb
from shouwang.util.text import Text
from shouwang.web.manifest import CasePanel, Group, Manifest, NavigationItem, StepPage

_HERE = Path(__file__).resolve().parent


def _verb(key: str, zh: str, en: str, personal: tuple[str, ...] = ()) -> Verb:
    return Verb(f"quarantine.{key}", Text(zh, en), link=case_link, personal=personal)


VERBS = (
    _verb("order_opened", "开隔离令，{days} 天", "Order opened for {days} days"),
    _verb("order_extended", "隔离延长 {days} 天", "Order extended by {days} days", ("reason",)),
    _verb("reading_recorded", "记体温", "Temperature recorded"),
    _verb("reading_missed", "漏测：{when}", "Missed: {when}"),
    _verb("fever_reported", "报发热，通知社区医生", "Fever reported to the community doctor"),
    _verb("help_asked", "本人说不舒服", "The person feels ill", ("symptoms",)),
    _verb("breach_reported", "报告外出", "Absence from home reported"),
    _verb("referral_called", "通知转诊", "Referral called"),
    _verb("referred", "转诊，隔离令结束", "Referred, order ended"),
    _verb("release_held", "到期没有解除：{why}", "Not released at the end of the term: {why}"),
    _verb("released", "解除隔离，通知书 {number}", "Released, certificate {number}"),
    _verb("overdue", "到期未解除，报区指挥部", "Past the term, reported to the district"),
    _verb("shredded", "保留期满，个人信息已删", "Retention over, personal data deleted"),
)

#: Who runs an observation site meets the people in it, and sees no more than what was handed to them.
_SITE = frozenset({"case.work", "procedure.see", "person.reveal"})

MANIFEST = Manifest(
    key="quarantine",
    name=Text("居家隔离", "Home quarantine"),
    navigation=(
        NavigationItem(
            Text("居家隔离", "Quarantine"),
            "quarantine:list",
            icon="home-heart",
            verb=VERB,
            group=Group.CONTROL,
            order=20,
            is_tab=True,
        ),
    ),
    roles=(
        Role("site_manager", Text("留观点负责人", "Observation site manager"), Level.SUBDISTRICT, _SITE),
        Role(
            "site_doctor",
            Text("留观点医生", "Observation site doctor"),
            Level.SUBDISTRICT,
            _SITE | {"medical.sign"},
        ),
    ),
    verbs=VERBS,
    indicators=INDICATORS,
    service_tasks={
        "quarantine.open_order": ordering.open_order,
        "quarantine.extend_order": ordering.extend_order,
        "quarantine.call_referral": ordering.call_referral,
        "quarantine.refer": ordering.refer,
        "quarantine.require_made_up": releasing.require_made_up,
        "quarantine.count_readings": releasing.count_readings,
        "quarantine.issue_release": releasing.issue_release,
    },
    document_kinds=papers.KINDS,
    case_panels=(CasePanel("HOME_QUARANTINE", "quarantine/panel.html", panel),),
    step_pages=(
        StepPage(
            "HOME_QUARANTINE",
            "documents",
            Text("出文书、办这一步", "Papers of this step"),
            lambda step: f"/quarantine/{step.case_id}/papers/",
        ),
        StepPage(
            "HOME_QUARANTINE",
            "watch",
            Text("记体温、看每一天", "Temperatures"),
            lambda step: f"/quarantine/{step.case_id}/",
        ),
        StepPage(
            "HOME_QUARANTINE",
            "make_up",
            Text("补测体温", "Make up the reading"),
            lambda step: f"/quarantine/{step.case_id}/#type",
        ),
    ),
    urls="shouwang.domains.quarantine.urls",
    router="shouwang.domains.quarantine.endpoints.router",
    rules_folder=_HERE / "rules",
    procedures_folder=_HERE / "procedures",
)
