"""The sweep: every missed clock climbs to the next level, exactly once per level and in order (I4).

Why it holds with many workers and crashes: a batch locks due steps and skips those another worker holds;
the level
is raised by compare-and-set on (clock, level) in the same transaction that writes the escalation, its
journal entry
and its notice; and the unique key (step, clock, level) refuses a second one whatever happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from shouwang.kernel.cases.models import Escalation
from shouwang.kernel.cases.services.opening import climb_offsets
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.util import clock
from shouwang.util.text import Text

#: How many clocks climb in one transaction: large enough to amortise it, small enough to be redone after a
#: crash.
BATCH_SIZE = 2_000
LEVEL_NAMES = {
    1: Text("社区", "community"),
    2: Text("街道", "sub-district"),
    3: Text("区", "district"),
}

_RAISE_LEVELS = """
    UPDATE cases_step AS s
       SET escalation_level = s.escalation_level + 1,
           next_escalation_at = CASE WHEN s.escalation_level + 2 <= cardinality(%(offsets)s::interval[])
                                     THEN s.due_at + (%(offsets)s::interval[])[s.escalation_level + 2] END
     WHERE s.id IN (SELECT id FROM cases_step
                     WHERE state = 'OPEN' AND next_escalation_at <= %(now)s
                     ORDER BY next_escalation_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING s.id, s.case_id, s.key, s.name_zh, s.name_en, s.place_id, s.place_path, s.clock,
    s.escalation_level,
              s.due_at, s.holder_id
"""


@dataclass(frozen=True)
class SweepReport:
    """How many clocks climbed to each level."""

    by_level: dict[int, int]

    @property
    def total(self) -> int:
        """How many climbs there were."""
        return sum(self.by_level.values())


@dataclass(frozen=True)
class _Climb:
    """A row of `_RAISE_LEVELS`."""

    step_id: int
    case_id: int
    key: str
    name_zh: str
    name_en: str
    place_id: int
    place_path: str
    clock: int
    level: int
    due_at: datetime
    holder_id: int


def sweep(at: datetime | None = None, limit: int | None = None) -> SweepReport:
    """Let every clock that is due at `at` climb one level after another until none is due.

    Args:
        limit: stop after about so many climbs; without it, when nothing is due.
    """
    now = at or clock.now()
    counts: dict[int, int] = {}
    done = 0
    while limit is None or done < limit:
        climbed = sweep_batch(now, BATCH_SIZE if limit is None else min(BATCH_SIZE, limit - done))
        if not climbed:
            break
        done += len(climbed)
        for level in climbed:
            counts[level] = counts.get(level, 0) + 1
    return SweepReport(counts)


def sweep_batch(now: datetime, size: int) -> list[int]:
    """Raise at most `size` due clocks by one level in one transaction; return the levels reached."""
    with transaction.atomic():
        climbs = _raise_levels(now, size)
        if climbs:
            _write(climbs, now)
    return [climb.level for climb in climbs]


def _raise_levels(now: datetime, size: int) -> list[_Climb]:
    offsets: list[timedelta] = climb_offsets()
    with connection.cursor() as cursor:
        cursor.execute(_RAISE_LEVELS, {"offsets": offsets, "now": now, "limit": size})
        return [_Climb(*row) for row in cursor.fetchall()]


def _write(climbs: list[_Climb], now: datetime) -> None:
    leads = {
        level: duties.lead_for_many({climb.place_id for climb in climbs if climb.level == level}, level, now)
        for level in {climb.level for climb in climbs}
    }
    targets = [leads[climb.level][climb.place_id] for climb in climbs]
    Escalation.objects.bulk_create(
        [
            Escalation(
                step_id=climb.step_id,
                clock=climb.clock,
                level=climb.level,
                to_person=answer.person,
                to_post=answer.post,
                due_at=climb.due_at,
                at=now,
            )
            for climb, answer in zip(climbs, targets, strict=True)
        ],
        batch_size=BATCH_SIZE,
    )
    journal.record_many([_entry(climb, answer) for climb, answer in zip(climbs, targets, strict=True)])
    _tell(climbs, targets)


def _entry(climb: _Climb, answer: duties.Answer) -> journal.Act:
    level = LEVEL_NAMES[climb.level]
    return journal.Act(
        verb="clock.climbed",
        actor=journal.SYSTEM,
        subject=journal.Ref("case", str(climb.case_id)),
        thread=f"case:{climb.case_id}",
        place_path=climb.place_path,
        data={
            "step": climb.key,
            "step_pk": climb.step_id,
            "name_zh": climb.name_zh,
            "name_en": climb.name_en,
            "level": climb.level,
            "level_zh": level.zh,
            "level_en": level.en,
            "to": answer.person.pk,
        },
    )


def _tell(climbs: list[_Climb], targets: list[duties.Answer]) -> None:
    notices.send_many(
        [
            notices.NewNotice(
                recipient=answer.person,
                kind="clock.climbed",
                title=Text(
                    f"超时升到{LEVEL_NAMES[climb.level].zh}：{climb.name_zh}",
                    f"Late, escalated to {LEVEL_NAMES[climb.level].en}: {climb.name_en}",
                ),
                link=f"/cases/{climb.case_id}/",
                urgency="URGENT" if climb.level < max(LEVEL_NAMES) else "EMERGENCY",
                thread=f"case:{climb.case_id}",
            )
            for climb, answer in zip(climbs, targets, strict=True)
        ]
    )
    topics = {f"work:{answer.person.pk}" for answer in targets} | {
        f"work:{climb.holder_id}" for climb in climbs
    }
    notices.touch("board", *topics)
