"""Opening cases, and what all services of cases share: locks, custody, clocks, the journal.

Locking rule: whoever changes a case first locks its row (`lock_case`); steps, handovers and custody are changed
only under that lock, except by the sweep, which locks single steps and skips those that are locked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from shouwang.kernel.cases.models import Case, Custody, Step, StepState
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

ESCALATION_PARAMETER = "escalation_after_due_minutes"


@dataclass(frozen=True)
class NewCase:
    """What is needed to open a case; `custody_place` answers first when it is handed over at once."""

    procedure_key: str
    campaign: str
    number_prefix: str
    title: Text
    place: Place
    subject: journal.Ref
    allowed_outcomes: list[str]
    person: Person | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    source_case: Case | None = None
    custody_place: Place | None = None


def lock_case(pk: int) -> Case:
    """Lock a case for the rest of the transaction and return it fresh.

    Raises:
        NotFoundOrNotYours: there is no such case.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("place").filter(pk=pk).first()
    if case is None:
        raise NotFoundOrNotYours
    return case


def lock_case_of(step_pk: int) -> Case:
    """Lock the case of a step for the rest of the transaction and return it fresh.

    Raises:
        NotFoundOrNotYours: there is no such step.
    """
    locked = Case.objects.select_for_update(of=("self",)).select_related("place")
    case = locked.filter(steps=step_pk).first()
    if case is None:
        raise NotFoundOrNotYours
    return case


def open_case(new: NewCase, actor: journal.Actor) -> Case:
    """Open a case in the custody of its first place. A step must follow in the same transaction (I1)."""
    now = clock.now()
    case = Case.objects.create(
        number=_next_number(new.number_prefix, now),
        procedure_key=new.procedure_key,
        campaign=new.campaign,
        title_zh=new.title.zh,
        title_en=new.title.en,
        allowed_outcomes=new.allowed_outcomes,
        person=new.person,
        subject_kind=new.subject.kind,
        subject_key=new.subject.key,
        place=new.place,
        place_path=new.place.path,
        source_case=new.source_case,
        facts=new.facts,
        opened_at=now,
    )
    first = new.custody_place or new.place
    Custody.objects.create(
        case=case, place=first, place_path=first.path, from_at=now, came_by=Custody.CameBy.OPENED
    )
    record_case(
        "case.opened",
        case,
        actor,
        {"number": case.number, "title_zh": case.title_zh, "title_en": case.title_en},
    )
    return case


def move_custody(case: Case, place: Place) -> None:
    """Let `place` answer for a locked case from now on; nothing happens when it does already."""
    current = Custody.objects.get(case=case, until_at__isnull=True)
    if current.place_id == place.pk:
        return
    now = clock.now()
    Custody.objects.filter(pk=current.pk).update(
        until_at=now, left_by=Custody.LeftBy.HANDED_ON, went_to_path=place.path
    )
    Custody.objects.create(
        case=case,
        place=place,
        place_path=place.path,
        came_from_path=current.place_path,
        from_at=now,
        came_by=Custody.CameBy.RECEIVED,
    )


def withdraw_offers(step: Step, by: Person | None) -> None:
    """Take back the open offer of a step that needs nobody any more; does nothing without one."""
    offered = step.handovers.filter(state="OFFERED")
    if offered.update(state="RECALLED", settled_at=clock.now(), settled_by=by):
        receivers = step.handovers.filter(state="RECALLED").values_list("receiver_id", flat=True)
        notices.touch(*{f"work:{receiver}" for receiver in receivers})


def move_due(step: Step, due_at: datetime, actor: journal.Actor) -> None:
    """Give an open step of a locked case another due instant: a new clock (a term was extended).

    While the step is offered to somebody, the offer's own clock runs on and the new instant holds after it.
    """
    if step.handovers.filter(state="OFFERED").update(due_after_acceptance=due_at) == 0:
        step.due_at, step.next_escalation_at = due_at, due_at + climb_offsets()[0]
        step.clock += 1
        step.escalation_level = 0
        step.save(update_fields=["due_at", "next_escalation_at", "clock", "escalation_level"])
    record_step("step.due_moved", step, actor, due_at=due_at.isoformat())
    notices.touch(f"work:{step.holder_id}", f"case:{step.case_id}")


def tick(step_pk: int, item_key: str, is_done: bool, by: Person) -> Step:
    """Tick or untick one item of a step's checklist.

    Raises:
        Problem: the step is done, or `by` does not hold it.
    """
    with transaction.atomic():
        step = Step.objects.select_for_update(of=("self",)).select_related("case", "holder").get(pk=step_pk)
        require_holder(step, by)
        if is_done:
            step.ticks[item_key] = clock.now().isoformat()
            step.touched_at = step.touched_at or clock.now()
        else:
            step.ticks.pop(item_key, None)
        step.save(update_fields=["ticks", "touched_at"])
        notices.touch(f"case:{step.case_id}")
    return step


def require_holder(step: Step, by: Person) -> None:
    """Refuse anybody but the one answerable holder of an open step.

    Raises:
        Problem: the step is no longer open, or another person holds it.
    """
    if step.state != StepState.OPEN:
        raise Problem(
            "step.not_open",
            Text(f"“{step.name_zh}”已经办过了", f"“{step.name_en}” has been done already"),
            do=Text("看经过，接着办下一步", "See the timeline and go on with the next step"),
        )
    if step.holder_id != by.pk:
        who = step.post.name
        raise Problem(
            "step.not_yours",
            Text(f"这一步由{who.zh}负责", f"This step is held by the {who.en}"),
            do=Text("请他办，或先接过来", "Ask them, or take the step over first"),
        )


def climb_offsets() -> list[timedelta]:
    """Return how long after its due instant a clock climbs to community, sub-district and district."""
    return [timedelta(minutes=minutes) for minutes in rules.parameter(ESCALATION_PARAMETER)]


def record_step(verb: str, step: Step, actor: journal.Actor, **more: Any) -> None:
    """Tell the journal what happened to a step, without names of people."""
    journal.record_many([step_act(verb, step, actor, **more)])


def step_act(verb: str, step: Step, actor: journal.Actor, **more: Any) -> journal.Act:
    """Return the journal's act about a step, without names of people; `more` joins its data."""
    return journal.Act(
        verb,
        actor,
        journal.Ref("case", str(step.case_id)),
        thread=f"case:{step.case_id}",
        place_path=step.place_path,
        data={
            "step": step.key,
            "step_pk": step.pk,
            "name_zh": step.name_zh,
            "name_en": step.name_en,
            "post_zh": step.post.name_zh,
            "post_en": step.post.name_en,
            "holder": step.holder_id,
            **more,
        },
    )


def record_case(verb: str, case: Case, actor: journal.Actor, data: dict[str, Any]) -> None:
    """Tell the journal what happened to a case."""
    journal.record(
        verb,
        actor,
        journal.Ref("case", str(case.pk)),
        thread=case.thread,
        place_path=case.place_path,
        data=data,
    )


def _next_number(prefix: str, now: datetime) -> str:
    """Return e.g. JG-0315-000412: kind, local day, and a number that never repeats."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        (value,) = cursor.fetchone()
    return f"{prefix}-{clock.local(now):%m%d}-{value:06d}"
