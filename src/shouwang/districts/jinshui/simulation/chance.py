"""Chance that follows from the seed: the same thing always has the same luck, whenever it is asked."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

#: How often things go wrong, and how long people take. Invented for the demo; the district publishes none.
FORGETTING_SHARE = 0.03
MISSED_READING_SHARE = 0.03
DECLINING_SHARE = 0.03
FEVER_AT_ROAD_SHARE = 0.01
FEVER_AT_HOME_SHARE = 0.002
REFERRED_SHARE = 0.15
NOT_HOME_SHARE = 0.1
EXTENDED_SHARE = 0.03
SPLITTING_SHARE = 0.8


@dataclass(frozen=True)
class Chance:
    """Draws that depend on the seed and on what is drawn for, not on the order of asking."""

    seed: int

    def of(self, *what: object) -> random.Random:
        """Return a source of chance of its own for one thing."""
        return random.Random(":".join(map(str, (self.seed, *what))))  # noqa: S311 nothing is kept secret by it

    def happens(self, share: float, *what: object) -> bool:
        """Tell whether something that happens in `share` of cases happens to this thing."""
        return self.of(*what).random() < share

    def delay(self, limit: timedelta, *what: object) -> timedelta:
        """Return how long somebody takes for a thing with a limit: mostly within it, sometimes far beyond."""
        draw = self.of("delay", *what)
        if draw.random() < FORGETTING_SHARE:
            return limit * draw.uniform(1.1, 3.5)
        return limit * min(0.95, max(0.03, draw.lognormvariate(-1.4, 0.6)))
