"""Completing a step of a case, beside a minimal transaction that writes the same rows.

Ours is `procedures.complete` as a page calls it: holder, checklist and form are checked, the engine moves, the next
step opens with its holder and clock, journal and live topics are written. The baseline is raw SQL on the same
tables, under the same lock, triggers and durability: update the step, insert the next, store tokens of the same
size, insert the two journal entries, notify.
"""

from __future__ import annotations

from itertools import pairwise
from uuid import uuid4

from django.db import connection, transaction
from tests.kernel import world as worlds
from tests.kernel.procedures.samples import end, flow, procedure, step

from benchmarks.measure import Result, in_turn
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.procedures.models import Run

NAME = "case_step"
DEFAULT_SIZE = 500
ROUNDS = 5
STEPS = tuple(f"step_{number}" for number in range(ROUNDS + 3))

_DONE = """UPDATE cases_step SET state = 'DONE', done_at = now(), done_by_id = holder_id, ticks = '{"asked": ""}',
                  next_escalation_at = NULL WHERE id = %s"""
_NEXT = """INSERT INTO cases_step (case_id, key, task_id, name_zh, name_en, role, place_id, place_path, holder_id,
                  post_id, state, opened_at, limit_seconds, due_at, clock, escalation_level, next_escalation_at,
                  ticks, form)
           SELECT case_id, key, %s, name_zh, name_en, role, place_id, place_path, holder_id, post_id, 'OPEN', now(),
                  limit_seconds, now() + interval '2 hours', 1, 0, now() + interval '2 hours', '{}', '{}'
             FROM cases_step WHERE id = %s RETURNING id"""
_ENTRY = """INSERT INTO journal_entry (at, verb, actor_kind, actor_key, subject_kind, subject_key, thread, place_path,
                  data, personal_digest)
            SELECT at, verb, actor_kind, actor_key, subject_kind, subject_key, thread, place_path, data,
                  personal_digest FROM journal_entry WHERE id = %s"""


def run(size: int) -> Result:
    """Complete one step of each of `size` cases per round; report the median milliseconds a step."""
    world = worlds.build()
    worlds.publish(_long_procedure())
    ours = [worlds.start(world, "LONG").pk for _ in range(size)]
    theirs = [_Bare(worlds.start(world, "LONG").pk) for _ in range(size)]
    holder = world.people["community_worker", "C1"]

    def complete_all() -> None:
        for pk in ours:
            procedures.complete(_open_step(pk), holder, ticks=["asked"])

    def write_all() -> None:
        for case in theirs:
            case.write()

    value, baseline = in_turn(complete_all, write_all, ROUNDS)
    return Result(
        value / size * 1_000,
        "ms a step, less is better",
        "raw SQL writing the same rows",
        baseline / size * 1_000,
    )


def _open_step(case_pk: int) -> int:
    """Find the step to complete, as both sides do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_step WHERE case_id = %s AND state = 'OPEN'", [case_pk])
        return int(cursor.fetchone()[0])


class _Bare:
    """A case whose rows are written by hand."""

    def __init__(self, pk: int) -> None:
        self.pk = pk
        self.step = _open_step(pk)
        self.tokens = bytes(Run.objects.values_list("tokens", flat=True).get(case_id=pk))
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM journal_entry WHERE thread = %s", [f"case:{pk}"])
            (self.entry,) = cursor.fetchone()

    def write(self) -> None:
        """Write what completing one step writes."""
        with transaction.atomic(), connection.cursor() as cursor:
            _open_step(self.pk)
            cursor.execute("SELECT id FROM cases_case WHERE id = %s FOR UPDATE", [self.pk])
            cursor.execute(_DONE, [self.step])
            cursor.execute(_NEXT, [uuid4(), self.step])
            (self.step,) = cursor.fetchone()
            cursor.execute("UPDATE procedures_run SET tokens = %s WHERE case_id = %s", [self.tokens, self.pk])
            cursor.execute(_ENTRY, [self.entry])
            cursor.execute(_ENTRY, [self.entry])
            cursor.execute("SELECT pg_notify('shouwang_live', %s)", [f"work:1 case:{self.pk} board"])


def _long_procedure() -> str:
    path = ("start", *STEPS, "end")
    flows = [flow(source, target) for source, target in pairwise(path)]
    return procedure(*(step(key) for key in STEPS), end(), *flows, key="LONG", members=STEPS)
