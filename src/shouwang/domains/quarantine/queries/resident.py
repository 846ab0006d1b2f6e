"""What a resident's own page shows: their day, today's readings, who answers for them, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from shouwang.domains.quarantine.models import MissedReading, Order
from shouwang.domains.quarantine.queries.orders import (
    DayCount,
    day_count,
    latest_release_at,
    legal_basis,
    order_of,
)
from shouwang.domains.quarantine.queries.papers import Paper, papers_of
from shouwang.domains.quarantine.queries.people import Responsible, responsible
from shouwang.domains.quarantine.queries.readiness import Obstacle, has_open_fever, obstacles
from shouwang.domains.quarantine.queries.readings import DayReadings, missed_open, today
from shouwang.domains.quarantine.queries.windows import next_slot
from shouwang.kernel.cases import api as cases
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.text import Text

PROCEDURE = "HOME_QUARANTINE"


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that comes next, and when."""

    at: datetime
    what: Text


@dataclass(frozen=True, slots=True)
class ResidentPage:
    """The page of somebody under an order, or after it."""

    order: Order
    day: DayCount
    today: DayReadings
    missed: list[MissedReading]
    is_asked: bool
    has_fever: bool
    obstacles: list[Obstacle]
    people: list[Responsible]
    papers: list[Paper]
    latest_release_at: datetime
    gap_days: int
    legal_basis: Text
    coming: list[Coming]
    held: int
    readings: int
    looks: int
    lookers: int


def resident_page(person: Person) -> ResidentPage | None:
    """Return the page of somebody's order in force or last one; None while they have had none."""
    order = order_of(person)
    if order is None:
        return None
    now = clock.now()
    readings = today(order, now)
    missed = missed_open(order) if order.is_in_force else []
    looks = parties.looks(person)
    return ResidentPage(
        order=order,
        day=day_count(order, now),
        today=readings,
        missed=missed,
        is_asked=bool(missed) or any(one.state == "OPEN" for one in readings.slots),
        has_fever=order.is_in_force and has_open_fever(order),
        obstacles=obstacles(order, now) if order.is_in_force and order.release_check_at <= now else [],
        people=responsible(order),
        papers=papers_of(order),
        latest_release_at=latest_release_at(order),
        gap_days=rules.parameter("release_days_without_gap"),
        legal_basis=legal_basis(order),
        coming=_coming(order, readings, now) if order.is_in_force else [],
        held=len(parties.held_about(person)),
        readings=order.readings.count(),
        looks=len(looks),
        lookers=len({look.who for look in looks}),
    )


def waiting_case(person: Person) -> cases.Case | None:
    """Return the open case of somebody whose order was not opened yet, if there is one."""
    waiting = cases.Case.objects.filter(person=person, procedure_key=PROCEDURE, state="OPEN")
    without_order = waiting.exclude(Exists(Order.objects.filter(case=OuterRef("pk"))))
    return without_order.select_related("place").order_by("-opened_at").first()


def kept_days() -> int:
    """Return for how many days after release the personal data is kept."""
    days: int = rules.parameter("quarantine_retention_days")
    return days


def _coming(order: Order, readings: DayReadings, now: datetime) -> list[Coming]:
    found = []
    is_open = next((one.slot for one in readings.slots if one.state == "OPEN"), None)
    slot = next_slot(now)
    if is_open is not None:
        found.append(Coming(is_open.closes_at, Text("之前量好体温", "Take your temperature by then")))
    elif slot.closes_at <= order.until_at:
        found.append(Coming(slot.opens_at, Text("开始量体温", "Take your temperature from then on")))
    if order.release_check_at > now:
        found.append(
            Coming(
                order.release_check_at,
                Text("社区核对体温，医生签字", "The community checks the readings, the doctor signs"),
            )
        )
    found.append(
        Coming(order.until_at, Text("期满，出解除通知书", "The term ends, the certificate is issued"))
    )
    return found
