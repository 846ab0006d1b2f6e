"""The cases of one campaign below a place: by procedure, by place, and the cases behind each number."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from shouwang.kernel.cases.models import Case, Step
from shouwang.kernel.places.api import Place

_BY_CHILD = """
    SELECT p.path, count(*), count(*) FILTER (WHERE EXISTS (
               SELECT 1 FROM cases_step s
                WHERE s.case_id = c.id AND s.state = 'OPEN' AND s.escalation_level > 0))
      FROM cases_case c JOIN places_place p ON starts_with(c.place_path, p.path) AND p.parent_id = %(parent)s
     WHERE c.state = 'OPEN' AND c.campaign = %(campaign)s AND c.place_path LIKE %(below)s
     GROUP BY p.path
"""


class OpenAndLate(NamedTuple):
    """How many cases are open, and how many of them have a step whose clock has climbed."""

    open: int
    late: int


def campaign_by_procedure(place: Place, campaign: str) -> dict[str, OpenAndLate]:
    """Count the open cases of a campaign below a place, by the key of their procedure."""
    counted = (
        campaign_cases(place, campaign)
        .order_by()
        .values("procedure_key")
        .annotate(opened=Count("pk"), late=Count("pk", filter=_late()))
        .values_list("procedure_key", "opened", "late")
    )
    return {key: OpenAndLate(opened, late) for key, opened, late in counted}


def campaign_by_child(parent: Place, campaign: str) -> dict[str, OpenAndLate]:
    """Count the open cases of a campaign below each direct child of a place, by the child's path."""
    values: dict[str, int | str] = {"parent": parent.pk, "campaign": campaign, "below": f"{parent.path}%"}
    with connection.cursor() as cursor:
        cursor.execute(_BY_CHILD, values)
        return {path: OpenAndLate(total, late) for path, total, late in cursor.fetchall()}


def campaign_cases(
    place: Place, campaign: str, procedure_key: str = "", *, is_late: bool = False
) -> QuerySet[Case]:
    """Return the open cases of a campaign below a place, oldest first; of one procedure, or the late ones."""
    found = Case.objects.filter(state="OPEN", campaign=campaign, place_path__startswith=place.path)
    if procedure_key:
        found = found.filter(procedure_key=procedure_key)
    if is_late:
        found = found.filter(_late())
    return found.select_related("place", "person").order_by("opened_at", "pk")


def _late() -> Exists:
    return Exists(Step.objects.filter(case=OuterRef("pk"), state="OPEN", escalation_level__gt=0))
