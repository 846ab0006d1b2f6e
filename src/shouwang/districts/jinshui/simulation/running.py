"""The play itself: ticks of a quarter of an hour, and a line of figures for every day."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from shouwang.districts.jinshui.simulation.chance import Chance
from shouwang.districts.jinshui.simulation.commanders import Commanders
from shouwang.districts.jinshui.simulation.residents import Residents
from shouwang.districts.jinshui.simulation.travellers import Travellers
from shouwang.districts.jinshui.simulation.workers import Workers
from shouwang.districts.jinshui.sources import DISTRICT
from shouwang.domains.quarantine import api as quarantine
from shouwang.kernel.cases import api as cases
from shouwang.kernel.places import api as places
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock

TICK = timedelta(minutes=15)


class Play:
    """Plays ticks over one district and counts what happens in them."""

    def __init__(self, seed: int, district_code: str = DISTRICT) -> None:
        chance = Chance(seed)
        self.district = places.get(district_code)
        self._travellers = Travellers(chance, self.district)
        self._commanders = Commanders(chance, self.district)
        self._workers = Workers(chance)
        self._residents = Residents(chance)
        self.counts: Counter[str] = Counter()

    def tick(self) -> None:
        """Let everything happen whose time has come by the clock."""
        now = clock.now()
        self.counts["arrived"] += self._travellers.arrive(now, TICK)
        procedures.run_timers(now)
        self._residents.act(now)
        self.counts["ordered"] += self._commanders.act(now)
        self.counts["missed"] += quarantine.raise_missed(now)
        self._workers.act(now)
        self.counts["climbed"] += cases.sweep(now).total
        quarantine.alarm_overdue(now)

    def day_line(self) -> str:
        """Return the day's figures in both languages, and forget them."""
        counts = self.counts + self._workers.counts
        contained = sum(cases.contained(self.district).values())
        unaccounted = cases.unaccounted(self.district).count()
        difference = cases.reconcile(self.district, clock.today()).difference
        line = (
            f"{clock.local(clock.now()):%Y-%m-%d} 到达 arrived {counts['arrived']}，"
            f"查验 checked {counts['checked']}，"
            f"接收 accepted {counts['accepted']}，测温 readings {self._residents.readings}，"
            f"漏测 missed {counts['missed']}，发热 fevers {counts['fevers'] + self._residents.fevers}，"
            f"指令 orders {counts['ordered']}，超时上行 climbed {counts['climbed']}；在管 contained {contained}，"
            f"没人负责 unaccounted {unaccounted}，差 difference {difference}"
        )
        self.counts.clear()
        self._workers.counts.clear()
        self._residents.readings = self._residents.fevers = 0
        return line


def run(days: float, speed: float, seed: int, report: Callable[[str], None]) -> None:
    """Play `days` of the demo from the time its clock shows, then let the clock run on as usual.

    Args:
        speed: seconds of the demo for each real second; 0: as fast as the machine can.
        seed: the same seed on the same data plays the same days.
        report: told a line when a day is over.
    """
    path = Path(os.environ["SHOUWANG_CLOCK"])
    play = Play(seed)
    begun, shown = time.monotonic(), clock.now()
    until = shown + timedelta(days=days)
    day = clock.today()
    while shown < until:
        _pace(begun, shown + TICK - (until - timedelta(days=days)), speed)
        shown += TICK
        clock.write_demo_clock(path, shown, 0.0)
        with clock.use(clock.FixedClock(shown)):
            play.tick()
            if clock.today() != day:
                day = clock.today()
                report(play.day_line())
    clock.write_demo_clock(path, shown, 1.0)
    report(play.day_line())


def _pace(begun: float, played: timedelta, speed: float) -> None:
    """Wait until as much real time has passed as `speed` asks for."""
    if speed > 0:
        ahead = begun + played.total_seconds() / speed - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
