"""The small district with some life in it: arrivals offered, a home quarantine under way, a clock that ran out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shouwang.districts.jinshui import cast
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.identity import synthetic_id_number
from shouwang.util.ids import new_uuid
from shouwang.util.text import Text
from tests.desk.town import the_offer, the_step
from tests.kernel.world import BORN_ON

SUITABLE = {"ticks": ["met", "room", "phone", "helper"], "form": {"is_suitable": True}}


@dataclass
class Street:
    """The district, and the cases that the tests look at."""

    district: cast.District
    late: cases.Case
    car: list[cases.Case]
    going: cases.Case
    fresh: cases.Case


def arrival(district: cast.District, name: str, **more: object) -> cases.Case:
    """Open a home quarantine of somebody from another province at the cast's courtyard."""
    number = synthetic_id_number(BORN_ON, parties.Person.objects.count())
    person, _ = parties.register_person(
        name=name,
        identification=parties.Identification("ID_NUMBER", number),
        phone="10003715555",
        actor=journal.SYSTEM,
        purpose="登记",
    )
    new = procedures.Start(
        place=district.at(cast.COURTYARD),
        subject=journal.Ref("person", str(person.pk)),
        title=Text("居家隔离", "Home quarantine"),
        person=person,
        facts={
            "origin_group": "OTHER_PROVINCE",
            "arrived_at": "2020-03-18T09:00:00+08:00",
            "source": "CHECKPOINT",
        },
        **more,  # type: ignore[arg-type]  # the callers' names are those of Start
    )
    return procedures.start("HOME_QUARANTINE", new, journal.SYSTEM)


def build(district: cast.District, clock: object) -> Street:
    """Let a morning pass."""
    worker, guard = district.person("community-worker"), district.answer("guard")
    going = arrival(district, "裴听澜", offer_from=guard)
    clock.advance(timedelta(minutes=41))
    cases.accept(the_offer(going).pk, worker)
    procedures.complete(the_step(going).pk, worker, **SUITABLE)
    parties.reveal(worker, going.person, ["NAME", "PHONE"], "上门核对身份")
    late = arrival(district, "宁采薇")
    clock.advance(timedelta(hours=2, minutes=42))
    cases.sweep()
    batch = new_uuid()
    car = [arrival(district, name, offer_from=guard, batch=batch) for name in ("骆一舟", "骆鸣", "苗青")]
    return Street(district, late, car, going, arrival(district, "温如言"))
