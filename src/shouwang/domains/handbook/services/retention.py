"""What was written about an issue leaves when its time is over; the issue itself stays counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouwang.domains.handbook.models import KEEP_DAYS, Issue
from shouwang.util import clock


def shred_expired(at: datetime | None = None) -> int:
    """Blank the words of every issue closed more than KEEP_DAYS ago; return how many."""
    now = at or clock.now()
    expired = Issue.objects.filter(shredded_at__isnull=True, closed_at__lte=now - timedelta(days=KEEP_DAYS))
    return expired.update(what="", done="", shredded_at=now)
