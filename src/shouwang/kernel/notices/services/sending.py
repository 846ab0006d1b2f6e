"""Putting notices into inboxes, and taking them out when their matter is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from shouwang.kernel.notices.models import Notice, Urgency
from shouwang.kernel.notices.services.signals import touch
from shouwang.kernel.parties.api import Person
from shouwang.util import clock
from shouwang.util.privacy import find_leak
from shouwang.util.text import Text

BATCH = 2_000
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
) -> list[Notice]:
    """Put the same notice before each of `recipients` once; their open pages learn of it on commit.

    Raises ValueError for an urgency that is not one, an empty title, or words that carry an identity number
    or a telephone.
    """
    each = {person.pk: person for person in recipients}
    return send_many(NewNotice(person, kind, title, body, link, urgency, thread) for person in each.values())


def send_many(notices: Iterable[NewNotice]) -> list[Notice]:
    """Put many different notices into inboxes with one statement; raises as `send` does, all or nothing."""
    now = clock.now()
    rows = [_row(new) for new in notices]
    for row in rows:
        row.created_at = now
    with transaction.atomic(savepoint=False):
        Notice.objects.bulk_create(rows, batch_size=BATCH)
        touch(*{f"inbox:{row.recipient_id}" for row in rows})
    return rows


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


def _row(new: NewNotice) -> Notice:
    if not new.title.zh or not new.title.en:
        raise ValueError(f"a notice of kind {new.kind!r} has no title in both languages")
    leak = find_leak([new.title.zh, new.title.en, new.body.zh, new.body.en, new.thread, new.link])
    if leak:
        raise ValueError(f"a notice of kind {new.kind!r} carries what looks like a {leak}")
    return Notice(
        recipient=new.recipient,
        kind=new.kind,
        title_zh=new.title.zh,
        title_en=new.title.en,
        body_zh=new.body.zh,
        body_en=new.body.en,
        link=new.link,
        urgency=Urgency(new.urgency),
        thread=new.thread,
    )
