"""A tiny territory for kernel tests: two sub-districts with people on their posts, made by the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.identity import synthetic_id_number
from shouwang.util.text import Text

BORN_ON = date(1980, 1, 1)


@dataclass
class World:
    """Places by code and people by their duty and place, e.g. `people["community_worker", "C1"]`."""

    places: dict[str, Place] = field(default_factory=dict)
    people: dict[tuple[str, str], parties.Person] = field(default_factory=dict)
    posts: dict[tuple[str, str], duties.Post] = field(default_factory=dict)
    made: int = 0

    def place(self, kind: str, code: str, parent: str | None, subkind: str = "") -> Place:
        """Make a place below another."""
        self.places[code] = places.create_place(
            kind=kind,
            code=code,
            name_zh=f"地点{code}",
            name_en=f"Place {code}",
            parent=self.places[parent] if parent else None,
            subkind=subkind,
            actor=journal.SYSTEM,
        )
        return self.places[code]

    def somebody(self) -> parties.Person:
        """Make a person nobody has met."""
        self.made += 1
        person, _ = parties.register_person(
            name="某" + "甲乙丙丁戊己庚辛壬癸"[self.made % 10],
            identification=parties.Identification("ID_NUMBER", synthetic_id_number(BORN_ON, self.made)),
            actor=journal.SYSTEM,
            purpose="test",
        )
        return person

    def hold(self, role: str, code: str, person: parties.Person | None = None) -> parties.Person:
        """Put somebody on a new or existing post of a role at a place."""
        key = (role, code)
        if key not in self.posts:
            name = duties.role(role).name
            row = duties.PostRow(role, self.places[code], name, work_phone="10003710000", seats=9)
            self.posts[key] = duties.create_posts([row])[0]
        person = person or self.somebody()
        duties.assign(self.posts[key], person, from_at=clock.now(), actor=journal.SYSTEM)
        self.people.setdefault(key, person)
        return person

    def answer(self, role: str, code: str) -> duties.Answer:
        """Return who holds a role at a place, as an answer."""
        return duties.Answer(self.people[role, code], self.posts[role, code])


def build() -> World:
    """Make one district, two sub-districts with a community and a courtyard each, and a checkpoint."""
    world = World()
    world.place(PlaceKind.DISTRICT, "D", None)
    for number in ("1", "2"):
        world.place(PlaceKind.SUBDISTRICT, f"S{number}", "D")
        world.place(PlaceKind.COMMUNITY, f"C{number}", f"S{number}")
        world.place(PlaceKind.COURTYARD, f"Y{number}", f"C{number}", "LEGACY_BACKSTOP")
        for role, code in (
            ("courtyard_team", f"Y{number}"),
            ("community_worker", f"C{number}"),
            ("community_director", f"C{number}"),
            ("community_doctor", f"C{number}"),
            ("subdistrict_duty", f"S{number}"),
        ):
            world.hold(role, code)
    world.place(PlaceKind.SITE, "K1", "S1", "CHECKPOINT")
    world.hold("guard", "K1")
    world.hold("district_duty", "D")
    rules.load_folder(cases.RULES_FOLDER)
    return world


def publish(bpmn: str) -> procedures.ProcedureVersion:
    """Publish a procedure from today."""
    return procedures.publish(bpmn, clock.today(), journal.SYSTEM)


def start(world: World, key: str = "ERRAND", place: str = "Y1", **more: object) -> cases.Case:
    """Start a procedure about somebody at a place."""
    person = world.somebody()
    new = procedures.Start(
        place=world.places[place],
        subject=journal.Ref("person", str(person.pk)),
        title=Text("跑腿", "Errand"),
        person=person,
        **more,  # type: ignore[arg-type]  # the caller's names
    )
    return procedures.start(key, new, journal.SYSTEM)
