"""Registering a car: one registration per form, and one waiting registration per plate and checkpoint.

1. Everything typed is checked before anything is written, and all that is wrong is told at once.
2. People first: `parties.register_people` takes its locks on the documents, then the registration's row is
   locked or inserted. Guards lock the case, then the registration. Nobody who holds a registration waits for
   a document or for somebody else's case, so none waits for another crosswise.
3. The same form again (same `request_key`) is the same registration; if it reads differently now and the car
   still waits, it is changed. The same plate again while a car waits changes that registration too, when it
   comes from the same phone or names somebody of the same car; from anybody else it is refused, because a
   plate alone proves nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum

from django.db import IntegrityError, transaction

from shouwang.domains.gates.models import Occupant, Registration, RegistrationState
from shouwang.domains.gates.services import contacts
from shouwang.domains.gates.services.refusing import Refused
from shouwang.domains.gates.services.typed import (
    CheckedRegistration,
    TypedRegistration,
    checked,
    is_child,
)
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock, crypto
from shouwang.util.problems import Problem
from shouwang.util.text import Text

PROCEDURE = "CHECKPOINT"
PURPOSE = "卡口查验"
TRAVELLER = journal.public("traveller")
#: Two tries are enough: who loses the race for a plate finds the winner's row at the second.
TRIES = 2


class Came(Enum):
    """What became of a form."""

    NEW = "NEW"
    SAME = "SAME"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Registered:
    """A registration, and whether this form made it, changed it, or had made it before."""

    registration: Registration
    came: Came


def register(typed: TypedRegistration, device: Registration | None = None) -> Registered:
    """Register a car and everyone in it, and put it into the queue of its checkpoint.

    Args:
        device: the last registration from the same device (see the signed cookie), if any.

    Raises:
        Refused: something typed cannot be right, the plate waits already for somebody else, or a document is
            registered under another name; nothing is stored then.
    """
    new = checked(typed, device)
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _register(new, device)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _register(new: CheckedRegistration, device: Registration | None) -> Registered:
    people = _people(new)
    digest = _digest(new)
    existing = _existing(new, people, device)
    if existing is None:
        return Registered(_create(new, people, digest), Came.NEW)
    if not existing.is_waiting or existing.content_digest == digest:
        return Registered(existing, Came.SAME)
    _change(existing, new, people, digest)
    return Registered(existing, Came.CHANGED)


def _people(new: CheckedRegistration) -> list[parties.Person]:
    """Register whoever is new, in one call, and return everybody in the order of the form."""
    unknown = [(index, person) for index, person in enumerate(new.people) if person.known is None]
    rows = [
        parties.NewPerson(
            person.typed.name, person.identification, new.phone if person.typed.is_driver else ""
        )
        for _index, person in unknown
    ]
    try:
        registered = parties.register_people(rows, actor=TRAVELLER, purpose=PURPOSE)
    except Problem as problem:
        position, _dot, name = problem.field.partition(".")
        index = unknown[int(position)][0] if position.isdigit() else 0
        raise Refused([problem.at(f"people.{index}.{name}")]) from None
    found = [person.known for person in new.people]
    for (index, _person), (person, _is_new) in zip(unknown, registered, strict=True):
        found[index] = person
    people = [person for person in found if person is not None]
    if len({person.pk for person in people}) != len(people):
        what = Text("同一个人填了两次。", "The same person stands here twice.")
        raise Refused([Problem("person_twice", what, field="people")])
    return people


def _existing(
    new: CheckedRegistration, people: list[parties.Person], device: Registration | None
) -> Registration | None:
    """Return the locked registration that this form means, or None for a new one."""
    rows = Registration.objects.select_for_update(of=("self",)).select_related("checkpoint", "case")
    same_form = rows.filter(request_key=new.typed.request_key).first()
    if same_form is not None:
        return same_form
    waiting = rows.filter(
        checkpoint=new.typed.checkpoint, plate=new.plate, state=RegistrationState.WAITING
    ).first()
    if waiting is None:
        return None
    is_same_device = device is not None and device.pk == waiting.pk
    if is_same_device or waiting.occupants.filter(person__in=people).exists():
        return waiting
    raise Refused([_waits_for_somebody_else(waiting)])


def _waits_for_somebody_else(waiting: Registration) -> Problem:
    at = clock.local(waiting.registered_at)
    return Problem(
        "plate_waits",
        Text(
            f"这个车牌 {at:%H:%M} 已经登记，正等候查验，车上的人和这里填的没有一个相同。",
            f"This plate registered at {at:%H:%M} and waits, with none of the people typed here.",
        ),
        do=Text(
            "先对一下车牌。没写错就请值守人员作废先前那份，再点一次登记。",
            "Compare the plate first. If it is right, ask the crew to drop the earlier one and send again.",
        ),
        field="plate",
    )


def _create(new: CheckedRegistration, people: list[parties.Person], digest: str) -> Registration:
    now = clock.now()
    registration = Registration(
        request_key=new.typed.request_key,
        checkpoint=new.typed.checkpoint,
        checkpoint_path=new.typed.checkpoint.path,
        registered_at=now,
    )
    _fill(registration, new, digest, now)
    registration.save(force_insert=True)
    _add_occupants(registration, new, people)
    registration.case = procedures.start(
        PROCEDURE,
        procedures.Start(
            place=registration.checkpoint,
            subject=journal.Ref("registration", str(registration.pk)),
            title=Text(
                f"查验车辆，尾号 {registration.plate_tail}", f"Check the car ending {registration.plate_tail}"
            ),
            facts={"people": registration.people_count},
        ),
        TRAVELLER,
    )
    registration.save(update_fields=["case"])
    _tell("gates.registered", registration)
    return registration


def _change(
    registration: Registration, new: CheckedRegistration, people: list[parties.Person], digest: str
) -> None:
    registration.occupants.all().delete()
    _fill(registration, new, digest, clock.now())
    registration.save()
    _add_occupants(registration, new, people)
    _tell("gates.changed", registration)


def _fill(registration: Registration, new: CheckedRegistration, digest: str, now: datetime) -> None:
    origin = new.origin
    if origin is None:
        raise AssertionError("checked registrations have an origin")
    registration.plate = new.plate
    registration.vehicle_kind = new.vehicle_kind
    registration.origin_code = origin.code
    registration.origin_zh, registration.origin_en = origin.name.zh, origin.name.en
    registration.origin_group_key = origin_group(origin.code)
    registration.destination = new.destination
    registration.people_count = len(new.people)
    registration.content_digest = digest
    registration.changed_at = now
    contacts.seal_contact(registration, contacts.Contact(new.phone, new.door))


def origin_group(code: str) -> str:
    """Return the group that the rules give to a six-digit division code."""
    areas = rules.parameter("priority_area_divisions")
    facts = {
        "province": code[:2],
        "city": code[:4],
        "is_priority_area": any(code.startswith(area) for area in areas),
    }
    return rules.decide("origin_group", facts).outcome


def _add_occupants(
    registration: Registration, new: CheckedRegistration, people: list[parties.Person]
) -> None:
    occupants = Occupant.objects.bulk_create(
        [
            Occupant(
                registration=registration,
                person=person,
                order=order,
                is_driver=entry.typed.is_driver,
                has_visited_priority_area=bool(new.typed.anyone_visited)
                and entry.typed.has_visited_priority_area,
                has_symptoms=bool(new.typed.anyone_symptoms) and entry.typed.has_symptoms,
            )
            for order, (entry, person) in enumerate(zip(new.people, people, strict=True))
        ]
    )
    children = []
    for occupant, entry in zip(occupants, new.people, strict=True):
        if is_child(entry) and entry.typed.guardian is not None:
            occupant.guardian = occupants[entry.typed.guardian]
            children.append(occupant)
    Occupant.objects.bulk_update(children, ["guardian"])


def _tell(verb: str, registration: Registration) -> None:
    case_pk = registration.case_id
    journal.record(
        verb,
        TRAVELLER,
        journal.Ref("registration", str(registration.pk)),
        thread=f"case:{case_pk}",
        place_path=registration.checkpoint_path,
        data={"people": registration.people_count, "origin_group": registration.origin_group_key},
    )
    notices.touch(f"place:{registration.checkpoint.code}", f"case:{case_pk}")


def _digest(new: CheckedRegistration) -> str:
    """Return a keyed digest of everything that the form says, by which a repeated form is recognised."""
    content = {
        "plate": new.plate,
        "vehicle": new.vehicle_kind,
        "origin": new.origin.code if new.origin else "",
        "destination": new.destination.code if new.destination else "",
        "phone": new.phone,
        "door": new.door,
        "visited": new.typed.anyone_visited,
        "symptoms": new.typed.anyone_symptoms,
        "people": [asdict(person.typed) for person in new.people],
    }
    return crypto.blind_token("gates.content", json.dumps(content, sort_keys=True, ensure_ascii=False))
