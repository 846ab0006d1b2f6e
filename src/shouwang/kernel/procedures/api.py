"""The door of procedures. Everything outside this concept uses these names and no others of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures.models import Draft, DraftState, ProcedureVersion
from shouwang.kernel.procedures.queries.comparing import Change, ChangeKind, compare, condition_of
from shouwang.kernel.procedures.queries.diagrams import Drawing, drawings
from shouwang.kernel.procedures.queries.drafts import draft_by_pk, open_drafts, settled_drafts
from shouwang.kernel.procedures.queries.event_log import LogScope
from shouwang.kernel.procedures.queries.flow import Flow, StepFlow, Way, WhatIf, read_flow
from shouwang.kernel.procedures.queries.learning import (
    ItemFigures,
    OpenFigures,
    StepFigures,
    Waits,
    climbs,
    item_figures,
    open_figures,
    step_figures,
    waits,
)
from shouwang.kernel.procedures.queries.library import (
    in_force,
    list_in_force,
    profile_of,
    step_standard,
    step_standards,
    versions_of,
)
from shouwang.kernel.procedures.queries.lists import MethodStep, all_steps, method_steps, steps_of_role
from shouwang.kernel.procedures.queries.ocel import write_ocel
from shouwang.kernel.procedures.queries.profile import (
    Cadence,
    ChecklistItem,
    EvidenceItem,
    FormField,
    Option,
    Profile,
    Report,
    StartSpec,
    StepSpec,
    parse_xml,
    read_profile,
)
from shouwang.kernel.procedures.queries.samples import EARLIEST, Sample, is_term, period, sample_of
from shouwang.kernel.procedures.queries.scorecard import Row, Scorecard, scorecard
from shouwang.kernel.procedures.queries.starting import (
    callers_of,
    start_of,
    startable,
    starting_duty,
    starting_places,
)
from shouwang.kernel.procedures.queries.xes import write_xes
from shouwang.kernel.procedures.services import common, signals
from shouwang.kernel.procedures.services.beginning import (
    ByHand,
    report,
    require_by_hand,
    start_by_hand,
    start_for,
)
from shouwang.kernel.procedures.services.drafting import (
    approve_draft,
    begin_draft,
    begin_new,
    draft_findings,
    publish_draft,
    return_draft,
    save_draft,
    submit_draft,
    upload_draft,
    withdraw_draft,
)
from shouwang.kernel.procedures.services.editing import Edit, edit_element, find_element
from shouwang.kernel.procedures.services.findings import Finding
from shouwang.kernel.procedures.services.many import StartMany, start_many
from shouwang.kernel.procedures.services.publishing import Refused, check, load_folder, publish
from shouwang.kernel.procedures.services.refusals import CHECKLIST_INCOMPLETE, keep_refusal
from shouwang.kernel.procedures.services.registry import TaskContext, register_service_task, service_names
from shouwang.kernel.procedures.services.running import Start, complete, run_timers, send_message, start
from shouwang.kernel.procedures.services.signals import send_signal
from shouwang.kernel.procedures.services.skeleton import Skeleton
from shouwang.util.text import Text

journal.register_verbs(
    journal.Verb(
        "procedure.published",
        Text("发布流程“{name_zh}”第 {version} 版", "Published procedure “{name_en}”, version {version}"),
    ),
    journal.Verb("case.reported", Text("报告：{what}", "Reported: {what}"), link=cases.case_link),
    *(
        journal.Verb(f"procedure.draft_{key}", Text(f"{zh}流程“{{name_zh}}”的修改", f"{en} “{{name_en}}”"))
        for key, zh, en in (
            ("begun", "开始", "Began a change of"),
            ("saved", "存了", "Saved the change of"),
            ("submitted", "送审", "Submitted the change of"),
            ("approved", "审过", "Approved the change of"),
            ("returned", "退回", "Returned the change of"),
            ("withdrawn", "作废", "Dropped the change of"),
        )
    ),
    journal.Verb(signals.VERB, Text("发出信号“{signal}”", "Sent the signal “{signal}”")),
)
journal.subscribe(signals.VERB, "procedures.tell_signal")
for _name, _task in (
    ("procedures.open", common.open_procedure),
    ("procedures.set_term", common.set_term),
    ("procedures.next_day", common.next_day),
    ("procedures.contain", common.contain),
    ("procedures.end_containment", common.end_containment),
):
    register_service_task(_name, _task)


@dataclass(frozen=True)
class LogForm:
    """A form in which event logs leave: how it is written, its media type, and how its files end."""

    write: Callable[[LogScope], Iterator[str]]
    content_type: str
    suffix: str


LOG_FORMS = {
    "xes": LogForm(write_xes, "application/xml; charset=utf-8", "xes"),
    "ocel": LogForm(write_ocel, "application/json", "jsonocel"),
}

__all__ = [
    "CHECKLIST_INCOMPLETE",
    "EARLIEST",
    "LOG_FORMS",
    "ByHand",
    "Cadence",
    "Change",
    "ChangeKind",
    "ChecklistItem",
    "Draft",
    "DraftState",
    "Drawing",
    "Edit",
    "EvidenceItem",
    "Finding",
    "Flow",
    "FormField",
    "ItemFigures",
    "LogForm",
    "LogScope",
    "MethodStep",
    "OpenFigures",
    "Option",
    "ProcedureVersion",
    "Profile",
    "Refused",
    "Report",
    "Row",
    "Sample",
    "Scorecard",
    "Skeleton",
    "Start",
    "StartMany",
    "StartSpec",
    "StepFigures",
    "StepFlow",
    "StepSpec",
    "TaskContext",
    "Waits",
    "Way",
    "WhatIf",
    "all_steps",
    "approve_draft",
    "begin_draft",
    "begin_new",
    "callers_of",
    "check",
    "climbs",
    "compare",
    "complete",
    "condition_of",
    "draft_by_pk",
    "draft_findings",
    "drawings",
    "edit_element",
    "find_element",
    "in_force",
    "is_term",
    "item_figures",
    "keep_refusal",
    "list_in_force",
    "load_folder",
    "method_steps",
    "open_drafts",
    "open_figures",
    "parse_xml",
    "period",
    "profile_of",
    "publish",
    "publish_draft",
    "read_flow",
    "read_profile",
    "register_service_task",
    "report",
    "require_by_hand",
    "return_draft",
    "run_timers",
    "sample_of",
    "save_draft",
    "scorecard",
    "send_message",
    "send_signal",
    "service_names",
    "settled_drafts",
    "start",
    "start_by_hand",
    "start_for",
    "start_many",
    "start_of",
    "startable",
    "starting_duty",
    "starting_places",
    "step_figures",
    "step_standard",
    "step_standards",
    "steps_of_role",
    "submit_draft",
    "upload_draft",
    "versions_of",
    "waits",
    "withdraw_draft",
    "write_ocel",
    "write_xes",
]
