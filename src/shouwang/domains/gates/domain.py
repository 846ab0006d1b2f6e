"""The manifest of gates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shouwang.domains.gates.models import DECISION_WORDS, Registration
from shouwang.domains.gates.queries.figures import INDICATORS
from shouwang.domains.gates.queries.passages import people_of
from shouwang.domains.gates.services import deciding
from shouwang.kernel.cases.api import Case, Step
from shouwang.kernel.documents.api import DocumentKind
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.util.text import Text
from shouwang.web.manifest import CasePanel, Group, Manifest, NavigationItem, StartPage, StepPage, Way

HERE = Path(__file__).parent
PROCEDURE = "CHECKPOINT"


def _link(entry: journal.Entry) -> str:
    """Return the page of the car that an entry tells of."""
    return f"/gate/{entry.subject_key}/"


def _verb(key: str, zh: str, en: str) -> journal.Verb:
    return journal.Verb(key, Text(zh, en), link=_link)


def _step_page(key: str, zh: str, en: str) -> StepPage:
    return StepPage(PROCEDURE, key, Text(zh, en), _page_of)


def _page_of(step: Step) -> str:
    return f"/gate/{step.case.subject_key}/"


def car_panel(case: Case, _person: Person) -> dict[str, Any]:
    """Return what the panel of the case page shows: the car and what was decided about each of its people."""
    registration = Registration.objects.select_related("checkpoint", "destination").get(
        pk=int(case.subject_key)
    )
    people = [(one, DECISION_WORDS.get(one.decision_key)) for one in people_of(registration)]
    return {"registration": registration, "people": people}


MANIFEST = Manifest(
    key="gates",
    name=Text("卡口", "Checkpoints"),
    navigation=(
        NavigationItem(
            Text("卡口", "Gate"),
            "gates:queue",
            icon="car",
            verb="gate.work",
            group=Group.CONTROL,
            order=10,
            is_tab=True,
        ),
    ),
    ways=(
        Way(
            Text("开车来郑", "Coming by car"),
            Text("在卡口排队时登记全车，约 1 分钟。", "Register the car while you queue, about 1 minute."),
            icon="car",
            url_name="gates:checkpoints",
            order=10,
        ),
    ),
    verbs=(
        _verb("gates.registered", "车辆登记，{people} 人", "Car registered, people: {people}"),
        _verb("gates.changed", "车辆登记改过，{people} 人", "Registration changed, people: {people}"),
        _verb(
            "gates.checked", "查验完，{people} 人：{decision_zh}", "Checked, people: {people}, {decision_en}"
        ),
        _verb("gates.rechecked", "复测腋温：{decision_zh}", "Measured again: {decision_en}"),
        _verb("gates.referred", "发热已上报，专车已叫", "Fever reported, vehicle called"),
        _verb("gates.withdrawn", "登记作废，{people} 人", "Registration dropped, people: {people}"),
        _verb("gates.expired", "没到场，登记自动作废", "Did not come; registration dropped"),
        _verb("gates.shredded", "查验记录到期删除，{people} 人", "Passage shredded, people: {people}"),
        journal.Verb(
            "gates.found_under_order",
            Text("隔离中的人经过{checkpoint_zh}", "A person in quarantine came through {checkpoint_en}"),
        ),
    ),
    indicators=INDICATORS,
    service_tasks={
        "gates.decide": deciding.decide,
        "gates.decide_again": deciding.decide_again,
        "gates.notify_communities": deciding.notify_communities,
        "gates.open_fever": deciding.open_fever,
    },
    document_kinds=(
        DocumentKind(
            "gates.poster", Text("卡口登记海报", "Checkpoint poster"), HERE / "documents/poster.typ", "KB"
        ),
    ),
    case_panels=(CasePanel(PROCEDURE, "gates/panel.html", car_panel),),
    step_pages=(
        _step_page("verify", "去查验", "Check the car"),
        _step_page("measure", "去查验", "Check the car"),
        _step_page("recheck", "去记腋温", "Enter armpit temperatures"),
        _step_page("refer", "去上报", "Report the fever"),
    ),
    start_pages=(StartPage(PROCEDURE, Text("去登记一辆车", "Register a car"), "gates:queue"),),
    urls="shouwang.domains.gates.urls",
    router="shouwang.domains.gates.endpoints.router",
    rules_folder=HERE / "rules",
    procedures_folder=HERE / "procedures",
)
