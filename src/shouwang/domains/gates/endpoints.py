"""The API of gates: the same services as the pages, the same refusals, as JSON.

Refusals: {"code", "what", "why", "do", "field", "problems": […]} with every text as {"zh", "en"}; `problems`
holds all of a form's, each of the same shape.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema, Status

from shouwang.domains.gates.models import Registration
from shouwang.domains.gates.queries import passages
from shouwang.domains.gates.services import guarding, registering, typed
from shouwang.domains.gates.services.refusing import Refused
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Person
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text, mask_name
from shouwang.web.requests import Request
from shouwang.web.shapes import RefusalOut, StaffSession, Words, problem_json, words


class FormRefusalOut(RefusalOut):
    """A refusal with everything that is wrong."""

    problems: list[RefusalOut] = []


class CheckpointOut(Schema):
    """A checkpoint as everybody may see it."""

    code: str
    name: Words
    waiting: int = Field(description="Cars that wait now")
    register_url: str


class PersonIn(Schema):
    """One person of a car; `guardian` is the position of the adult who answers for a child under 14."""

    name: str
    number: str
    kind: str = parties.VaultField.ID_NUMBER.value
    is_driver: bool = False
    is_minor: bool = False
    guardian: int | None = None
    has_visited_priority_area: bool = False
    has_symptoms: bool = False


class RegistrationIn(Schema):
    """A car and everyone in it. The same `request_key` again is the same registration."""

    request_key: UUID
    checkpoint: str
    plate: str
    phone: str
    vehicle_kind: str = "CAR"
    origin_code: str = ""
    origin: str = ""
    stays_in_district: bool = True
    destination_code: str = ""
    destination: str = ""
    door: str = ""
    people: list[PersonIn]


class PersonOut(Schema):
    """One person as their status page shows them: masked, with what was decided and who answers."""

    name: str
    is_driver: bool
    decision: str
    reasons: list[Words]
    remedies: list[Words]
    answers: Words | None = None
    answers_phone: str = ""
    is_accepted: bool = False
    due_at: datetime | None = None


class RegistrationOut(Schema):
    """A registration as its own page shows it. `token` is the secret of that page."""

    token: str
    code: UUID = Field(description="What the crew scans; it opens nothing without a duty")
    state: str
    plate: str
    checkpoint: str
    registered_at: datetime
    checked_at: datetime | None
    decision: str
    ahead: int | None = Field(description="Cars that are checked before, while it waits")
    people: list[PersonOut]


class RegisteredOut(RegistrationOut):
    """A registration, and whether this request made it (NEW), had made it (SAME) or changed it (CHANGED)."""

    came: str


class TemperatureIn(Schema):
    """A forehead temperature in °C as read, by the position of the person."""

    order: int
    celsius: str


class CheckIn(Schema):
    """A check: everybody's temperature and the checklist items that were done."""

    temperatures: list[TemperatureIn]
    ticks: list[str]


class CheckedOut(RegistrationOut):
    """A checked car; `is_mine` is false when another guard was faster."""

    is_mine: bool


router = Router(tags=["gates"])
REFUSALS = {404: FormRefusalOut, 422: FormRefusalOut}


@router.get("/checkpoints/{code}", response={200: CheckpointOut, 404: FormRefusalOut}, auth=None)
def get_checkpoint(request: HttpRequest, code: str) -> Any:  # noqa: ARG001, ANN401 as ninja calls it
    """Tell the public about a checkpoint."""
    try:
        place = passages.checkpoint(code)
    except NotFoundOrNotYours as problem:
        return Status(404, refusal(problem))
    return {
        "code": place.code,
        "name": words(Text(place.name_zh, place.name_en)),
        "waiting": passages.waiting_count(place),
        "register_url": settings.PUBLIC_URL + reverse("gates:register", args=[place.code]),
    }


@router.post("/registrations", response={200: RegisteredOut, 201: RegisteredOut, **REFUSALS}, auth=None)
def post_registration(request: HttpRequest, body: RegistrationIn) -> Any:  # noqa: ARG001, ANN401 as above
    """Register a car and everyone in it."""
    try:
        came = registering.register(_typed(body))
    except NotFoundOrNotYours as problem:
        return Status(404, refusal(problem))
    except Problem as problem:
        return Status(422, refusal(problem))
    status = 201 if came.came is registering.Came.NEW else 200
    return Status(status, {**_registration(came.registration), "came": came.came.value})


@router.get("/registrations/{token}", response={200: RegistrationOut, 404: FormRefusalOut}, auth=None)
def get_registration(request: HttpRequest, token: str) -> Any:  # noqa: ARG001, ANN401 as above
    """Tell a traveller how the registration stands."""
    try:
        return _registration(passages.by_status_token(token))
    except NotFoundOrNotYours as problem:
        return Status(404, refusal(problem))


@router.post(
    "/checks/{code}", response={200: CheckedOut, 400: FormRefusalOut, **REFUSALS}, auth=StaffSession()
)
def post_check(request: HttpRequest, code: UUID, body: CheckIn) -> Any:  # noqa: ANN401 as above
    """Check a waiting car."""
    guard = cast(Person, cast(Request, request).person)
    try:
        registration = passages.find_registration(guard, str(code))
        keys = dict(registration.occupants.values_list("order", "pk"))
        celsius = {keys[one.order]: one.celsius for one in body.temperatures if one.order in keys}
        checked = guarding.check(registration.pk, guard, celsius, body.ticks)
    except NotFoundOrNotYours as problem:
        return Status(404, refusal(problem))
    except Refused as refused:
        orders = {f"celsius.{pk}": f"temperatures.{order}" for order, pk in keys.items()}
        problems = [one.at(orders.get(one.field, one.field)) for one in refused.problems]
        return Status(422, refusal(Refused(problems)))
    except Problem as problem:
        return Status(400, refusal(problem))
    return {**_registration(checked.registration), "is_mine": checked.is_mine}


def refusal(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON, with all of a form's."""
    problems = problem.problems if isinstance(problem, Refused) else (problem,)
    return {**problem_json(problem), "problems": [problem_json(one) for one in problems]}


def _typed(body: RegistrationIn) -> typed.TypedRegistration:
    values = body.dict(exclude={"checkpoint", "people"})
    people = [typed.TypedPerson(**person.dict()) for person in body.people]
    return typed.TypedRegistration(
        checkpoint=passages.checkpoint(body.checkpoint),
        people=people,
        anyone_visited=any(person.has_visited_priority_area for person in people),
        anyone_symptoms=any(person.has_symptoms for person in people),
        **values,
    )


def _registration(registration: Registration) -> dict[str, Any]:
    people = passages.people_of(registration)
    receivers = passages.receivers_of(people)
    return {
        "token": registration.status_token,
        "code": registration.public_id,
        "state": registration.state,
        "plate": registration.plate,
        "checkpoint": registration.checkpoint.code,
        "registered_at": registration.registered_at,
        "checked_at": registration.checked_at,
        "decision": registration.decision_key,
        "ahead": passages.ahead_of(registration) if registration.is_waiting else None,
        "people": [
            {
                "name": mask_name(one.person.name),
                "is_driver": one.is_driver,
                "decision": one.decision_key,
                "reasons": one.reasons,
                "remedies": one.remedies,
                **_answer(receivers.get(one.pk)),
            }
            for one in people
        ],
    }


def _answer(receiver: passages.Receiver | None) -> dict[str, Any]:
    post = receiver.handover.receiver_post if receiver else None
    if receiver is None or post is None:
        return {}
    return {
        "answers": words(Text(post.name_zh, post.name_en)),
        "answers_phone": receiver.phone,
        "is_accepted": receiver.is_accepted,
        "due_at": receiver.handover.due_at,
    }
