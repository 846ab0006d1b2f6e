"""The tiny territory of the kernel's tests with its checkpoint at work, and cars that come to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import uuid4

from shouwang.domains.gates import api as gates
from shouwang.domains.gates import domain
from shouwang.domains.gates.models import Registration
from shouwang.domains.medical import domain as medical
from shouwang.domains.quarantine import domain as quarantine
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.identity import synthetic_id_number
from tests.kernel import world as worlds

DRIVER_ID = synthetic_id_number(date(1985, 5, 5), 1)
WIFE_ID = synthetic_id_number(date(1986, 6, 6), 2)
CHILD_ID = synthetic_id_number(date(2011, 3, 4), 3)
PHONE = "10003714408"
CHONGQING, ZHENGZHOU, WUHAN, LUOYANG = "500236", "410105", "420102", "410302"


def build() -> worlds.World:
    """Two guards and their lead stand at the checkpoint K1; the procedures of gates and quarantine hold."""
    world = worlds.build()
    world.hold("guard", "K1", world.somebody())
    world.hold("checkpoint_lead", "K1")
    for manifest in (domain.MANIFEST, quarantine.MANIFEST, medical.MANIFEST):
        rules.load_folder(manifest.rules_folder)
    for manifest in (quarantine.MANIFEST, domain.MANIFEST, medical.MANIFEST):
        procedures.load_folder(manifest.procedures_folder, journal.SYSTEM, clock.today())
    return world


def guards(world: worlds.World) -> list[parties.Person]:
    """The guards on duty at K1."""
    from shouwang.kernel.duties import api as duties

    return [holding.person for holding in duties.holdings_on(world.posts["guard", "K1"])]


def adult(name: str = "程晚舟", number: str = DRIVER_ID, **more) -> gates.TypedPerson:
    return gates.TypedPerson(name=name, number=number, **more)


def typed(world: worlds.World, *people: gates.TypedPerson, **more) -> gates.TypedRegistration:
    """A car from Chongqing to the courtyard Y1, with the driver alone unless people are given."""
    values = {
        "checkpoint": world.places["K1"],
        "request_key": uuid4(),
        "plate": "豫A D20T6",
        "phone": PHONE,
        "people": people or (adult(is_driver=True),),
        "origin_code": CHONGQING,
        "destination_code": "Y1",
        "door": "4 号楼 2 单元 703",
        "anyone_visited": False,
        "anyone_symptoms": False,
    }
    return gates.TypedRegistration(**{**values, **more})


def family() -> list[gates.TypedPerson]:
    """A couple and their child of nine."""
    return [
        adult(is_driver=True),
        adult("许今禾", WIFE_ID),
        adult("程小满", CHILD_ID, is_minor=True, guardian=0),
    ]


def came(world: worlds.World, *people: gates.TypedPerson, **more) -> Registration:
    """Register a car."""
    return gates.register(typed(world, *people, **more)).registration


def again(new: gates.TypedRegistration, **changes) -> gates.TypedRegistration:
    return replace(new, **changes)


def temperatures(registration: Registration, *celsius: str) -> dict[int, str]:
    """Temperatures by occupant in the order of the form; the last one for everybody left."""
    people = gates.people_of(registration)
    values: Sequence[str] = [*celsius, *[celsius[-1]] * len(people)]
    return {one.pk: value for one, value in zip(people, values, strict=False)}


def check(world: worlds.World, registration: Registration, *celsius: str, guard=None) -> Registration:
    """Check a car with everything right but the temperatures given."""
    guard = guard or guards(world)[0]
    values = temperatures(registration, *(celsius or ("36.4",)))
    gates.check(registration.pk, guard, values, gates.VERIFY_TICKS)
    registration.refresh_from_db()
    return registration
