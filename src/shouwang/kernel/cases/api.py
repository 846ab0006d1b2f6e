"""The door of cases. Everything outside this concept uses these names and no others of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shouwang.kernel.cases.models import (
    Case,
    CaseState,
    Containment,
    ContainmentKind,
    Custody,
    Escalation,
    Evidence,
    Handover,
    HandoverState,
    Shift,
    Step,
    StepState,
)
from shouwang.kernel.cases.queries.access import access_case, access_step, cases_in_scope, has_hand_in
from shouwang.kernel.cases.queries.campaigns import (
    OpenAndLate,
    campaign_by_child,
    campaign_by_procedure,
    campaign_cases,
)
from shouwang.kernel.cases.queries.counting import (
    FLOW_PARTS,
    DayFlow,
    Reconciliation,
    cases_of_flow,
    contained,
    contained_by_child,
    contained_cases,
    daily_flow,
    late_by_campaign,
    late_by_child,
    late_by_level,
    reconcile,
    unaccounted,
)
from shouwang.kernel.cases.queries.shifts import (
    AtPost,
    access_shift,
    at_post,
    handovers_of_shift,
    shifts_given,
    shifts_waiting,
    who_comes_next,
)
from shouwang.kernel.cases.queries.work import (
    DUE_SOON,
    Work,
    WorkItem,
    children_of,
    evidence_of,
    handovers_of,
    late_steps,
    latest_escalations,
    my_work,
    open_cases_of,
    open_steps,
    steps_of,
    waiting_count,
)
from shouwang.kernel.cases.services.climbing import LEVEL_NAMES, SweepReport, sweep, sweep_batch
from shouwang.kernel.cases.services.containing import enter_containment, leave_containment
from shouwang.kernel.cases.services.handing import (
    may_take,
    offer,
    offer_new_step,
    recall,
    take_over,
)
from shouwang.kernel.cases.services.leaving import reassign_from
from shouwang.kernel.cases.services.opening import (
    NewCase,
    climb_offsets,
    lock_case,
    lock_case_of,
    move_custody,
    move_due,
    open_case,
    require_holder,
    tick,
    withdraw_offers,
)
from shouwang.kernel.cases.services.opening_many import open_many
from shouwang.kernel.cases.services.progress import Hand, NewStep, Progress, take_in_hand
from shouwang.kernel.cases.services.proving import add_evidence
from shouwang.kernel.cases.services.shifts import (
    Settled,
    accept_shift,
    decline_shift,
    offer_shift,
    recall_shift,
)
from shouwang.kernel.cases.services.shifts import accept_offer as accept
from shouwang.kernel.cases.services.shifts import decline_offer as decline
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.util.text import Text

#: Parameters that this concept needs in force: escalation offsets, time to accept a handover.
RULES_FOLDER = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class Campaign:
    """One of the four campaigns (四大战役) that every case, order and indicator belongs to."""

    key: str
    name: Text

    @property
    def lead_role(self) -> str:
        """The duty of the district that leads it."""
        return f"lead_{self.key.lower()}"


CAMPAIGNS = {
    campaign.key: campaign
    for campaign in (
        Campaign("COMMUNITY", Text("社区阵地战", "Community positions")),
        Campaign("ISOLATION_CONTROL", Text("管控攻坚战", "Isolation and control")),
        Campaign("ENTRY_CHECKPOINT", Text("关口阻击战", "Entry checkpoints")),
        Campaign("PUBLIC_INFORMATION", Text("舆论宣传战", "Public information")),
    )
}

duties.register_roles(
    *(
        duties.Role(
            campaign.lead_role,
            Text(f"{campaign.name.zh}牵头", f"Lead, {campaign.name.en}"),
            duties.Level.DISTRICT,
            frozenset({"case.work", "case.see", "duty.see", "board.see", "procedure.see", "order.issue"}),
        )
        for campaign in CAMPAIGNS.values()
    )
)


def case_link(entry: journal.Entry) -> str:
    """Return the page of the case that a journal entry tells of."""
    return f"/cases/{entry.subject_key}/"


def _verb(key: str, zh: str, en: str) -> journal.Verb:
    return journal.Verb(key, Text(zh, en), link=case_link)


journal.register_verbs(
    _verb("case.opened", "开案 {number}：{title_zh}", "Case {number} opened: {title_en}"),
    _verb("case.closed", "结案 {number}：{outcome}", "Case {number} closed: {outcome}"),
    _verb("step.opened", "开始：{name_zh}，由{post_zh}负责", "Started: {name_en}, held by {post_en}"),
    _verb("step.done", "办完：{name_zh}", "Done: {name_en}"),
    _verb("step.cancelled", "不再需要：{name_zh}", "No longer needed: {name_en}"),
    _verb("step.due_moved", "改了到期时间：{name_zh}", "Due time changed: {name_en}"),
    _verb("step.taken", "接过来办：{name_zh}", "Taken over: {name_en}"),
    _verb("step.reassigned", "改由{post_zh}负责：{name_zh}", "Now held by {post_en}: {name_en}"),
    _verb(
        "handover.offered", "移交给{receiver_zh}，等接收：{name_zh}", "Offered to {receiver_en}: {name_en}"
    ),
    _verb("handover.accepted", "已接收：{name_zh}", "Accepted: {name_en}"),
    _verb("handover.declined", "不接：{name_zh}", "Declined: {name_en}"),
    _verb("handover.recalled", "收回移交：{name_zh}", "Offer recalled: {name_en}"),
    journal.Verb("shift.offered", Text("交班 {count} 件：{post}", "Offered a shift of {count}: {post}")),
    journal.Verb(
        "shift.accepted",
        Text(
            "接班 {taken} 件，不接 {declined} 件：{post}",
            "Accepted a shift: {taken} taken, {declined} declined: {post}",
        ),
    ),
    journal.Verb("shift.declined", Text("不接班：{post}", "Declined a shift: {post}")),
    journal.Verb("shift.recalled", Text("收回交班：{post}", "Took a shift back: {post}")),
    _verb("evidence.added", "凭据已存：{name_zh}", "Evidence added: {name_en}"),
    _verb("clock.climbed", "超时升到{level_zh}：{name_zh}", "Late, escalated to {level_en}: {name_en}"),
    _verb("containment.entered", "进入{kind_zh}", "Entered {kind_en}"),
    _verb("containment.left", "离开{kind_zh}", "Left {kind_en}"),
)
journal.subscribe("duty.ended", "cases.reassign_after_duty_ended")

__all__ = [
    "CAMPAIGNS",
    "DUE_SOON",
    "FLOW_PARTS",
    "LEVEL_NAMES",
    "RULES_FOLDER",
    "AtPost",
    "Campaign",
    "Case",
    "CaseState",
    "Containment",
    "ContainmentKind",
    "Custody",
    "DayFlow",
    "Escalation",
    "Evidence",
    "Hand",
    "Handover",
    "HandoverState",
    "NewCase",
    "NewStep",
    "OpenAndLate",
    "Progress",
    "Reconciliation",
    "Settled",
    "Shift",
    "Step",
    "StepState",
    "SweepReport",
    "Work",
    "WorkItem",
    "accept",
    "accept_shift",
    "access_case",
    "access_shift",
    "access_step",
    "add_evidence",
    "at_post",
    "campaign_by_child",
    "campaign_by_procedure",
    "campaign_cases",
    "case_link",
    "cases_in_scope",
    "cases_of_flow",
    "children_of",
    "climb_offsets",
    "contained",
    "contained_by_child",
    "contained_cases",
    "daily_flow",
    "decline",
    "decline_shift",
    "enter_containment",
    "evidence_of",
    "handovers_of",
    "handovers_of_shift",
    "has_hand_in",
    "late_by_campaign",
    "late_by_child",
    "late_by_level",
    "late_steps",
    "latest_escalations",
    "leave_containment",
    "lock_case",
    "lock_case_of",
    "may_take",
    "move_custody",
    "move_due",
    "my_work",
    "offer",
    "offer_new_step",
    "offer_shift",
    "open_case",
    "open_cases_of",
    "open_many",
    "open_steps",
    "reassign_from",
    "recall",
    "recall_shift",
    "reconcile",
    "require_holder",
    "shifts_given",
    "shifts_waiting",
    "steps_of",
    "sweep",
    "sweep_batch",
    "take_in_hand",
    "take_over",
    "tick",
    "unaccounted",
    "waiting_count",
    "who_comes_next",
    "withdraw_offers",
]
