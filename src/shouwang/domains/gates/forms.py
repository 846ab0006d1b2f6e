"""The traveller's form as a page: what was typed, row by row, and what is wrong beside each field.

It checks nothing (services do) and loses nothing: adding or removing a person, or a refusal, brings back
everything as it was typed. Rows bear numbers of their own, so that removing one moves no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.http import QueryDict

from shouwang.domains.gates.models import Occupant, Registration
from shouwang.domains.gates.queries import destinations, origins
from shouwang.domains.gates.services.refusing import Refused
from shouwang.domains.gates.services.typed import MOST_PEOPLE, TypedPerson, TypedRegistration
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places.api import Place
from shouwang.util.problems import Problem

PLATE_PROVINCES = "豫京津沪渝冀云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
#: More than any field needs; what is longer is kept on the page, not read further.
LONGEST = 50_000
CAR_FIELDS = (
    "plate_province",
    "plate",
    "phone",
    "vehicle_kind",
    "origin",
    "stays",
    "destination",
    "door",
    "visited",
    "symptoms",
)
ANSWERS = {"yes": True, "no": False}


@dataclass
class Row:
    """One person's block of the form."""

    number: int
    name: str = ""
    document: str = ""
    kind: str = parties.VaultField.ID_NUMBER.value
    known: str = ""
    known_name: str = ""
    known_hint: str = ""
    is_driver: bool = False
    is_minor: bool = False
    guardian: int | None = None
    has_visited: bool = False
    has_symptoms: bool = False
    problems: dict[str, Problem] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What the names of the row's fields begin with."""
        return f"p{self.number}"

    @property
    def is_filled(self) -> bool:
        """Whether there is nothing more to type and nothing to mend."""
        return not self.problems and bool(self.known or (self.name.strip() and self.document.strip()))

    @property
    def is_open(self) -> bool:
        """Whether the row's fields are shown."""
        return not self.is_filled

    @property
    def is_passport(self) -> bool:
        """Whether the document is a passport or travel permit."""
        return self.kind == parties.VaultField.PASSPORT

    @property
    def masked_document(self) -> str:
        """The document as typed, its middle starred."""
        typed = self.document.strip()
        return typed[:6] + "*" * max(len(typed) - 10, 0) + typed[-4:] if len(typed) > 10 else typed


@dataclass
class RegistrationForm:
    """The whole form. `values` holds the car's fields as typed, `problems` what is wrong with them."""

    request_key: UUID
    values: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    problems: dict[str, Problem] = field(default_factory=dict)
    #: People of the last time who are not in the form now.
    can_recall: int = 0

    @property
    def filled(self) -> int:
        """How many rows are complete."""
        return sum(row.is_filled for row in self.rows)

    @property
    def problem_count(self) -> int:
        """How many places need mending."""
        return len(self.problems) + sum(len(row.problems) for row in self.rows)

    @property
    def origin_choices(self) -> list[origins.Origin]:
        """Places that the typed origin may mean, when it did not name one."""
        return origins.search_origins(self.values.get("origin", "")) if "origin" in self.problems else []

    @property
    def destination_choices(self) -> list[destinations.Destination]:
        """Places that the typed destination may mean, when it did not name one."""
        if "destination" not in self.problems:
            return []
        return destinations.search_destinations(self.values.get("destination", ""))

    @property
    def stays_elsewhere(self) -> bool:
        """Whether the people stay outside the district."""
        return self.values.get("stays") == "elsewhere"

    def typed(self, checkpoint: Place) -> TypedRegistration:
        """Return the form as the service takes it."""
        value = self.values.get
        places = {row.number: index for index, row in enumerate(self.rows)}
        return TypedRegistration(
            checkpoint=checkpoint,
            request_key=self.request_key,
            plate=joined_plate(value("plate_province", ""), value("plate", "")),
            phone=value("phone", ""),
            vehicle_kind=value("vehicle_kind", ""),
            origin_code=value("origin_code", ""),
            origin=value("origin", ""),
            stays_in_district=not self.stays_elsewhere,
            destination_code=value("destination_code", ""),
            destination=value("destination", ""),
            door=value("door", ""),
            anyone_visited=ANSWERS.get(value("visited", "")),
            anyone_symptoms=ANSWERS.get(value("symptoms", "")),
            people=[
                TypedPerson(
                    name=row.name,
                    number=row.document,
                    kind=row.kind,
                    known=row.known,
                    is_driver=row.is_driver,
                    is_minor=row.is_minor,
                    guardian=places.get(row.guardian) if row.guardian is not None else None,
                    has_visited_priority_area=row.has_visited,
                    has_symptoms=row.has_symptoms,
                )
                for row in self.rows
            ],
        )

    def put_problems(self, refused: Refused) -> None:
        """Lay every problem beside its field."""
        for problem in refused.problems:
            parts = problem.field.split(".")
            if parts[0] == "people" and len(parts) == 3 and int(parts[1]) < len(self.rows):
                self.rows[int(parts[1])].problems.setdefault(parts[2], problem)
            else:
                self.problems.setdefault(problem.field, problem)

    def add_row(self) -> Row:
        """Add an empty row; nothing happens when the car is full."""
        if len(self.rows) >= MOST_PEOPLE:
            return self.rows[-1]
        row = Row(max((row.number for row in self.rows), default=-1) + 1)
        row.is_driver = not self.rows
        self.rows.append(row)
        return row

    def remove_row(self, number: int) -> None:
        """Remove a row; if it was the driver's, the first one left drives."""
        self.rows = [row for row in self.rows if row.number != number]
        if not self.rows:
            self.add_row()
        if not any(row.is_driver for row in self.rows):
            self.rows[0].is_driver = True


def joined_plate(province: str, number: str) -> str:
    """Return the whole plate: a number that was typed with its province keeps its own."""
    bare = number.strip()
    if bare[:1].isascii() and bare and not bare.upper().startswith("WJ"):
        return province + number
    return number


def empty_form() -> RegistrationForm:
    """Return a form with one row for the driver."""
    form = RegistrationForm(uuid4(), {"plate_province": "豫", "vehicle_kind": "CAR", "stays": "district"})
    form.add_row()
    return form


def form_from_device(last: Registration) -> RegistrationForm:
    """Return a form prefilled from the last registration of the same device; people stand there masked."""
    form = RegistrationForm(
        uuid4(),
        {
            "plate_province": last.plate[:1] if last.plate[:1] in PLATE_PROVINCES else "",
            "plate": last.plate[1:] if last.plate[:1] in PLATE_PROVINCES else last.plate,
            "vehicle_kind": last.vehicle_kind,
            "stays": "district" if last.destination else "elsewhere",
            "destination_code": last.destination.code if last.destination else "",
        },
    )
    form.rows = known_rows(_remembered_people(last))
    if not form.rows:
        form.add_row()
    return form


def form_from_post(data: QueryDict, last: Registration | None) -> RegistrationForm:
    """Return the form as it was sent; people known from the last time stand there masked."""
    try:
        key = UUID(data.get("request_key", ""))
    except ValueError:
        key = uuid4()
    values = {name: data.get(name, "")[:LONGEST] for name in CAR_FIELDS}
    # A choice from the list stands after the hidden code of the search field.
    for name in ("origin_code", "destination_code"):
        values[name] = next((code for code in reversed(data.getlist(name)) if code), "")[:40]
    form = RegistrationForm(key, values)
    known = {row.known: row for row in known_rows(_remembered_people(last))} if last else {}
    driver = data.get("driver", "")
    for number in _numbers(data.getlist("row")):
        form.rows.append(_row(data, number, known, is_driver=driver == str(number)))
    if not form.rows:
        form.add_row()
    form.can_recall = len(known.keys() - {row.known for row in form.rows})
    return form


def recall(form: RegistrationForm, last: Registration) -> None:
    """Bring the people of the last time back into the form; empty rows make room for them."""
    present = {row.known for row in form.rows}
    back = [row for row in known_rows(_remembered_people(last)) if row.known not in present]
    form.rows = [row for row in form.rows if row.known or row.name.strip() or row.document.strip()]
    first = max((row.number for row in form.rows), default=-1) + 1
    numbers = {row.number: first + offset for offset, row in enumerate(back)}
    for row in back:
        row.number = numbers[row.number]
        row.guardian = numbers.get(row.guardian) if row.guardian is not None else None
        row.is_driver = row.is_driver and not any(other.is_driver for other in form.rows)
        form.rows.append(row)
    form.can_recall = 0
    if form.rows and not any(row.is_driver for row in form.rows):
        form.rows[0].is_driver = True


def known_rows(occupants: Iterable[Occupant]) -> list[Row]:
    """Return a row for each person that a device registered before: masked, known by their public id."""
    people = list(occupants)
    looks = parties.masked_many(occupant.person for occupant in people)
    numbers = {occupant.pk: number for number, occupant in enumerate(people)}
    return [
        Row(
            number=number,
            known=str(occupant.person.public_id),
            known_name=looks[occupant.person_id].name,
            known_hint=looks[occupant.person_id].id_hint,
            is_driver=occupant.is_driver,
            is_minor=occupant.guardian_id is not None,
            guardian=numbers.get(occupant.guardian_id) if occupant.guardian_id else None,
        )
        for number, occupant in enumerate(people)
    ]


def _remembered_people(last: Registration) -> list[Occupant]:
    found = last.occupants.filter(person__shredded_at__isnull=True).select_related("person")
    return list(found.order_by("order"))


def _row(data: QueryDict, number: int, known: dict[str, Row], *, is_driver: bool) -> Row:
    def typed(name: str) -> str:
        return data.get(f"p{number}-{name}", "")[:LONGEST]

    guardian = typed("guardian")
    earlier = known.get(typed("known"))
    return Row(
        number=number,
        name=typed("name"),
        document=typed("number"),
        kind=typed("kind") or parties.VaultField.ID_NUMBER.value,
        known=typed("known")[:40],
        known_name=earlier.known_name if earlier else "",
        known_hint=earlier.known_hint if earlier else "",
        is_driver=is_driver,
        is_minor=bool(typed("is_minor")),
        guardian=int(guardian) if guardian.isdecimal() and len(guardian) < 6 else None,
        has_visited=bool(typed("visited")),
        has_symptoms=bool(typed("symptoms")),
    )


def _numbers(values: list[str]) -> list[int]:
    """Return the rows' numbers as sent, each once, and no more than a car can hold."""
    found = [int(value) for value in values if value.isdecimal() and len(value) < 6]
    return list(dict.fromkeys(found))[: MOST_PEOPLE + 1]
