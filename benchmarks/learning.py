"""A procedure's figures over every case it ever had, beside one bare aggregate over the same rows.

Ours is the table of its page: median, 95th percentile and longest per step from the instant its limit began, on time
or not, its limits; of one procedure, below one place, in a period. The baseline is one GROUP BY over all done steps:
median and 95th percentile from opening to done, with no conditions and no handovers.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from django.db import connection, transaction
from tests.kernel import world as worlds
from tests.kernel.procedures.samples import end, flow, procedure, step

from benchmarks.measure import Result, in_turn
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock

NAME = "learning"
DEFAULT_SIZE = 100_000
SIZES = (1_000, 10_000, 100_000)
ROUNDS = 5
STEPS = ("first", "second", "third", "fourth")
DAYS = 365

_CASES = """
    INSERT INTO cases_case (number, procedure_key, campaign, title_zh, title_en, state, outcome, allowed_outcomes,
           person_id, subject_kind, subject_key, place_id, place_path, is_order_in_force, facts, opened_at, closed_at)
    SELECT 'BB-' || n, procedure_key, campaign, title_zh, title_en, 'CLOSED', 'DONE', allowed_outcomes, person_id,
           subject_kind, subject_key, place_id, place_path, false, '{}',
           %(now)s - (n %% %(days)s + 10) * interval '1 day', %(now)s - (n %% %(days)s) * interval '1 day'
      FROM cases_case, generate_series(1, %(size)s) AS n WHERE id = %(case)s
"""
_RUNS = """
    INSERT INTO procedures_run (case_id, version_id, tokens, is_finished, called_versions, awaited_signals)
    SELECT c.id, r.version_id, '', true, '{}', '{}' FROM cases_case c, procedures_run r
     WHERE r.case_id = %(case)s AND c.number LIKE 'BB-%%'
"""
_DONE_STEPS = """
    INSERT INTO cases_step (case_id, key, task_id, name_zh, name_en, role, place_id, place_path, holder_id, post_id,
           state, opened_at, accepted_at, limit_seconds, due_at, clock, escalation_level, ticks, form,
           done_at, done_by_id)
    SELECT c.id, k.key, gen_random_uuid(), name_zh, name_en, role, s.place_id, s.place_path, holder_id, post_id,
           'DONE', c.opened_at, CASE WHEN k.place = 1 THEN c.opened_at + interval '5 minutes' END, limit_seconds,
           c.opened_at + interval '2 hours', 1, 0,
           jsonb_build_object('asked', c.opened_at::text), '{}',
           c.opened_at + (10 + c.id %% 170) * k.place * interval '1 minute', holder_id
      FROM cases_case c, cases_step s, unnest(%(keys)s::text[]) WITH ORDINALITY AS k(key, place)
     WHERE s.case_id = %(case)s AND c.number LIKE 'BB-%%'
"""
_OFFERS = """
    INSERT INTO cases_handover (step_id, batch, giver_id, giver_post_id, receiver_id, receiver_post_id, offered_at,
           due_at, state, settled_at, settled_by_id, reason)
    SELECT s.id, gen_random_uuid(), holder_id, post_id, holder_id, post_id, s.opened_at, s.due_at, 'ACCEPTED',
           s.opened_at + interval '5 minutes', holder_id, ''
      FROM cases_step s JOIN cases_case c ON c.id = s.case_id WHERE s.key = %(first)s AND c.number LIKE 'BB-%%'
"""
_BARE = """
    SELECT key, count(*), percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (
           ORDER BY extract(epoch FROM done_at - opened_at)::float8)
      FROM cases_step WHERE state = 'DONE' GROUP BY key
"""


def run(size: int) -> Result:
    """Read the figures of `size` closed cases of four steps each; report the median milliseconds."""
    world = worlds.build()
    worlds.publish(_four_steps())
    _fill(worlds.start(world, "FOUR").pk, size)
    since, until = clock.now() - timedelta(days=2 * DAYS), clock.now() + timedelta(days=1)
    sample = procedures.sample_of("FOUR", world.places["D"].path, since, until)

    def ours() -> None:
        found = procedures.step_figures(sample)
        if {one.count for one in found.values()} != {size} or len(found) != len(STEPS):
            raise AssertionError(found)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE)
            cursor.fetchall()

    value, baseline = in_turn(ours, bare, ROUNDS)
    return Result(value * 1_000, "ms, less is better", "one bare GROUP BY with percentiles", baseline * 1_000)


def _fill(case: int, size: int) -> None:
    values = {
        "case": case,
        "size": size,
        "days": DAYS,
        "now": clock.now(),
        "keys": list(STEPS),
        "first": STEPS[0],
    }
    with connection.cursor() as cursor:
        for table in ("cases_case", "cases_step"):  # a constraint asked 500,000 times says nothing new
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        with transaction.atomic():
            for statement in (_CASES, _RUNS, _DONE_STEPS, _OFFERS):
                cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")


def _four_steps() -> str:
    path = ("start", *STEPS, "end")
    flows = [flow(source, target) for source, target in pairwise(path)]
    return procedure(*(step(key) for key in STEPS), end(), *flows, key="FOUR", members=STEPS)
