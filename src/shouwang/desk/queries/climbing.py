"""Where a clock climbs next: the level, the instant, and who answers there now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.util.problems import Problem
from shouwang.util.text import Text


@dataclass(frozen=True)
class NextClimb:
    """The next climb of an open step's clock; `to` is None when nobody up to the district is on duty."""

    level: int
    at: datetime
    to: duties.Answer | None

    @property
    def level_name(self) -> Text:
        """The level in words."""
        return cases.LEVEL_NAMES[self.level]


def next_climbs(steps: Iterable[cases.Step]) -> dict[int, NextClimb]:
    """Return the next climb of each open step that has one left, by the step's key.

    Two reads for each level that occurs (three levels at most), whatever the number of steps.
    """
    by_level: defaultdict[int, list[cases.Step]] = defaultdict(list)
    for step in steps:
        level = step.escalation_level + 1
        if step.is_open and step.next_escalation_at is not None and level in cases.LEVEL_NAMES:
            by_level[level].append(step)
    found: dict[int, NextClimb] = {}
    for level, waiting in by_level.items():
        leads = _leads({step.place_id for step in waiting}, level)
        for step in waiting:
            if step.next_escalation_at is not None:
                found[step.pk] = NextClimb(level, step.next_escalation_at, leads.get(step.place_id))
    return found


def _leads(place_ids: set[int], level: int) -> dict[int, duties.Answer]:
    try:
        return duties.lead_for_many(place_ids, level)
    except Problem:  # a place where nobody answers is shown as such, not as a broken page
        return {}
