"""One order as the team sees it: how it stands, what its reader may do, and the step of the documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shouwang.domains.quarantine.models import MissedReading, Order
from shouwang.domains.quarantine.queries.orders import VERB, DayCount, day_count
from shouwang.domains.quarantine.queries.papers import Paper, papers_of
from shouwang.domains.quarantine.queries.people import Responsible, responsible
from shouwang.domains.quarantine.queries.readiness import Obstacle, ReadingCount, obstacles, reading_count
from shouwang.domains.quarantine.queries.readings import DayReadings, days, due_count, missed_open
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.util.text import Text


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order for one reader. `make_up` is a step of theirs that waits for a missed reading."""

    order: Order
    person: parties.MaskedPerson
    day: DayCount
    days: list[DayReadings]
    missed: list[MissedReading]
    count: ReadingCount
    obstacles: list[Obstacle]
    people: list[Responsible]
    steps: list[cases.Step]
    make_up: cases.Step | None
    papers: list[Paper]


@dataclass(frozen=True, slots=True)
class PapersPage:
    """The step of the documents: its checklist with ticks, what was issued and laid to it, who holds it."""

    order: Order
    person: parties.MaskedPerson
    step: cases.Step | None
    is_mine: bool
    checklist: list[tuple[str, Text, bool]]
    notice: documents.Document | None
    undertaking: documents.Document | None
    is_served: bool
    is_signed: bool


def order_page(order: Order, reader: Person) -> OrderPage:
    """Return one order as `reader` sees it."""
    steps = cases.open_steps(order.case)
    mine = [step for step in steps if step.key == "make_up" and step.holder_id == reader.pk]
    return OrderPage(
        order=order,
        person=parties.masked(order.person),
        day=day_count(order),
        days=days(order),
        missed=missed_open(order),
        count=reading_count(order, due_count(order)),
        obstacles=obstacles(order) if order.is_in_force else [],
        people=responsible(order),
        steps=steps,
        make_up=mine[0] if mine else None,
        papers=papers_of(order),
    )


def papers_page(order: Order, reader: Person, ticked: Sequence[str] = ()) -> PapersPage:
    """Return the step of the documents of an order as `reader` sees it; `ticked` was ticked on the page."""
    step = next((one for one in cases.open_steps(order.case) if one.key == "documents"), None)
    spec = procedures.step_standard(step) if step else None
    proofs = set(step.evidence.values_list("key", flat=True)) if step else set()
    papers = {paper.kind: paper for paper in documents.documents_of(order.case.thread)}
    return PapersPage(
        order=order,
        person=parties.masked(order.person),
        step=step,
        is_mine=step is not None and step.holder_id == reader.pk,
        checklist=[(item.key, item.text, item.key in {*step.ticks, *ticked}) for item in spec.checklist]
        if step and spec
        else [],
        notice=papers.get("quarantine-notice"),
        undertaking=papers.get("quarantine-undertaking"),
        is_served="notice" in proofs,
        is_signed="undertaking" in proofs,
    )


def panel(case: cases.Case, reader: Person) -> dict[str, object]:
    """Return what the box on the case page shows, or nothing before the order was opened."""
    order = Order.objects.select_related("case", "place", "person").filter(pk=case.pk).first()
    if order is None:
        return {"page": None}
    return {"page": order_page(order, reader), "may_open": duties.can(reader, VERB, order.place)}
