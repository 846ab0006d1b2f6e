"""The events of a procedure's cases, for tools of process mining: what happened to which step, when, by which duty.

No personal data leaves: a case is told by a keyed hash of its number, a person by nothing at all, a place by its
community or what stands above it. Where fewer than `FEWEST` cases fall to a place, they are told of the place above
it, so that nobody is found by being the only one. Rows are streamed by the server, never held together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util import crypto

FEWEST = 5
TOKEN_LENGTH = 16
CHUNK = 2_000
TOLD_KINDS = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY)


@dataclass(frozen=True)
class LogScope:
    """The cases of procedure `key` below `path` that were opened in [since, until)."""

    key: str
    path: str
    since: datetime
    until: datetime

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the queries."""
        return {"key": self.key, "pattern": f"{self.path}%", "since": self.since, "until": self.until}


class LogEvent(NamedTuple):
    """One act on one step. `act` is one of ACTS; `level` is where an escalation went, else 0."""

    case_pk: int
    number: str
    version: int
    campaign: str
    outcome: str
    opened_at: datetime
    closed_at: datetime | None
    case_path: str
    step_number: int
    step_key: str
    role: str
    limit_seconds: int
    at: datetime
    act: str
    level: int


class LogCase(NamedTuple):
    """One case of the log."""

    number: str
    version: int
    campaign: str
    outcome: str
    opened_at: datetime
    closed_at: datetime | None
    case_path: str


class LogStep(NamedTuple):
    """One step of a case of the log; `step_number` counts the steps of the case in the order of opening."""

    number: str
    step_number: int
    step_key: str
    role: str
    limit_seconds: int
    opened_at: datetime


#: What can happen to a step, in the order in which it is told where instants are the same.
ACTS = ("open", "offer", "accept", "decline", "recall", "begin", "escalate", "complete", "fall_away")

_OF_SCOPE = """
    c.procedure_key = %(key)s AND c.place_path LIKE %(pattern)s AND c.opened_at >= %(since)s
    AND c.opened_at < %(until)s
"""


def _in_scope(query: str) -> str:
    return query.replace("{of_scope}", _OF_SCOPE)


_EVENTS = _in_scope("""
    WITH steps AS (
        SELECT s.*, c.number, v.version, c.campaign, c.outcome, c.opened_at AS case_opened_at, c.closed_at,
               c.place_path AS case_path, row_number() OVER (PARTITION BY s.case_id ORDER BY s.opened_at, s.id) AS n
          FROM cases_step s JOIN cases_case c ON c.id = s.case_id
          JOIN procedures_run r ON r.case_id = c.id JOIN procedures_procedureversion v ON v.id = r.version_id
         WHERE {of_scope}),
    acts AS (
        SELECT id, opened_at AS at, 1 AS rank, 'open' AS act, 0 AS level FROM steps
        UNION ALL SELECT step_id, offered_at, 2, 'offer', 0 FROM cases_handover WHERE step_id IN (SELECT id FROM steps)
        UNION ALL SELECT step_id, settled_at, 3,
                         CASE state WHEN 'ACCEPTED' THEN 'accept' WHEN 'DECLINED' THEN 'decline' ELSE 'recall' END, 0
                    FROM cases_handover WHERE settled_at IS NOT NULL AND step_id IN (SELECT id FROM steps)
        UNION ALL SELECT id, touched_at, 4, 'begin', 0 FROM steps WHERE touched_at IS NOT NULL
        UNION ALL SELECT step_id, at, 5, 'escalate', level FROM cases_escalation WHERE step_id IN (SELECT id FROM steps)
        UNION ALL SELECT id, done_at, 6, CASE state WHEN 'DONE' THEN 'complete' ELSE 'fall_away' END, 0
                    FROM steps WHERE state <> 'OPEN')
    SELECT steps.case_id, number, version, campaign, outcome, case_opened_at, closed_at, case_path, n, key, role,
           limit_seconds, at, act, level
      FROM acts JOIN steps ON steps.id = acts.id
     ORDER BY steps.case_id, at, n, rank, level
""")

_CASES = _in_scope("""
    SELECT c.number, v.version, c.campaign, c.outcome, c.opened_at, c.closed_at, c.place_path
      FROM cases_case c JOIN procedures_run r ON r.case_id = c.id
      JOIN procedures_procedureversion v ON v.id = r.version_id
     WHERE {of_scope} ORDER BY c.id
""")

_STEPS = _in_scope("""
    SELECT c.number, row_number() OVER (PARTITION BY s.case_id ORDER BY s.opened_at, s.id), s.key, s.role,
           s.limit_seconds, s.opened_at
      FROM cases_step s JOIN cases_case c ON c.id = s.case_id
     WHERE {of_scope} ORDER BY c.id, s.opened_at, s.id
""")

_COUNTS = _in_scope("SELECT c.place_path, count(*) FROM cases_case c WHERE {of_scope} GROUP BY c.place_path")


def events(scope: LogScope) -> Iterator[LogEvent]:
    """Yield the events of all cases, case after case, each one's in the order of time."""
    return (LogEvent(*row) for row in _streamed(_EVENTS, scope))


def log_cases(scope: LogScope) -> Iterator[LogCase]:
    """Yield the cases in the order of their opening."""
    return (LogCase(*row) for row in _streamed(_CASES, scope))


def log_steps(scope: LogScope) -> Iterator[LogStep]:
    """Yield the steps, case after case."""
    return (LogStep(*row) for row in _streamed(_STEPS, scope))


def case_token(number: str) -> str:
    """Return what stands for a case in every log of this deployment; only its key leads back."""
    return crypto.blind_token("event-log", number)[:TOKEN_LENGTH]


class ToldPlaces:
    """Which place is told for a case: its community, or the nearest place above with enough cases of the log."""

    def __init__(self, scope: LogScope) -> None:
        known = Place.objects.filter(kind__in=TOLD_KINDS)
        self._known: dict[str, Place] = {place.path: place for place in known}
        self._enough: set[str] = set()
        counts: Counter[str] = Counter()
        with connection.cursor() as cursor:
            cursor.execute(_COUNTS, scope.values)
            for path, count in cursor.fetchall():
                for above in (*places.paths_above(path), path):
                    counts[above] += count
        self._enough = {path for path, count in counts.items() if count >= FEWEST}

    def of(self, path: str) -> Place | None:
        """Return the place that is told for a case at `path`; None when even the district has too few."""
        for candidate in reversed((*places.paths_above(path), path)):
            if candidate in self._known and candidate in self._enough:
                return self._known[candidate]
        return None


def _streamed(query: str, scope: LogScope) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, scope.values)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
