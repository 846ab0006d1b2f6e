"""What the cases teach about a procedure: how long each step takes, where it waits, what is ticked late, what climbs.

PostgreSQL does the statistics, one query for each part of a page. Percentiles are continuous (they interpolate
between the two nearest values, as `percentile_cont` does). Nothing here names anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from shouwang.kernel.procedures.queries.samples import Sample, over

HALF, NEARLY_ALL = 0.5, 0.95
#: Percentiles sort; a hundred thousand steps fit into this, and with PostgreSQL's usual 4 MB would go to disk.
SORT_IN_MEMORY = "SET LOCAL work_mem = '64MB'"


@dataclass(frozen=True)
class StepFigures:
    """How long one step took those who held it, in seconds from when its limit began to run until it was done.

    `on_time` counts those done by the instant that was due. A limit that versions changed is a range.
    """

    count: int
    on_time: int
    median: float
    p95: float
    longest: float
    shortest_limit: int
    longest_limit: int

    @property
    def on_time_share(self) -> float:
        """On time ÷ all, 0 to 1."""
        return self.on_time / self.count

    @property
    def p95_of_limit(self) -> float:
        """The 95th percentile as a multiple of the limit (of the longest, where it changed)."""
        return self.p95 / self.longest_limit


@dataclass(frozen=True)
class Waits:
    """Where the time of one step went, medians and 95th percentiles in seconds; the three parts follow each other.

    Offered: from opening until somebody accepted it; none for a step that was never offered at opening. Untouched:
    until the first sign of work, a tick or a proof. In hand: until it was done. `passed_on` counts later offers of
    the running step; `total_seconds` are the sums of the three parts over all steps.
    """

    count: int
    offered: tuple[float, float]
    untouched: tuple[float, float]
    in_hand: tuple[float, float]
    total_seconds: tuple[float, float, float]
    passed_on: int
    declined: int

    @property
    def shares(self) -> tuple[float, float, float]:
        """The three parts of all the time that these steps took, 0 to 1 each."""
        whole = sum(self.total_seconds) or 1.0
        offered, untouched, in_hand = self.total_seconds
        return offered / whole, untouched / whole, in_hand / whole


@dataclass(frozen=True)
class ItemFigures:
    """One item of a checklist: how often ticked, how long after the step began (median seconds), and its failures.

    `after_due` counts the steps in which it was ticked late; `refused` those that were handed in without it;
    `open_late` the late open steps that lack it now.
    """

    ticked: int
    median: float
    after_due: int
    refused: int
    open_late: int


@dataclass(frozen=True)
class OpenFigures:
    """The steps of one kind that wait now: all, those past due, those offered to somebody, and the oldest."""

    count: int
    late: int
    offered: int
    oldest_at: datetime


_STEPS = over("""
    SELECT key, count(*), count(*) FILTER (WHERE done_at <= due_at),
           percentile_cont(%(shares)s::float8[]) WITHIN GROUP (
               ORDER BY extract(epoch FROM done_at - begun_at)::float8),
           max(extract(epoch FROM done_at - begun_at)::float8), min(limit_seconds), max(limit_seconds)
      FROM {chosen} GROUP BY key
""")

_WAITS = over("""
    SELECT key, count(*), percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY offered),
           percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY untouched),
           percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY in_hand),
           sum(offered), sum(untouched), sum(in_hand)
      FROM (SELECT key, extract(epoch FROM begun_at - opened_at)::float8 AS offered,
                   extract(epoch FROM started_at - begun_at)::float8 AS untouched,
                   extract(epoch FROM done_at - started_at)::float8 AS in_hand
              FROM (SELECT *, GREATEST(LEAST(touched_at, done_at), begun_at) AS started_at
                      FROM {chosen}) AS touched) AS parts
     GROUP BY key
""")

_HANDED = over("""
    SELECT key, count(*) FILTER (WHERE h.due_after_acceptance IS NOT NULL),
           count(*) FILTER (WHERE h.state = 'DECLINED')
      FROM cases_handover h JOIN {chosen} ON chosen.id = h.step_id
     GROUP BY key
""")

_ITEMS = over("""
    SELECT key, item, count(*),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM at - begun_at)::float8),
           count(*) FILTER (WHERE at > due_at)
      FROM (SELECT key, begun_at, due_at, item, tick::timestamptz AS at
              FROM {chosen}, jsonb_each_text(ticks) AS ticked(item, tick)) AS ticks
     GROUP BY key, item
""")

_REFUSED = over("""
    SELECT s.key, item, count(DISTINCT s.id)
      FROM procedures_refusal f JOIN cases_step s ON s.id = f.step_id JOIN cases_case c ON c.id = s.case_id,
           unnest(f.missing) AS item
     WHERE f.at >= %(since)s AND f.at < %(until)s AND {of_sample}
     GROUP BY s.key, item
""")

_LACKING = over("""
    SELECT s.key, item, count(*)
      FROM cases_step s JOIN cases_case c ON c.id = s.case_id
      JOIN unnest(%(item_steps)s::text[], %(items)s::text[]) AS wanted(step_key, item) ON wanted.step_key = s.key
     WHERE s.state = 'OPEN' AND s.due_at < %(now)s AND NOT s.ticks ? item AND {of_sample}
     GROUP BY s.key, item
""")

_CLIMBS = over("""
    SELECT s.key, e.level, count(*)
      FROM cases_escalation e JOIN cases_step s ON s.id = e.step_id JOIN cases_case c ON c.id = s.case_id
     WHERE e.at >= %(since)s AND e.at < %(until)s AND {of_sample}
     GROUP BY s.key, e.level
""")

_OPEN = over("""
    SELECT s.key, count(*), count(*) FILTER (WHERE s.due_at < %(now)s),
           count(*) FILTER (WHERE EXISTS (SELECT 1 FROM cases_handover h
                                           WHERE h.step_id = s.id AND h.state = 'OFFERED')), min(s.opened_at)
      FROM cases_step s JOIN cases_case c ON c.id = s.case_id
     WHERE s.state = 'OPEN' AND {of_sample}
     GROUP BY s.key
""")


def step_figures(sample: Sample) -> dict[str, StepFigures]:
    """Return how long each step took, by its key; steps that nobody did in the period are left out."""
    found = {}
    for key, count, on_time, (median, p95), *rest in _rows(_STEPS, sample, shares=[HALF, NEARLY_ALL]):
        found[key] = StepFigures(count, on_time, median, p95, *rest)
    return found


def waits(sample: Sample) -> dict[str, Waits]:
    """Return where the time of each step went, by its key."""
    handed = {key: (passed_on, declined) for key, passed_on, declined in _rows(_HANDED, sample)}
    found = {}
    for key, count, offered, untouched, in_hand, *sums in _rows(_WAITS, sample, shares=[HALF, NEARLY_ALL]):
        parts = (tuple(offered), tuple(untouched), tuple(in_hand))
        found[key] = Waits(count, *parts, tuple(sums), *handed.get(key, (0, 0)))
    return found


def item_figures(sample: Sample, now: datetime) -> dict[tuple[str, str], ItemFigures]:
    """Return how the items of checklists fare, by (step, item), for every item of the sample's steps."""
    wanted = [(step.key, item.key) for step in sample.steps.values() for item in step.checklist]
    ticked = {(key, item): tuple(rest) for key, item, *rest in _rows(_ITEMS, sample)}
    refused = {(key, item): count for key, item, count in _rows(_REFUSED, sample)}
    asked = {"now": now, "item_steps": [one[0] for one in wanted], "items": [one[1] for one in wanted]}
    lacking = {(key, item): count for key, item, count in _rows(_LACKING, sample, **asked)}
    found = {}
    for one in wanted:
        count, median, after_due = ticked.get(one, (0, 0.0, 0))
        found[one] = ItemFigures(count, median, after_due, refused.get(one, 0), lacking.get(one, 0))
    return found


def climbs(sample: Sample) -> dict[str, dict[int, int]]:
    """Count the climbs in the period by step and level (1 community, 2 sub-district, 3 district)."""
    found: dict[str, dict[int, int]] = {}
    for key, level, count in _rows(_CLIMBS, sample):
        found.setdefault(key, {})[level] = count
    return found


def open_figures(sample: Sample, now: datetime) -> dict[str, OpenFigures]:
    """Return what waits at each step now, whatever the period."""
    return {key: OpenFigures(*rest) for key, *rest in _rows(_OPEN, sample, now=now)}


def _rows(query: str, sample: Sample, **more: Any) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SORT_IN_MEMORY)
        cursor.execute(query, {**sample.values, **more})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
