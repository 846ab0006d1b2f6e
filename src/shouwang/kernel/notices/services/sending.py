"""Putting notices into inboxes, and taking them out when their matter is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection, transaction

from shouwang.kernel.notices.models import Notice, Urgency
from shouwang.kernel.notices.services.signals import touch
from shouwang.kernel.parties.api import Person
from shouwang.util import clock
from shouwang.util.privacy import find_leak
from shouwang.util.text import Text

#: COPY takes thousands of notices (a sweep of clocks) at a tenth of the time of INSERT.
_COPY = """
    COPY notices_notice
         (recipient_id, kind, title_zh, title_en, body_zh, body_en, link, urgency, thread, created_at)
    FROM STDIN
"""
#: Days a closed notice is kept, so that somebody who saw it in passing still finds what it was.
KEEP_DAYS = 30
NO_WORDS = Text("", "")


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One notice to one person; see `Notice` for the parts."""

    recipient: Person
    kind: str
    title: Text
    body: Text = NO_WORDS
    link: str = ""
    urgency: Urgency | str = Urgency.ROUTINE
    thread: str = ""


def send(
    recipients: Iterable[Person],
    *,
    kind: str,
    title: Text,
    body: Text = NO_WORDS,
    link: str = "",
    urgency: Urgency | str = Urgency.ROUTINE,
    thread: str = "",
) -> int:
    """Put the same notice before each of `recipients` once; their open pages learn of it on commit.

    Returns how many were sent. Raises ValueError for an urgency that is not one, a title that is not in both
    languages, or words that carry an identity number or a telephone.
    """
    each = {person.pk: person for person in recipients}
    return send_many(NewNotice(person, kind, title, body, link, urgency, thread) for person in each.values())


def send_many(notices: Iterable[NewNotice]) -> int:
    """Put many different notices into inboxes at once, all or none; returns and raises as `send` does."""
    new = list(notices)
    for one in new:
        _check(one.kind, one.title, one.body)
        Urgency(one.urgency)
    if not new:
        return 0
    now = clock.now()
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            for one in new:
                copy.write_row(_row(one, now))
        touch(*{f"inbox:{one.recipient.pk}" for one in new})
    return len(new)


def mark_read(person: Person, ids: Iterable[int] | None = None) -> int:
    """Mark open notices of `person` as read (all of them without `ids`); return how many were not before.

    Ids of others' notices are passed over without a word.
    """
    mine = Notice.objects.filter(recipient=person, closed_at__isnull=True, read_at__isnull=True)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    with transaction.atomic(savepoint=False):
        # locked in the order in which close_thread locks, so that the two never wait for each other
        unread = list(mine.select_for_update().order_by("pk").values_list("pk", flat=True))
        count = Notice.objects.filter(pk__in=unread).update(read_at=clock.now())
        if count:
            touch(f"inbox:{person.pk}")
    return count


def close_thread(thread: str) -> int:
    """Take the notices of a thread out of all inboxes, because its matter is over; return how many.

    Raises ValueError for an empty thread, which would be everybody's notices about nothing in particular.
    """
    if not thread:
        raise ValueError("a thread has a name")
    with transaction.atomic(savepoint=False):
        still_open = (
            Notice.objects.select_for_update().filter(thread=thread, closed_at__isnull=True).order_by("pk")
        )
        closed = dict(still_open.values_list("pk", "recipient_id"))
        if closed:
            Notice.objects.filter(pk__in=closed).update(closed_at=clock.now())
            touch(*{f"inbox:{recipient}" for recipient in closed.values()})
    return len(closed)


def forget_closed() -> int:
    """Delete notices that were closed more than `KEEP_DAYS` days ago; return how many."""
    before = clock.now() - timedelta(days=KEEP_DAYS)
    return Notice.objects.filter(closed_at__lt=before).delete()[0]


@lru_cache(maxsize=1024)
def _check(kind: str, title: Text, body: Text) -> None:
    if not title.zh or not title.en:
        raise ValueError(f"a notice of kind {kind!r} has no title in both languages")
    leak = find_leak([title.zh, title.en, body.zh, body.en])
    if leak:
        raise ValueError(f"a notice of kind {kind!r} carries what looks like a {leak}")


def _row(new: NewNotice, now: datetime) -> tuple[object, ...]:
    words = (new.title.zh, new.title.en, new.body.zh, new.body.en)
    return (new.recipient.pk, new.kind, *words, new.link, str(new.urgency), new.thread, now)
