"""What people under an order do: take two temperatures a day, forget some, seldom have a fever."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shouwang.districts.jinshui.simulation import chance as odds
from shouwang.districts.jinshui.simulation.chance import Chance
from shouwang.districts.jinshui.simulation.workers import FEVER, NORMAL
from shouwang.domains.quarantine import api as quarantine
from shouwang.kernel.journal import api as journal
from shouwang.util.problems import Problem


class Residents:
    """Takes the temperatures of everybody under an order, each at a minute of their own within the window."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._done: set[tuple[int, str]] = set()
        self.readings = 0
        self.fevers = 0

    def act(self, now: datetime) -> None:
        """Record the readings whose minute has come in the window that is open at `now`."""
        slot = quarantine.slot_at(now)
        if not slot.is_open(now):
            self._done.clear()
            return
        orders = quarantine.Order.objects.filter(ended_at__isnull=True, from_at__lte=slot.opens_at).order_by(
            "pk"
        )
        for case_pk, person_pk in orders.values_list("case_id", "person_id"):
            key = (case_pk, f"{slot.day}:{slot.window}")
            luck = self._chance.of("reading", *key)
            minute = slot.opens_at + (slot.closes_at - slot.opens_at) * luck.uniform(0.02, 0.85)
            if key in self._done or now < minute:
                continue
            self._done.add(key)
            if luck.random() >= odds.MISSED_READING_SHARE:
                self._take(case_pk, person_pk, key)

    def _take(self, case_pk: int, person_pk: int, key: tuple[int, str]) -> None:
        luck = self._chance.of("taken", *key)
        is_fever = luck.random() < odds.FEVER_AT_HOME_SHARE
        celsius = FEVER if is_fever else luck.choice(NORMAL)
        client_key = UUID(int=luck.getrandbits(128), version=4)
        new = quarantine.NewReading(celsius, quarantine.Via.RESIDENT, client_key)
        try:
            quarantine.record_reading(case_pk, new, journal.person(person_pk))
        except Problem:  # released in the same minute
            return
        self.readings += 1
        self.fevers += is_fever
