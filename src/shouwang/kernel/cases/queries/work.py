"""What one person has to do now, oldest clock first; and the story of one case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from shouwang.kernel.cases.models import Case, Escalation, Evidence, Handover, Step
from shouwang.kernel.parties.api import Person
from shouwang.util import clock

#: A clock counts as due soon in its last hour (ui: "last hour or last quarter").
DUE_SOON = timedelta(hours=1)


@dataclass
class WorkItem:
    """One thing that waits: a step the person holds, an offer to them, or a late step climbed to them."""

    kind: str  # STEP, OFFER or CLIMBED
    step: Step
    due_at: datetime
    handovers: list[Handover] = field(default_factory=list)
    escalation: Escalation | None = None

    @property
    def case(self) -> Case:
        """The case that the item belongs to."""
        return self.step.case

    @property
    def is_late(self) -> bool:
        """Whether the clock has run out."""
        return self.due_at <= clock.now()


@dataclass(frozen=True)
class Work:
    """Everything that waits for one person now."""

    items: list[WorkItem]
    late: int
    due_soon: int
    offered: int
    climbed: int

    @property
    def total(self) -> int:
        """How many things wait."""
        return len(self.items)


def my_work(person: Person, at: datetime | None = None, limit: int = 200) -> Work:
    """Return what waits for `person`, oldest clock first, at most `limit` of each kind."""
    now = at or clock.now()
    offers = _offers(person, limit)
    items = [*_steps(person, limit), *offers, *_climbed(person, limit)]
    items.sort(key=lambda item: item.due_at)
    escalations = latest_escalations([item.step.pk for item in items if item.step.escalation_level])
    for item in items:
        item.escalation = escalations.get(item.step.pk)
    return Work(
        items=items,
        late=sum(item.due_at <= now for item in items),
        due_soon=sum(now < item.due_at <= now + DUE_SOON for item in items),
        offered=len(offers),
        climbed=sum(item.kind == "CLIMBED" for item in items),
    )


def _steps(person: Person, limit: int) -> list[WorkItem]:
    steps = _with_case(Step.objects.filter(holder=person, state="OPEN")).prefetch_related(
        "handovers__receiver_post"
    )
    return [
        WorkItem("STEP", step, step.due_at, [h for h in step.handovers.all() if h.state == "OFFERED"])
        for step in steps.order_by("due_at")[:limit]
    ]


def _offers(person: Person, limit: int) -> list[WorkItem]:
    offered = (
        Handover.objects.filter(receiver=person, state="OFFERED")
        .select_related(
            "step__case__place", "step__case__person", "step__place", "step__post", "giver", "giver_post"
        )
        .order_by("due_at")[:limit]
    )
    batches: dict[UUID, list[Handover]] = {}
    for handover in offered:
        batches.setdefault(handover.batch, []).append(handover)
    return [WorkItem("OFFER", batch[0].step, batch[0].due_at, batch) for batch in batches.values()]


def waiting_count(person: Person) -> int:
    """Count what `my_work` would list."""
    return (
        Step.objects.filter(holder=person, state="OPEN").count()
        + Handover.objects.filter(receiver=person, state="OFFERED").values("batch").distinct().count()
        + _climbed_to(person).distinct().count()
    )


def _climbed_to(person: Person) -> QuerySet[Step]:
    return Step.objects.filter(
        state="OPEN", escalations__to_person=person, escalations__clock=F("clock"), escalation_level__gt=0
    ).exclude(holder=person)


def _climbed(person: Person, limit: int) -> list[WorkItem]:
    return [
        WorkItem("CLIMBED", step, step.due_at, [h for h in step.handovers.all() if h.state == "OFFERED"])
        for step in _with_case(_climbed_to(person))
        .prefetch_related("handovers__receiver_post")
        .distinct()
        .order_by("due_at")[:limit]
    ]


def _with_case(steps: QuerySet[Step]) -> QuerySet[Step]:
    return steps.select_related("case", "case__place", "case__person", "place", "holder", "post")


def latest_escalations(step_ids: Iterable[int]) -> dict[int, Escalation]:
    """Return the highest climb of the present clock of each step, by step key."""
    rows = (
        Escalation.objects.filter(step_id__in=list(step_ids), clock=F("step__clock"))
        .select_related("to_person", "to_post")
        .order_by("level")
    )
    return {row.step_id: row for row in rows}


def open_steps(case: Case) -> list[Step]:
    """Return the open steps of a case, oldest clock first."""
    return list(_with_case(Step.objects.filter(case=case, state="OPEN")).order_by("due_at"))


def steps_of(case: Case) -> list[Step]:
    """Return all steps of a case in the order in which they were opened."""
    return list(
        Step.objects.filter(case=case).select_related("holder", "post", "done_by").order_by("opened_at", "pk")
    )


def handovers_of(case: Case) -> list[Handover]:
    """Return all handovers of a case, latest first."""
    return list(
        Handover.objects.filter(step__case=case)
        .select_related("step", "giver", "giver_post", "receiver", "receiver_post", "settled_by")
        .order_by("-offered_at", "-pk")
    )


def evidence_of(case: Case) -> list[Evidence]:
    """Return the evidence of a case in order of time."""
    return list(Evidence.objects.filter(step__case=case).select_related("step", "by").order_by("at", "pk"))


def late_steps(within_path: str, limit: int = 50) -> list[Step]:
    """Return open steps below a place whose clock has climbed, highest level and oldest first."""
    steps = Step.objects.filter(state="OPEN", escalation_level__gt=0, place_path__startswith=within_path)
    return list(_with_case(steps).order_by("-escalation_level", "due_at")[:limit])


def children_of(case: Case) -> list[Case]:
    """Return the cases that this one opened."""
    return list(Case.objects.filter(source_case=case).select_related("place", "person").order_by("pk"))


def open_cases_of(subject_kind: str, subject_key: str) -> QuerySet[Case]:
    """Return the open cases about one subject."""
    return Case.objects.filter(Q(subject_kind=subject_kind, subject_key=subject_key, state="OPEN"))
