"""Putting people on posts and taking them off.

Rules of time: a holding covers [from_at, until_at). One person holds one post once at a time (a constraint),
and no more people than seats hold it at any instant, substitutes aside (checked under a lock on the post).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from shouwang.kernel.duties.models import Holding, HoldingKind, Post
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

BATCH = 2_000
_CONSTRAINT = "duties_holding_once"


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """One holding to be loaded; see `assign` for the parts."""

    post: Post
    person: Person
    from_at: datetime
    until_at: datetime | None = None
    kind: HoldingKind | str = HoldingKind.REGULAR


def assign(
    post: Post,
    person: Person,
    *,
    kind: HoldingKind | str = HoldingKind.REGULAR,
    from_at: datetime,
    until_at: datetime | None = None,
    actor: journal.Actor,
) -> Holding:
    """Put `person` on `post` from `from_at` until just before `until_at` (None: until further notice).

    Raises Problem when the time runs backwards, the post is closed, the person holds it already in that
    time, or its seats are taken; and ValueError for a kind that is not a HoldingKind or a naive time.
    """
    kind = HoldingKind(kind)
    _check_times(from_at, until_at)
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        _check_open(post)
        meanwhile = list(_overlapping(post, from_at, until_at))
        _check_once(meanwhile, person, post)
        _check_seats(meanwhile, post, kind, from_at)
        holding = _holding(HoldingRow(post, person, from_at, until_at, kind))
        holding.save(force_insert=True)
        _record("duty.begun", holding, actor)
    return holding


def assign_many(rows: Iterable[HoldingRow], actor: journal.Actor = journal.SYSTEM) -> list[Holding]:
    """Put many people on posts at once, for loading a district; one journal entry tells how many.

    Times and repeated holdings are checked as by `assign`; seats are left to whoever prepared the rows, and
    no `duty.begun` is recorded. All or nothing. Raises Problem.
    """
    rows = list(rows)
    for row in rows:
        _check_times(row.from_at, row.until_at)
        _check_open(row.post)
    holdings = [_holding(row) for row in rows]
    with transaction.atomic():
        try:
            with transaction.atomic():
                Holding.objects.bulk_create(holdings, batch_size=BATCH)
        except IntegrityError as error:
            if _CONSTRAINT not in str(error):
                raise
            raise _held_already() from error
        if holdings:
            journal.record(
                "duty.loaded", actor, journal.Ref("holdings", len(holdings)), data={"count": len(holdings)}
            )
    return holdings


def end_holding(
    holding: Holding, at: datetime | None = None, actor: journal.Actor = journal.SYSTEM
) -> Holding:
    """End a holding at `at` (now). An end that lies ahead is recorded as set, and as ended when it comes.

    Raises Problem when the holding ends earlier already, or `at` is not later than its beginning; a holding
    that has not begun is taken away with `cancel_holding`.
    """
    at = at or clock.now()
    with transaction.atomic():
        holding = (
            Holding.objects.select_for_update(of=("self",))
            .select_related("post", "person")
            .get(pk=holding.pk)
        )
        if holding.until_at is not None and holding.until_at <= at:
            raise Problem(
                "holding_ends_earlier",
                Text("这一班到那时已经结束了。", "This duty has already ended by then."),
                field="until_at",
            )
        _check_times(holding.from_at, at)
        holding.until_at = at
        holding.is_end_recorded = at <= clock.now()
        holding.save(update_fields=["until_at", "is_end_recorded"])
        _record("duty.ended" if holding.is_end_recorded else "duty.end_set", holding, actor)
    return holding


def cancel_holding(holding: Holding, actor: journal.Actor) -> None:
    """Take away a holding that has not begun; raises Problem when it has."""
    with transaction.atomic():
        holding = (
            Holding.objects.select_for_update(of=("self",))
            .select_related("post", "person")
            .get(pk=holding.pk)
        )
        if holding.from_at <= clock.now():
            raise Problem(
                "holding_has_begun",
                Text("这一班已经开始。", "This duty has begun."),
                do=Text("请改填结束时间。", "Set its end instead."),
            )
        _record("duty.cancelled", holding, actor)
        holding.delete()


def record_ends(limit: int = BATCH) -> int:
    """Record `duty.ended` for holdings whose end has come by itself; return how many.

    Safe with many workers and after a crash: each holding is locked, marked and recorded in one transaction.
    """
    with transaction.atomic():
        ended = list(
            Holding.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(is_end_recorded=False, until_at__lte=clock.now())
            .select_related("post", "person")
            .order_by("until_at", "pk")[:limit]
        )
        Holding.objects.filter(pk__in=[holding.pk for holding in ended]).update(is_end_recorded=True)
        journal.record_many([_act("duty.ended", holding, journal.SYSTEM) for holding in ended])
    return len(ended)


def _holding(row: HoldingRow) -> Holding:
    return Holding(
        post=row.post,
        person=row.person,
        kind=HoldingKind(row.kind),
        from_at=row.from_at,
        until_at=row.until_at,
        # what is entered after it was over ends nothing now
        is_end_recorded=row.until_at is not None and row.until_at <= clock.now(),
    )


def _overlapping(post: Post, from_at: datetime, until_at: datetime | None) -> QuerySet[Holding]:
    ends_later = Q(until_at__isnull=True) | Q(until_at__gt=from_at)
    begins_before = Q(from_at__lt=until_at) if until_at else Q()
    return Holding.objects.filter(ends_later, begins_before, post=post)


def _check_times(from_at: datetime, until_at: datetime | None) -> None:
    if any(at.tzinfo is None for at in (from_at, until_at) if at is not None):
        raise ValueError("a holding has aware times only")
    if until_at is not None and until_at <= from_at:
        raise Problem(
            "holding_runs_backwards",
            Text("结束时间要晚于开始时间。", "The end must be later than the beginning."),
            field="until_at",
        )


def _check_open(post: Post) -> None:
    if post.closed_at is not None:
        raise Problem(
            "post_is_closed",
            Text(f"“{post.name_zh}”已经撤销。", f"The post “{post.name_en}” has been closed."),
            field="post",
        )


def _check_once(meanwhile: Sequence[Holding], person: Person, post: Post) -> None:
    if any(holding.person_id == person.pk for holding in meanwhile):
        raise _held_already(post)


def _held_already(post: Post | None = None) -> Problem:
    zh, en = (f"“{post.name_zh}”", f"“{post.name_en}”") if post else ("同一岗位", "one post")
    return Problem(
        "held_already",
        Text(f"这个人在这段时间里已经在{zh}上。", f"This person already holds {en} in that time."),
        do=Text("先结束原来的一班，或者换一段时间。", "End the earlier duty first, or choose another time."),
        field="person",
    )


def _check_seats(meanwhile: Sequence[Holding], post: Post, kind: str, from_at: datetime) -> None:
    if kind == HoldingKind.SUBSTITUTE:
        return
    sitting = [holding for holding in meanwhile if holding.kind != HoldingKind.SUBSTITUTE]
    beginnings = {from_at, *(holding.from_at for holding in sitting if holding.from_at > from_at)}
    fullest = max(sum(1 for holding in sitting if _covers(holding, at)) for at in beginnings)
    if fullest >= post.seats:
        raise Problem(
            "seats_taken",
            Text(
                f"“{post.name_zh}”同一时间只排 {post.seats} 人，这段时间已经排满。",
                f"“{post.name_en}” has {post.seats} seat(s), and they are taken in that time.",
            ),
            do=Text("请换一段时间，或者按替班安排。", "Choose another time, or assign a substitute."),
            field="from_at",
        )


def _covers(holding: Holding, at: datetime) -> bool:
    return holding.from_at <= at and (holding.until_at is None or holding.until_at > at)


def _record(verb: str, holding: Holding, actor: journal.Actor) -> None:
    journal.record_many([_act(verb, holding, actor)])


def _act(verb: str, holding: Holding, actor: journal.Actor) -> journal.Act:
    post, kind = holding.post, HoldingKind(holding.kind)
    return journal.Act(
        verb,
        actor,
        journal.Ref("post", post.pk),
        thread=f"post:{post.pk}",
        place_path=post.place_path,
        data={
            "post": {"zh": post.name_zh, "en": post.name_en},
            "post_pk": post.pk,
            "role": post.role,
            "person": holding.person_id,
            "holding": holding.pk,
            "kind": kind.value,
            "from": holding.from_at.isoformat(),
            "until": holding.until_at.isoformat() if holding.until_at else "",
        },
    )
