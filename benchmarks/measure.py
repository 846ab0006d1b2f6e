"""How a benchmark measures: ours and an honest baseline, in turn, in one run, on the same rows.

A benchmark is a module of this package with

    NAME = "case_step"
    DEFAULT_SIZE = 1_000
    SIZES = (100, 1_000, 10_000)          # for the full run: how the cost grows
    def run(size: int) -> Result: ...
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One figure beside its baseline, both in `unit`, which says whether more or less is better."""

    value: float
    unit: str
    baseline: str
    baseline_value: float

    @property
    def ratio(self) -> float:
        """Return our figure as a multiple of the baseline's."""
        return self.value / self.baseline_value


@dataclass
class Stopwatch:
    """Seconds that passed in the block of `stopwatch()`."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure the time a block takes."""
    watch = Stopwatch()
    begun = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - begun


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Run both `rounds` times in turn, after one round that does not count; return each one's median seconds.

    In turn, so that a machine that grows slower or faster meanwhile does so for both.
    """
    ours_took, theirs_took = [], []
    for number in range(rounds + 1):
        for action, took in ((ours, ours_took), (theirs, theirs_took)):
            with stopwatch() as watch:
                action()
            if number:
                took.append(watch.seconds)
    return statistics.median(ours_took), statistics.median(theirs_took)
