"""Making and closing posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from shouwang.kernel.duties.models import Holding, Post, role
from shouwang.kernel.duties.queries.current import in_force
from shouwang.kernel.duties.services.holdings import cancel_holding, end_holding
from shouwang.kernel.journal import api as journal
from shouwang.kernel.places.api import Place
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post to be made. `is_round_the_clock` None takes what the role says."""

    role: str
    place: Place
    name: Text
    work_phone: str = ""
    seats: int = 1
    is_round_the_clock: bool | None = None


def create_posts(rows: Iterable[PostRow], actor: journal.Actor = journal.SYSTEM) -> list[Post]:
    """Make posts, in the order of `rows`; one journal entry tells how many of each role.

    Raises UnknownRoleError; Problem for a post without name or seats.
    """
    now = clock.now()
    posts = [_post(row) for row in rows]
    for post in posts:
        post.created_at = now
    with transaction.atomic():
        Post.objects.bulk_create(posts, batch_size=BATCH)
        if posts:
            counts = Counter(post.role for post in posts)
            journal.record(
                "duty.posts_created",
                actor,
                journal.Ref("posts", len(posts)),
                place_path=_common_path(post.place_path for post in posts),
                data={"count": len(posts), "roles": dict(counts)},
            )
    return posts


def close_post(post: Post, actor: journal.Actor) -> Post:
    """Close a post now; who holds it is off this duty from now on. Closing twice is once."""
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        if post.closed_at is not None:
            return post
        now = clock.now()
        for holding in in_force(now).filter(post=post).select_related("post", "person"):
            end_holding(holding, now, actor)
        for holding in Holding.objects.filter(post=post, from_at__gt=now):
            cancel_holding(holding, actor)
        post.closed_at = now
        post.save(update_fields=["closed_at"])
        journal.record(
            "duty.post_closed",
            actor,
            journal.Ref("post", post.pk),
            place_path=post.place_path,
            data={"post": {"zh": post.name_zh, "en": post.name_en}},
        )
    return post


def _post(row: PostRow) -> Post:
    wanted = role(row.role)
    if not row.name.zh.strip() or not row.name.en.strip():
        raise Problem(
            "post_without_name",
            Text("岗位要有中文名和英文名。", "A post needs a Chinese and an English name."),
            field="name",
        )
    if row.seats < 1:
        raise Problem(
            "post_without_seat",
            Text("岗位至少要有 1 个人。", "A post needs at least one seat."),
            field="seats",
        )
    is_round_the_clock = (
        wanted.is_round_the_clock if row.is_round_the_clock is None else row.is_round_the_clock
    )
    return Post(
        role=wanted.key,
        place=row.place,
        place_path=row.place.path,
        name_zh=row.name.zh,
        name_en=row.name.en,
        work_phone=row.work_phone,
        seats=row.seats,
        is_round_the_clock=is_round_the_clock,
    )


def _common_path(paths: Iterable[str]) -> str:
    """Return the path of the smallest place that contains all: the common whole codes of the extremes."""
    ordered = sorted(set(paths))
    first, last = (path.strip("/").split("/") for path in (ordered[0], ordered[-1]))
    common = []
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        common.append(one)
    return f"/{'/'.join(common)}/" if common else ""
