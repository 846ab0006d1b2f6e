"""The API of quarantine: own state and readings by personal link, the team's by session; as the pages do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from shouwang.domains.quarantine.models import Order, Via
from shouwang.domains.quarantine.queries.orders import VERB, access_order, order_of
from shouwang.domains.quarantine.queries.resident import resident_page
from shouwang.domains.quarantine.services.reading import NewReading, Recorded, record_reading
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Person
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.web.requests import Request
from shouwang.web.shapes import RefusalOut, StaffSession, Words, words


class ReadingIn(Schema):
    """A temperature in °C as typed, with one decimal. The same `request_key` again is the same reading."""

    request_key: UUID
    celsius: Annotated[str, Field(max_length=40, examples=["36.5"])]
    taken_at: AwareDatetime | None = Field(None, description="When it was taken; without it, now")


class TeamReadingIn(ReadingIn):
    """A temperature that the team brings in, and how it was taken."""

    via: Via = Via.TEAM


class ReadingOut(Schema):
    """A recorded temperature: the window that it belongs to, whether it counts for it, and that in words."""

    day: str
    window: str
    is_counted: bool
    celsius: str | None
    has_fever: bool
    taken_at: datetime
    words: Words


class SlotOut(Schema):
    """A window of today: DONE, OPEN, COMING, MISSED, MADE_UP or NOT_DUE."""

    name: Words
    opens_at: datetime
    closes_at: datetime
    state: str
    celsius: str | None


class ContactOut(Schema):
    """Somebody who answers for the resident."""

    duty: Words
    name: str
    phone: str
    is_primary: bool


class StateOut(Schema):
    """Where somebody under an order stands."""

    case: str
    is_in_force: bool
    day: int
    days: int
    from_at: datetime
    until_at: datetime
    latest_release_at: datetime
    reason: Words
    today: list[SlotOut]
    missed: int
    certificate: str
    contacts: list[ContactOut]


router = Router(tags=["quarantine"])
REFUSALS = {400: RefusalOut, 404: RefusalOut, 422: RefusalOut}


@router.get("/mine/{token}", response={200: StateOut, 404: RefusalOut}, auth=None)
def get_mine(request: HttpRequest, token: str) -> Any:  # noqa: ARG001, ANN401 as ninja calls it
    """Tell a resident where they stand."""
    page = resident_page(parties.person_by_link(token))
    if page is None:
        raise NotFoundOrNotYours
    order = page.order
    return {
        "case": order.case.number,
        "is_in_force": order.is_in_force,
        "day": page.day.today,
        "days": page.day.total,
        "from_at": order.from_at,
        "until_at": order.until_at,
        "latest_release_at": page.latest_release_at,
        "reason": words(order.reason),
        "today": [
            {
                "name": words(one.slot.name),
                "opens_at": one.slot.opens_at,
                "closes_at": one.slot.closes_at,
                "state": one.state,
                "celsius": _number(one.reading.celsius) if one.reading else None,
            }
            for one in page.today.slots
        ],
        "missed": len(page.missed),
        "certificate": order.certificate_number,
        "contacts": [
            {"duty": words(one.duty), "name": one.name, "phone": one.phone, "is_primary": one.is_primary}
            for one in page.people
        ],
    }


@router.post("/mine/{token}/readings", response={200: ReadingOut, 201: ReadingOut, **REFUSALS}, auth=None)
def post_mine(request: HttpRequest, token: str, body: ReadingIn) -> Any:  # noqa: ARG001, ANN401 as above
    """Record a temperature of the resident whose link it is."""
    person = parties.person_by_link(token)
    order = order_of(person)
    if order is None:
        raise NotFoundOrNotYours
    return _record(order, body, Via.RESIDENT, person)


@router.post(
    "/orders/{case}/readings",
    response={200: ReadingOut, 201: ReadingOut, **REFUSALS},
    auth=StaffSession(VERB),
)
def post_reading(request: HttpRequest, case: int, body: TeamReadingIn) -> Any:  # noqa: ANN401 as above
    """Record a temperature that the team took or was told."""
    person = cast(Person, cast(Request, request).person)
    return _record(access_order(person, case), body, body.via, person)


def _record(order: Order, body: ReadingIn, via: Via, by: Person) -> Any:  # noqa: ANN401 as ninja takes it
    new = NewReading(body.celsius, via, body.request_key, taken_at=body.taken_at, by=by)
    recorded = record_reading(order.pk, new, journal.person(by.pk))
    return Status(201 if recorded.is_new else 200, _reading(recorded))


def _reading(recorded: Recorded) -> dict[str, Any]:
    reading = recorded.reading
    return {
        "day": reading.day.isoformat(),
        "window": reading.window,
        "is_counted": reading.is_counted,
        "celsius": _number(reading.celsius),
        "has_fever": reading.has_fever,
        "taken_at": reading.taken_at,
        "words": words(recorded.words),
    }


def _number(celsius: object) -> str | None:
    return None if celsius is None else str(celsius)
