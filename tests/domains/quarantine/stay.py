"""A stay at home, driven through the services as people would drive it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shouwang.domains.quarantine import api as quarantine
from shouwang.domains.quarantine.domain import MANIFEST
from shouwang.domains.quarantine.models import Order, Via
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock as clocks
from shouwang.util.clock import FixedClock
from shouwang.util.ids import new_uuid
from shouwang.util.text import Text
from tests.kernel import world as worlds

PUBLISHED = date(2020, 2, 1)
SUITABLE = ["met", "room", "phone", "helper"]


def build_world() -> worlds.World:
    """Build the territory, with the police that only quarantine needs."""
    world = worlds.build()
    for number in ("1", "2"):
        world.hold("community_police", f"C{number}")
    assert MANIFEST.rules_folder
    assert MANIFEST.procedures_folder
    rules.load_folder(MANIFEST.rules_folder)
    procedures.load_folder(MANIFEST.procedures_folder, journal.SYSTEM, PUBLISHED)
    return world


@dataclass
class Stay:
    """One case of home quarantine and the clock that it runs by."""

    world: worlds.World
    clock: FixedClock
    case_pk: int

    @property
    def case(self) -> cases.Case:
        return cases.Case.objects.select_related("person", "place").get(pk=self.case_pk)

    @property
    def order(self) -> Order:
        return Order.objects.select_related("case", "case__place", "person", "place").get(pk=self.case_pk)

    @property
    def waiting(self) -> list[str]:
        return sorted(step.key for step in cases.open_steps(self.case))

    def step(self, key: str) -> cases.Step:
        return next(step for step in cases.open_steps(self.case) if step.key == key)

    def do(self, key: str, ticks: list[str], form: dict[str, object] | None = None) -> None:
        step = self.step(key)
        procedures.complete(step.pk, step.holder, ticks=ticks, form=form or {})

    def settle_in(self) -> None:
        """Serve the papers and bring what is needed."""
        team = self.step("documents").holder
        quarantine.serve_notice(self.order, team)
        quarantine.print_undertaking(self.order, team)
        quarantine.record_signature(self.order, team)
        self.do("documents", ["read", "rights"])
        self.do("kit", ["plate", "thermometer", "kit", "primary"])

    def measure(self, celsius: str = "36.5", via: Via = Via.RESIDENT, **more: object) -> quarantine.Recorded:
        new = quarantine.NewReading(celsius, via, more.pop("client_key", None) or new_uuid(), **more)  # type: ignore[arg-type]  # the caller's names
        return quarantine.record_reading(self.case_pk, new, journal.person(self.case.person_id))

    def go_to(self, day: int, at: str) -> None:
        """Move to a local time of a day of the order (the first day is 1) and run the jobs."""
        first = clocks.local(self.order.from_at).date()
        moment = clocks.at_local(first + timedelta(days=day - 1), time.fromisoformat(at))
        self.clock.move_to(moment)
        self.run_jobs()

    def go_to_instant(self, at: datetime) -> None:
        self.clock.move_to(at)
        self.run_jobs()

    def run_jobs(self) -> None:
        """Run what the workers run."""
        quarantine.raise_missed()
        procedures.run_timers()
        quarantine.alarm_overdue()
        cases.sweep()

    def live_through(self, first: int, last: int, skip: tuple[tuple[int, str], ...] = ()) -> None:
        """Measure in both windows of the days, except where `skip` names (day, "MORNING" or "EVENING")."""
        for day in range(first, last + 1):
            for window, at in (("MORNING", "07:52"), ("EVENING", "17:20")):
                self.go_to(day, at)
                if (day, window) not in skip:
                    self.measure()

    def release(self) -> None:
        """Live through the whole term quietly, with the doctor's signature, to its end."""
        last = self.order.term_days
        self.settle_in()
        self.measure()
        self.live_through(2, last - 1)
        self.go_to_instant(self.order.release_check_at)
        self.do("check_readings", ["complete", "symptoms"])
        self.do("sign", ["records", "person"], {"decision": "RELEASE"})
        self.live_through(last, last)
        self.go_to_instant(self.order.until_at)


def begin(
    world: worlds.World,
    clock: FixedClock,
    origin: str = "OTHER_PROVINCE",
    place: str = "Y1",
    *,
    is_suitable: bool | None = True,
    person: parties.Person | None = None,
) -> Stay:
    """Start the procedure about somebody who just arrived, and look at their home (None: not yet)."""
    person = person or world.somebody()
    case = procedures.start(
        "HOME_QUARANTINE",
        procedures.Start(
            place=world.places[place],
            subject=journal.Ref("person", person.pk),
            title=Text("居家隔离", "Home quarantine"),
            person=person,
            facts={"origin_group": origin, "arrived_at": clock.now().isoformat(), "source": "CHECKPOINT"},
        ),
        journal.SYSTEM,
    )
    stay = Stay(world, clock, case.pk)
    if is_suitable is not None:
        stay.do("suitability", SUITABLE, {"is_suitable": is_suitable})
    return stay
