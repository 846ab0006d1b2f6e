"""A living demo: days of arrivals, acceptances, misses and fevers, played through the services of the pages.

The simulation knows no shortcut: a guard checks a car, a worker accepts a handover and a resident takes a
temperature through the same functions as a page does, with the same refusals. What it invents is only who
comes and how long somebody takes; both follow from the seed. It moves the demo clock forward, never back.
It is not a forecast.
"""

from __future__ import annotations

from shouwang.districts.jinshui.simulation.running import run

__all__ = ["run"]
