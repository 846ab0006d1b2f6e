"""The sweep of clocks: a tenth of the open steps is due and climbs, beside one indexed UPDATE of those rows.

Ours raises the level, finds who leads each place, and writes the escalation, its journal entry and a notice for every
climb. The baseline only updates the same rows of a copy of the table with the same indexes, found by the same index.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from tests.kernel import world as worlds
from tests.kernel.procedures.samples import errand

from benchmarks.measure import Result, stopwatch
from shouwang.kernel.cases import api as cases
from shouwang.util import clock

NAME = "escalation_sweep"
DEFAULT_SIZE = 100_000
SIZES = (10_000, 100_000)
DUE_SHARE = 10
ROUNDS = 3

_COPIES = """
    WITH numbers AS (SELECT n, nextval('cases_number') AS number FROM generate_series(1, %(size)s) AS n),
    made AS (
        INSERT INTO cases_case (number, procedure_key, campaign, title_zh, title_en, state, outcome, allowed_outcomes,
               person_id, subject_kind, subject_key, place_id, place_path, is_order_in_force, facts, opened_at)
        SELECT 'BB-' || numbers.number, procedure_key, campaign, title_zh, title_en, state, outcome, allowed_outcomes,
               person_id, subject_kind, subject_key, place_id, place_path, is_order_in_force, facts, opened_at
          FROM cases_case, numbers WHERE id = %(case)s RETURNING id)
    INSERT INTO cases_step (case_id, key, task_id, name_zh, name_en, role, place_id, place_path, holder_id, post_id,
           state, opened_at, limit_seconds, due_at, clock, escalation_level, next_escalation_at, ticks, form)
    SELECT made.id, key, gen_random_uuid(), name_zh, name_en, role, place_id, place_path, holder_id, post_id, state,
           opened_at, limit_seconds, %(now)s + interval '1 day', 1, 0, %(now)s + interval '1 day', '{}', '{}'
      FROM cases_step, made WHERE case_id = %(case)s
"""
_MAKE_DUE = """
    UPDATE {table} SET due_at = %(now)s, next_escalation_at = %(now)s, escalation_level = 0, clock = clock + 1
     WHERE id IN (SELECT id FROM {table} WHERE state = 'OPEN' AND id %% %(share)s = 0)
"""
_PLAIN = """
    UPDATE cases_step_copy SET escalation_level = escalation_level + 1, next_escalation_at = due_at + interval '2 hours'
     WHERE state = 'OPEN' AND next_escalation_at <= %s
"""


def run(size: int) -> Result:
    """Sweep `size` open steps of which a tenth is due, three times; report the fastest in seconds."""
    world = worlds.build()
    worlds.publish(errand())
    for place in ("Y1", "Y2"):
        _copy(worlds.start(world, place=place).pk, size // 2)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE cases_step_copy (LIKE cases_step INCLUDING ALL)")
        cursor.execute("INSERT INTO cases_step_copy SELECT * FROM cases_step")
        cursor.execute("ANALYZE")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(_plain_update())
        ours.append(_sweep(size // DUE_SHARE))
    unit = f"s for {size // DUE_SHARE:,} due of {size:,}, less is better"
    return Result(min(ours), unit, "one indexed UPDATE of the same rows", min(theirs))


def _copy(case_pk: int, count: int) -> None:
    """Copy a case with its open step `count` times, in one transaction as the constraints ask."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COPIES, {"size": count, "case": case_pk, "now": clock.now()})


def _make_due(table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MAKE_DUE.format(table=table), {"now": clock.now(), "share": DUE_SHARE})
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")


def _plain_update() -> float:
    _make_due("cases_step_copy")
    with stopwatch() as watch, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PLAIN, [clock.now()])
    return watch.seconds


def _sweep(expected: int) -> float:
    _make_due("cases_step")
    with stopwatch() as watch:
        report = cases.sweep(clock.now() + timedelta(seconds=1))
    if abs(report.total - expected) > 1:
        raise AssertionError(f"{report.total} clocks climbed, not {expected}")
    return watch.seconds
