"""The weekly scorecard: how a place kept its limits in one local week, by place directly below and by procedure.

Every figure is computed from the rows of the cases, for any week, also a past one: nothing is stored. A row is
told by (code below, procedure): (code, None) a place, (None, key) a procedure, (None, None) the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from shouwang.kernel.cases import api as cases
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.queries.learning import HALF, NEARLY_ALL, SORT_IN_MEMORY
from shouwang.kernel.procedures.queries.samples import period, term_steps

WEEK = 7
#: What happens at the very instant of looking is part of the running week.
MOMENT = timedelta(microseconds=1)
#: A case counts as opened again when the same procedure was closed for the same subject so few days before.
AGAIN_WITHIN_DAYS = 7

Key = tuple[str | None, str | None]


@dataclass
class Row:
    """One line of the scorecard.

    `done` and `on_time` are steps finished in the week (those that end with a term are left out); `median` and
    `p95` their seconds from the beginning of the limit to done, `p95_of_limit` as a multiple of each one's own
    limit. `climbed` are climbs by level, `declined` offers that were not accepted, `closed` and `opened` cases,
    `again` cases opened within 7 days of the end of the same procedure for the same subject. `open_count` and
    `oldest_at` are of the week's end (now, in the running week).
    """

    done: int = 0
    on_time: int = 0
    median: float | None = None
    p95: float | None = None
    p95_of_limit: float | None = None
    climbed: dict[int, int] = field(default_factory=dict)
    declined: int = 0
    opened: int = 0
    closed: int = 0
    again: int = 0
    open_count: int = 0
    oldest_at: datetime | None = None
    oldest_number: str = ""
    oldest_case: int = 0

    @property
    def on_time_share(self) -> float | None:
        """On time ÷ done, 0 to 1; None when nothing was done."""
        return self.on_time / self.done if self.done else None

    @property
    def climbs(self) -> tuple[int, int, int]:
        """Climbs to community, sub-district and district."""
        return self.climbed.get(1, 0), self.climbed.get(2, 0), self.climbed.get(3, 0)


@dataclass(frozen=True)
class Scorecard:
    """One place and one local week from Monday; `until` is the last instant looked at (excluded)."""

    place: Place
    monday: date
    since: datetime
    until: datetime
    rows: dict[Key, Row]

    @property
    def whole(self) -> Row:
        """The line of everything below the place."""
        return self.rows.get((None, None), Row())

    @property
    def by_place(self) -> dict[str, Row]:
        """The lines by code of the place directly below; "" are cases at the place itself."""
        return {code: row for (code, _), row in self.rows.items() if code is not None}

    @property
    def by_procedure(self) -> dict[str, Row]:
        """The lines by procedure of the case."""
        return {key: row for (_, key), row in self.rows.items() if key is not None}


_GROUPS = "GROUP BY GROUPING SETS ((below), (procedure), ())"

_STEPS = """
    SELECT below, procedure, count(*), count(*) FILTER (WHERE done_at <= due_at),
           percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY seconds),
           percentile_cont(%(nearly_all)s) WITHIN GROUP (ORDER BY seconds / NULLIF(limit_seconds, 0))
      FROM (SELECT split_part(s.place_path, '/', %(part)s) AS below, c.procedure_key AS procedure, s.done_at, s.due_at,
                   s.limit_seconds,
                   extract(epoch FROM s.done_at - COALESCE(s.accepted_at, s.opened_at))::float8 AS seconds
              FROM cases_step s JOIN cases_case c ON c.id = s.case_id
             WHERE s.state = 'DONE' AND s.done_at >= %(since)s AND s.done_at < %(until)s
               AND s.place_path LIKE %(pattern)s
               AND (c.procedure_key, s.key) NOT IN (SELECT * FROM unnest(%(term_procedures)s::text[],
                                                                       %(term_steps)s::text[]))) AS done
"""

_CLIMBS = """
    SELECT below, procedure, count(*) FILTER (WHERE level = 1), count(*) FILTER (WHERE level = 2),
           count(*) FILTER (WHERE level = 3)
      FROM (SELECT split_part(s.place_path, '/', %(part)s) AS below, c.procedure_key AS procedure, e.level
              FROM cases_escalation e JOIN cases_step s ON s.id = e.step_id JOIN cases_case c ON c.id = s.case_id
             WHERE e.at >= %(since)s AND e.at < %(until)s AND s.place_path LIKE %(pattern)s) AS climbed
"""

_DECLINED = """
    SELECT below, procedure, count(*)
      FROM (SELECT split_part(s.place_path, '/', %(part)s) AS below, c.procedure_key AS procedure
              FROM cases_handover h JOIN cases_step s ON s.id = h.step_id JOIN cases_case c ON c.id = s.case_id
             WHERE h.state = 'DECLINED' AND h.settled_at >= %(since)s AND h.settled_at < %(until)s
               AND s.place_path LIKE %(pattern)s) AS declined
"""

_CASES = """
    SELECT below, procedure, count(*) FILTER (WHERE is_opened), count(*) FILTER (WHERE is_closed),
           count(*) FILTER (WHERE is_again), count(*) FILTER (WHERE is_open),
           min(ARRAY[(extract(epoch FROM opened_at) * 1000000)::bigint, id]) FILTER (WHERE is_open)
      FROM (SELECT split_part(c.place_path, '/', %(part)s) AS below, c.procedure_key AS procedure, c.id, c.opened_at,
                   c.opened_at >= %(since)s AS is_opened,
                   COALESCE(c.closed_at >= %(since)s AND c.closed_at < %(until)s, false) AS is_closed,
                   c.closed_at IS NULL OR c.closed_at >= %(until)s AS is_open,
                   c.opened_at >= %(since)s AND EXISTS (
                       SELECT 1 FROM cases_case b
                        WHERE b.subject_kind = c.subject_kind AND b.subject_key = c.subject_key
                          AND b.procedure_key = c.procedure_key AND b.id <> c.id AND b.closed_at <= c.opened_at
                          AND b.closed_at > c.opened_at - %(again)s) AS is_again
              FROM cases_case c
             WHERE c.opened_at < %(until)s AND (c.closed_at IS NULL OR c.closed_at >= %(since)s)
               AND c.place_path LIKE %(pattern)s) AS looked
"""


def scorecard(place: Place, monday: date, now: datetime) -> Scorecard:
    """Return the scorecard of `place` for the local week that begins on `monday`, up to `now` at the latest."""
    since, until = period(monday, WEEK)
    until = min(until, now + MOMENT)
    terms = [(procedure, step) for procedure, steps in term_steps().items() for step in steps]
    values: dict[str, Any] = {
        "part": place.path.count("/") + 1,
        "pattern": f"{place.path}%",
        "since": since,
        "until": until,
        "shares": [HALF, NEARLY_ALL],
        "nearly_all": NEARLY_ALL,
        "term_procedures": [one[0] for one in terms],
        "term_steps": [one[1] for one in terms],
        "again": timedelta(days=AGAIN_WITHIN_DAYS),
    }
    rows: dict[Key, Row] = {(None, None): Row()}
    for key, (done, on_time, spans, of_limit) in _grouped(_STEPS, values):
        row = rows.setdefault(key, Row())
        row.done, row.on_time, row.p95_of_limit = done, on_time, of_limit
        row.median, row.p95 = spans or (None, None)
    for key, levels in _grouped(_CLIMBS, values):
        rows.setdefault(key, Row()).climbed = {level: count for level, count in enumerate(levels, 1) if count}
    for key, (declined,) in _grouped(_DECLINED, values):
        rows.setdefault(key, Row()).declined = declined
    for key, figures in _grouped(_CASES, values):
        row = rows.setdefault(key, Row())
        row.opened, row.closed, row.again, row.open_count, oldest = figures
        if oldest:
            row.oldest_case = oldest[1]
    _name_oldest(rows)
    return Scorecard(place, monday, since, until, rows)


def _name_oldest(rows: dict[Key, Row]) -> None:
    wanted = {row.oldest_case for row in rows.values() if row.oldest_case}
    found = cases.Case.objects.only("number", "opened_at").in_bulk(wanted)
    for row in rows.values():
        if row.oldest_case:
            oldest = found[row.oldest_case]
            row.oldest_number, row.oldest_at = oldest.number, oldest.opened_at


def _grouped(query: str, values: dict[str, Any]) -> list[tuple[Key, tuple[Any, ...]]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SORT_IN_MEMORY)
        cursor.execute(query + _GROUPS, values)
        return [((below, procedure), tuple(rest)) for below, procedure, *rest in cursor.fetchall()]
