"""What a traveller typed, and the checks that turn it into a registration that can be stored.

Every check runs, so that everything wrong is told at once; nothing is written here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from shouwang.domains.gates.models import Registration, VehicleKind
from shouwang.domains.gates.queries import destinations, origins
from shouwang.domains.gates.services.refusing import Collected
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places.api import Place
from shouwang.util import clock, identity
from shouwang.util.problems import Problem
from shouwang.util.text import Text

#: A coach has at most this many seats; more rows are no car.
MOST_PEOPLE = 60
LONGEST_DOOR = 80
#: Whoever is younger is registered by a guardian (PIPL art. 31).
GUARDIAN_UNTIL_AGE = 14

_Checked = TypeVar("_Checked")


@dataclass(frozen=True)
class TypedPerson:
    """One person as typed. `known` is the public id of somebody whom this device registered before.

    `guardian` is the index of the person who answers for a child under 14.
    """

    name: str = ""
    number: str = ""
    kind: str = parties.VaultField.ID_NUMBER.value
    known: str = ""
    is_driver: bool = False
    is_minor: bool = False
    guardian: int | None = None
    has_visited_priority_area: bool = False
    has_symptoms: bool = False


@dataclass(frozen=True)
class TypedRegistration:
    """A car as typed. `origin` and `destination` are codes where they were chosen from a list, and the words
    typed where they were not. `anyone_…` is None while the question is not answered.
    """

    checkpoint: Place
    request_key: UUID
    plate: str
    phone: str
    people: Sequence[TypedPerson]
    vehicle_kind: str = VehicleKind.CAR.value
    origin_code: str = ""
    origin: str = ""
    stays_in_district: bool = True
    destination_code: str = ""
    destination: str = ""
    door: str = ""
    anyone_visited: bool | None = None
    anyone_symptoms: bool | None = None


@dataclass(frozen=True)
class CheckedPerson:
    """A person whose entries can be right: somebody known, or somebody to be registered."""

    typed: TypedPerson
    known: parties.Person | None
    born_on: date | None

    @property
    def identification(self) -> parties.Identification:
        """The document as typed."""
        return parties.Identification(self.typed.kind, self.typed.number)


@dataclass
class CheckedRegistration:
    """A car whose entries can be right, in normal form."""

    typed: TypedRegistration
    plate: str = ""
    phone: str = ""
    door: str = ""
    vehicle_kind: str = VehicleKind.CAR.value
    origin: origins.Origin | None = None
    destination: Place | None = None
    people: list[CheckedPerson] = field(default_factory=list)


def checked(typed: TypedRegistration, device: Registration | None) -> CheckedRegistration:
    """Return the registration in normal form.

    Args:
        device: the last registration from the same device, whose people may come again without their numbers.

    Raises:
        Refused: with every problem found, each at its field.
    """
    found = Collected()
    result = CheckedRegistration(typed)
    result.plate = _try(found, lambda: identity.check_plate(typed.plate[:100], field="plate")) or ""
    result.vehicle_kind = _try(found, lambda: _vehicle_kind(typed.vehicle_kind)) or ""
    result.origin = _try(found, lambda: _origin(typed))
    if typed.stays_in_district:
        result.destination = _try(found, lambda: _destination(typed))
    known = _known_people(device)
    _check_people(found, result, known)
    _check_contact(found, result, device)
    _check_answers(found, typed)
    found.refuse()
    return result


def _vehicle_kind(kind: str) -> str:
    if kind in VehicleKind.values:
        return kind
    raise Problem("vehicle_kind", Text("选一种车型。", "Choose the kind of vehicle."), field="vehicle_kind")


def _origin(typed: TypedRegistration) -> origins.Origin:
    found = origins.origin(typed.origin_code) if typed.origin_code else None
    found = found or origins.resolve_origin(typed.origin)
    if found is not None:
        return found
    if not typed.origin.strip():
        raise Problem(
            "origin_missing", Text("还没填从哪里来。", "Where you come from is missing."), field="origin"
        )
    raise Problem(
        "origin_unknown",
        Text("没找到唯一的一个地方。", "This does not name one place."),
        do=Text(
            "写到市或县，例如 重庆奉节，从下面选一个。",
            "Name city or county, e.g. Fengjie, and choose one below.",
        ),
        field="origin",
    )


def _destination(typed: TypedRegistration) -> Place:
    found = destinations.destination(typed.destination_code) if typed.destination_code else None
    found = found or destinations.resolve_destination(typed.destination)
    if found is not None:
        return found
    if not typed.destination.strip():
        raise Problem(
            "destination_missing",
            Text("还没填到哪里住。", "Where you will stay is missing."),
            do=Text("写小区或社区的名字。", "Write the name of the courtyard or community."),
            field="destination",
        )
    raise Problem(
        "destination_unknown",
        Text("没找到唯一的一个小区或社区。", "This does not name one courtyard or community."),
        do=Text(
            "少写几个字再找，从下面选一个；不住本区选“别处”。",
            "Write less and choose one below; if you stay elsewhere, say so.",
        ),
        field="destination",
    )


def _known_people(device: Registration | None) -> dict[str, parties.Person]:
    if device is None:
        return {}
    occupants = device.occupants.select_related("person").filter(person__shredded_at__isnull=True)
    return {str(occupant.person.public_id): occupant.person for occupant in occupants}


def _check_people(found: Collected, result: CheckedRegistration, known: dict[str, parties.Person]) -> None:
    people = result.typed.people
    if not people:
        found.add(
            Problem(
                "people_missing", Text("车上还没有人。", "There is nobody in the car yet."), field="people"
            )
        )
    if len(people) > MOST_PEOPLE:
        what = Text(f"一辆车最多登记 {MOST_PEOPLE} 人。", f"At most {MOST_PEOPLE} people to a car.")
        found.add(Problem("people_too_many", what, field="people"))
        return
    result.people = [_person(found, index, person, known) for index, person in enumerate(people)]
    _check_driver(found, result.people)
    _check_guardians(found, result.people)
    _check_twice(found, result.people)


def _person(
    found: Collected, index: int, typed: TypedPerson, known: dict[str, parties.Person]
) -> CheckedPerson:
    if typed.known:
        person = known.get(typed.known)
        if person is not None:
            return CheckedPerson(typed, person, person.born_on)
        what = Text("上次的登记已经不在，请重填。", "The earlier registration is gone; please type again.")
        found.add(Problem("person_forgotten", what, field=f"people.{index}.name"))
        return CheckedPerson(typed, None, None)
    _try(found, lambda: identity.check_name(typed.name, field=f"people.{index}.name"))
    at = f"people.{index}.number"
    if typed.kind == parties.VaultField.PASSPORT:
        _try(found, lambda: identity.check_passport(typed.number[:200], field=at))
        return CheckedPerson(typed, None, None)
    number = _try(found, lambda: identity.check_id_number(typed.number, clock.today(), field=at))
    return CheckedPerson(typed, None, number.born_on if number else None)


def _check_driver(found: Collected, people: list[CheckedPerson]) -> None:
    drivers = [index for index, person in enumerate(people) if person.typed.is_driver]
    if people and len(drivers) != 1:
        found.add(Problem("driver_one", Text("标出谁在驾驶。", "Say who drives."), field="people"))
    for index in drivers:
        if is_child(people[index]):
            what = Text("未满 14 岁不能驾驶。", "Somebody under 14 cannot drive.")
            found.add(Problem("driver_minor", what, field=f"people.{index}.name"))


def is_child(person: CheckedPerson) -> bool:
    """Tell whether a guardian must answer for the person: by the birthday if known, else as declared."""
    if person.born_on is None:
        return person.typed.is_minor
    return age_on(person.born_on, clock.today()) < GUARDIAN_UNTIL_AGE


def age_on(born_on: date, day: date) -> int:
    """Return the age in full years on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _check_guardians(found: Collected, people: list[CheckedPerson]) -> None:
    for index, person in enumerate(people):
        at = f"people.{index}.is_minor"
        if not is_child(person):
            if person.typed.is_minor:
                what = Text(
                    "按生日已满 14 岁，不用代填。", "By the birthday 14 or older: no guardian needed."
                )
                found.add(Problem("minor_not", what, do=Text("取消勾选。", "Clear the tick."), field=at))
            continue
        guardian = person.typed.guardian
        fits = guardian is not None and 0 <= guardian < len(people) and guardian != index
        if not fits or not person.typed.is_minor or is_child(people[guardian or 0]):
            found.add(
                Problem(
                    "guardian_missing",
                    Text("未满 14 岁，要由同车的大人代填。", "Under 14: an adult of the car must answer."),
                    do=Text("勾上，并选是谁代填。", "Tick it and choose who answers."),
                    field=at,
                )
            )


def _check_twice(found: Collected, people: list[CheckedPerson]) -> None:
    seen: dict[str, int] = {}
    for index, person in enumerate(people):
        typed = person.typed
        key = typed.known or "".join(unicodedata.normalize("NFKC", typed.number[:200]).split()).upper()
        if not key:
            continue
        first = seen.setdefault(key, index)
        if first != index:
            what = Text(f"和第 {first + 1} 人是同一个证件。", f"The same document as person {first + 1}.")
            found.add(Problem("person_twice", what, field=f"people.{index}.number"))


def _check_contact(found: Collected, result: CheckedRegistration, device: Registration | None) -> None:
    """A telephone and a door may be left empty where the vault has them from the last time."""
    typed = result.typed
    driver = next((person for person in result.people if person.typed.is_driver), None)
    known_driver = driver.known if driver else None
    if typed.phone.strip() or not (known_driver and parties.masked(known_driver).phone_hint):
        result.phone = _try(found, lambda: identity.check_phone(typed.phone[:200], field="phone")) or ""
    if not typed.stays_in_district:
        return
    result.door = " ".join(unicodedata.normalize("NFKC", typed.door[: LONGEST_DOOR * 2]).split())
    is_same_home = (
        known_driver is not None
        and device is not None
        and result.destination is not None
        and device.destination_id == result.destination.pk
    )
    if not result.door and not is_same_home:
        what = Text("还没填楼栋门牌。", "Building and door are missing.")
        found.add(
            Problem(
                "door_missing",
                what,
                do=Text("例如 4 号楼 2 单元 703。", "For example: building 4, unit 2, flat 703."),
                field="door",
            )
        )
    if len(result.door) > LONGEST_DOOR:
        what = Text(f"门牌太长，最多 {LONGEST_DOOR} 个字。", f"Too long; at most {LONGEST_DOOR} characters.")
        found.add(
            Problem("door_long", what, do=Text("只写楼、单元、门牌。", "Building, unit, door."), field="door")
        )


def _check_answers(found: Collected, typed: TypedRegistration) -> None:
    questions = (
        ("visited", typed.anyone_visited, [person.has_visited_priority_area for person in typed.people]),
        ("symptoms", typed.anyone_symptoms, [person.has_symptoms for person in typed.people]),
    )
    for at, answer, marks in questions:
        if answer is None:
            what = Text("这一问还没答。", "This question is not answered yet.")
            found.add(Problem(f"{at}_missing", what, field=at))
        elif answer and not any(marks):
            what = Text("标出是谁。", "Mark who it is.")
            do = Text("在“车上的人”里勾。", "Tick it beside the person.")
            found.add(Problem(f"{at}_nobody", what, do=do, field=at))


def _try(found: Collected, check: Callable[[], _Checked]) -> _Checked | None:
    try:
        return check()
    except Problem as problem:
        found.add(problem)
        return None
