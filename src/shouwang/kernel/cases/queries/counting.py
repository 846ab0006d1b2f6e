"""The daily reconciliation (I6) and the count of people with nobody answering, which must be zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from shouwang.kernel.cases.models import Case, Containment, Custody, Step
from shouwang.kernel.duties import api as duties
from shouwang.kernel.places.api import Place
from shouwang.util import clock

_FLOWS = """
    SELECT count(*) FILTER (WHERE from_at < %(start)s AND (until_at IS NULL OR until_at >= %(start)s)),
           count(*) FILTER (WHERE from_at >= %(start)s AND from_at < %(end)s AND came_by = 'OPENED'),
           count(*) FILTER (WHERE from_at >= %(start)s AND from_at < %(end)s AND came_by = 'RECEIVED'
                                  AND NOT starts_with(came_from_path, %(path)s)),
           count(*) FILTER (WHERE until_at >= %(start)s AND until_at < %(end)s AND left_by = 'CLOSED'),
           count(*) FILTER (WHERE until_at >= %(start)s AND until_at < %(end)s AND left_by = 'HANDED_ON'
                                  AND NOT starts_with(went_to_path, %(path)s))
      FROM cases_custody c
     WHERE place_path LIKE %(pattern)s AND (until_at IS NULL OR until_at >= %(start)s) AND from_at < %(end)s
       AND (%(procedure)s = '' OR EXISTS (SELECT 1 FROM cases_case k
                                            WHERE k.id = c.case_id AND k.procedure_key = %(procedure)s))
"""


@dataclass(frozen=True)
class Reconciliation:
    """One place and local day: what should be open at its end, and what a count of the cases finds."""

    open_before: int
    opened: int
    received: int
    closed: int
    handed_on: int
    counted: int

    @property
    def expected(self) -> int:
        """Open before + opened + received − closed − handed on."""
        return self.open_before + self.opened + self.received - self.closed - self.handed_on

    @property
    def difference(self) -> int:
        """Zero, unless a case fell between two hands."""
        return self.counted - self.expected


def reconcile(place: Place, day: date | None = None, procedure_key: str = "") -> Reconciliation:
    """Reconcile the cases below a place for a local day (default today), of one procedure or of all.

    The flows come from the custody rows, the count from the cases themselves and the places that hold them.
    """
    day = day or clock.today()
    start = clock.at_local(day, time.min)
    end = start + timedelta(days=1)
    values: dict[str, Any] = {
        "start": start,
        "end": end,
        "path": place.path,
        "pattern": f"{place.path}%",
        "procedure": procedure_key,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, values)
        open_before, opened, received, closed, handed_on = cursor.fetchone()
    return Reconciliation(open_before, opened, received, closed, handed_on, _count(place, end, procedure_key))


def _count(place: Place, end: datetime, procedure_key: str) -> int:
    """Count the cases that were open at `end` and that a place below `place` answered for."""
    cases = Case.objects.filter(opened_at__lt=end).filter(Q(closed_at__isnull=True) | Q(closed_at__gte=end))
    if procedure_key:
        cases = cases.filter(procedure_key=procedure_key)
    answering = Custody.objects.filter(
        case=OuterRef("pk"), place_path__startswith=place.path, from_at__lt=end
    ).filter(Q(until_at__isnull=True) | Q(until_at__gte=end))
    return cases.filter(Exists(answering)).count()


FLOW_PARTS = ("open_before", "opened", "received", "closed", "handed_on", "counted")


def cases_of_flow(place: Place, part: str, day: date | None = None) -> QuerySet[Case]:
    """Return the cases behind one number of `reconcile(place, day)`, oldest first.

    Raises:
        ValueError: `part` is none of FLOW_PARTS.
    """
    start = clock.at_local(day or clock.today(), time.min)
    end = start + timedelta(days=1)
    here = Custody.objects.filter(case=OuterRef("pk"), place_path__startswith=place.path)
    came = here.filter(from_at__gte=start, from_at__lt=end)
    left = here.filter(until_at__gte=start, until_at__lt=end)
    parts = {
        "open_before": here.filter(Q(until_at__isnull=True) | Q(until_at__gte=start), from_at__lt=start),
        "opened": came.filter(came_by=Custody.CameBy.OPENED),
        "received": came.filter(came_by=Custody.CameBy.RECEIVED).exclude(
            came_from_path__startswith=place.path
        ),
        "closed": left.filter(left_by=Custody.LeftBy.CLOSED),
        "handed_on": left.filter(left_by=Custody.LeftBy.HANDED_ON).exclude(
            went_to_path__startswith=place.path
        ),
        "counted": here.filter(Q(until_at__isnull=True) | Q(until_at__gte=end), from_at__lt=end),
    }
    if part not in parts:
        raise ValueError(f"{part!r} is no part of a reconciliation")
    return (
        Case.objects.filter(Exists(parts[part])).select_related("place", "person").order_by("opened_at", "pk")
    )


def contained_cases(place: Place, kind: str = "") -> QuerySet[Case]:
    """Return the cases whose people are contained below a place now, in one state or in any."""
    now = Containment.objects.filter(
        case=OuterRef("pk"), until_at__isnull=True, place_path__startswith=place.path
    )
    if kind:
        now = now.filter(kind=kind)
    return Case.objects.filter(Exists(now)).select_related("place", "person").order_by("opened_at", "pk")


def late_by_child(parent: Place) -> dict[str, int]:
    """Count the steps whose clock has climbed below each direct child of `parent`, by the child's path."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.path, count(*) FROM cases_step s JOIN places_place c
                 ON starts_with(s.place_path, c.path) AND c.parent_id = %s
                WHERE s.state = 'OPEN' AND s.escalation_level > 0 GROUP BY c.path""",
            [parent.pk],
        )
        return dict(cursor.fetchall())


def late_by_level(place: Place) -> dict[int, int]:
    """Count the late steps below a place by the level that their clock has climbed to."""
    late = Step.objects.filter(state="OPEN", escalation_level__gt=0, place_path__startswith=place.path)
    return dict(late.values_list("escalation_level").annotate(Count("pk")))


def late_by_campaign(place: Place) -> dict[str, int]:
    """Count the late steps below a place by the campaign of their case."""
    late = Step.objects.filter(state="OPEN", escalation_level__gt=0, place_path__startswith=place.path)
    return dict(late.values_list("case__campaign").annotate(Count("pk")))


def unaccounted(place: Place | None = None) -> QuerySet[Case]:
    """Return the open cases about a person with no open step held by somebody on duty now: none, ever."""
    answering = Step.objects.filter(case=OuterRef("pk"), state="OPEN").filter(duties.on_duty("holder_id"))
    cases = Case.objects.filter(state="OPEN", person__isnull=False).exclude(Exists(answering))
    return cases.filter(place_path__startswith=place.path) if place else cases


def contained(place: Place) -> dict[str, int]:
    """Count the people in each containment state below a place now."""
    rows = Containment.objects.filter(until_at__isnull=True, place_path__startswith=place.path)
    return dict(rows.values_list("kind").annotate(Count("pk")))


def contained_by_child(parent: Place) -> dict[str, int]:
    """Count the people in containment below each direct child of `parent`, by the child's path."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.path, count(*) FROM cases_containment k JOIN places_place c
                 ON starts_with(k.place_path, c.path) AND c.parent_id = %s
                WHERE k.until_at IS NULL GROUP BY c.path""",
            [parent.pk],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class DayFlow:
    """How many cases of a procedure were opened and closed on a local day."""

    day: date
    opened: int
    closed: int


def daily_flow(place: Place, procedure_key: str, days: int) -> list[DayFlow]:
    """Return the cases opened and closed on each of the last `days` local days, oldest first."""
    last = clock.today()
    first = last - timedelta(days=days - 1)
    cases = Case.objects.filter(procedure_key=procedure_key, place_path__startswith=place.path)
    opened = _per_day(cases, "opened_at", first)
    closed = _per_day(cases, "closed_at", first)
    return [
        DayFlow(day, opened.get(day, 0), closed.get(day, 0))
        for day in (first + timedelta(days=i) for i in range(days))
    ]


def _per_day(cases: QuerySet[Case], field: str, first: date) -> dict[date, int]:
    since = clock.at_local(first, time.min)
    counts: dict[date, int] = {}
    for instant in cases.filter(**{f"{field}__gte": since}).values_list(field, flat=True):
        day = clock.local(instant).date()
        counts[day] = counts.get(day, 0) + 1
    return counts
