"""Who comes down the road: invented cars and people, registered at the checkpoints."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from faker import Faker

from shouwang.districts.jinshui.simulation.chance import Chance
from shouwang.domains.gates import api as gates
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util import clock
from shouwang.util.identity import synthetic_id_number

#: Cars per checkpoint and hour from each hour of the day on, invented: quiet nights and two peaks.
CARS_PER_HOUR = {0: 0.05, 5: 0.2, 7: 0.5, 12: 0.4, 14: 0.6, 18: 0.4, 20: 0.15}
#: Where they come from (division codes) and how many of a hundred: in the province, outside it, from Hubei.
ORIGINS = (("410300", 40), ("411300", 15), ("320100", 15), ("500236", 15), ("110100", 10), ("420100", 5))
PLATES = ("豫A", "豫C", "豫R", "苏A", "渝F", "京N")
PLATE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
MOST_IN_CAR = 4
OLDEST, YOUNGEST = 80, 15


class Travellers:
    """Makes the cars of a tick and registers them."""

    def __init__(self, chance: Chance, root: Place) -> None:
        self._chance = chance
        self._root = root
        self._names = Faker("zh_CN")
        self._names.seed_instance(chance.seed)

    @cached_property
    def checkpoints(self) -> list[Place]:
        """The open checkpoints of the district."""
        sites = places.subtree(self._root, PlaceKind.SITE)
        return list(sites.filter(subkind="CHECKPOINT", closed_at__isnull=True).order_by("code"))

    @cached_property
    def _courtyards(self) -> list[str]:
        courtyards = places.subtree(self._root, PlaceKind.COURTYARD).order_by("code")
        return list(courtyards.values_list("code", flat=True))

    def arrive(self, now: datetime, tick: timedelta) -> int:
        """Register the cars that come within a tick; return how many people are in them."""
        hour = clock.local(now).hour
        rate = CARS_PER_HOUR[max(since for since in CARS_PER_HOUR if since <= hour)]
        expected = rate * (tick / timedelta(hours=1))
        people = 0
        for checkpoint in self.checkpoints:
            draw = self._chance.of("cars", checkpoint.code, now.isoformat())
            for number in range(_poisson(draw, expected)):
                people += self._register(checkpoint, draw, f"{checkpoint.code}:{now.isoformat()}:{number}")
        return people

    def _register(self, checkpoint: Place, draw: random.Random, key: str) -> int:
        codes, weights = zip(*ORIGINS, strict=True)
        persons = [self._person(draw, index == 0) for index in range(draw.randint(1, MOST_IN_CAR))]
        typed = gates.TypedRegistration(
            checkpoint=checkpoint,
            request_key=UUID(int=self._chance.of("request", key).getrandbits(128), version=4),
            plate=draw.choice(PLATES) + "".join(draw.choices(PLATE_SIGNS, k=4)) + str(draw.randint(0, 9)),
            phone=f"1000371{draw.randint(0, 9999):04d}",
            people=persons,
            origin_code=draw.choices(codes, weights)[0],
            destination_code=draw.choice(self._courtyards),
            door=f"{draw.randint(1, 9)}号楼{draw.randint(1, 3)}单元{draw.randint(1, 18)}01",
            anyone_visited=False,
            anyone_symptoms=False,
        )
        try:
            registered = gates.register(typed)
        except gates.Refused:  # a number drawn before under another name: nobody comes
            return 0
        return registered.registration.people_count

    def _person(self, draw: random.Random, is_driver: bool) -> gates.TypedPerson:
        born_on = date(
            clock.today().year - draw.randint(YOUNGEST + 4, OLDEST), draw.randint(1, 12), draw.randint(1, 28)
        )
        number = synthetic_id_number(born_on, draw.randint(0, 999))
        return gates.TypedPerson(name=self._names.name(), number=number, is_driver=is_driver)


def _poisson(draw: random.Random, expected: float) -> int:
    """Return how many of events that come independently, `expected` on average, happen."""
    count, passed = 0, draw.expovariate(1.0)
    while passed < expected:
        count += 1
        passed += draw.expovariate(1.0)
    return count
