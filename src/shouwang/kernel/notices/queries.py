"""Reading the inbox of one person."""

from __future__ import annotations

from django.db.models import QuerySet

from shouwang.kernel.notices.models import Notice
from shouwang.kernel.parties.api import Person


def inbox(person: Person, limit: int = 50) -> QuerySet[Notice]:
    """Return the newest `limit` open notices of `person`, read and unread, the newest first."""
    return Notice.objects.filter(recipient=person, closed_at__isnull=True).order_by("-id")[:limit]


def unread_count(person: Person) -> int:
    """Return how many open notices `person` has not read."""
    return Notice.objects.filter(recipient=person, closed_at__isnull=True, read_at__isnull=True).count()
