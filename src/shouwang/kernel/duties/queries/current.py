"""Which holdings are in force at an instant, and which of several comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from shouwang.kernel.duties.models import Holding, HoldingKind, Post
from shouwang.kernel.parties.api import Person
from shouwang.util import clock

#: Who answers first when several hold one post: whoever stands in tonight before whoever is on the plate.
ANSWERS_FIRST = {
    HoldingKind.SUBSTITUTE: 0,
    HoldingKind.REGULAR: 1,
    HoldingKind.SECONDED: 2,
    HoldingKind.VOLUNTEER: 3,
    HoldingKind.SPONSOR: 4,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers, on which post."""

    person: Person
    post: Post


def is_open(at: datetime, prefix: str = "") -> Q:
    """Return the condition that a post (`prefix` leads to it, e.g. "post__") existed open at `at`."""
    return Q(**{f"{prefix}closed_at__isnull": True}) | Q(**{f"{prefix}closed_at__gt": at})


def in_force(at: datetime | None = None) -> QuerySet[Holding]:
    """Return the holdings in force at `at` (now) on posts that are open then."""
    at = at or clock.now()
    ends_later = Q(until_at__isnull=True) | Q(until_at__gt=at)
    return Holding.objects.filter(ends_later, is_open(at, "post__"), from_at__lte=at)


def order(holding: Holding) -> tuple[int, datetime, int]:
    """Return what sorts holdings of one post: by footing, then who came first."""
    return (ANSWERS_FIRST[HoldingKind(holding.kind)], holding.from_at, holding.pk)


def answer(holding: Holding) -> Answer:
    """Return the holding as an answer."""
    return Answer(holding.person, holding.post)
