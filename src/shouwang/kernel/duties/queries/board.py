"""The duty board: posts that nobody holds, and how many places are held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest

from shouwang.kernel.duties.models import Holding, Post, role
from shouwang.kernel.duties.queries.current import in_force, is_open
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.util import clock


class Gap(NamedTuple):
    """A round-the-clock post that nobody holds, and since when."""

    post: Post
    empty_since: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many places there are, and how many of them have somebody on a round-the-clock post."""

    places: int
    held: int

    @property
    def empty(self) -> int:
        """How many places have nobody."""
        return self.places - self.held


def gaps(role_key: str | None, within: Place, at: datetime | None = None) -> list[Gap]:
    """Return the round-the-clock posts within a place that nobody holds at `at` (now), longest empty first.

    `role_key` keeps only the posts of that role. `empty_since` is the end of the last holding, or the making
    of the post when it was never held. One query. Raises UnknownRoleError.
    """
    at = at or clock.now()
    posts = Post.objects.filter(
        is_open(at), is_round_the_clock=True, place_path__startswith=within.path, created_at__lte=at
    )
    if role_key is not None:
        posts = posts.filter(role=role(role_key).key)
    last_end = (
        Holding.objects.filter(post=OuterRef("pk"), until_at__lte=at)
        .values("post")
        .annotate(last=Max("until_at"))
        .values("last")
    )
    empty = posts.filter(~Exists(in_force(at).filter(post=OuterRef("pk")))).annotate(
        empty_since=Greatest("created_at", Coalesce(Subquery(last_end), "created_at"))
    )
    ordered = empty.select_related("place").order_by("empty_since", "place_path", "pk")
    return [Gap(post, post.empty_since) for post in ordered]


def coverage(within: Place, kind: str, role_key: str | None = None, at: datetime | None = None) -> Coverage:
    """Count the open places of `kind` within a place, and those with somebody on a round-the-clock post.

    `role_key` counts only posts of that role, round the clock or not. One query. Raises UnknownRoleError.
    """
    held = Count("pk", filter=is_held("pk", role_key, at))
    counts = places.subtree(within, kind).aggregate(all=Count("pk"), held=held)
    return Coverage(counts["all"], counts["held"])


def is_held(place_field: str, role_key: str | None = None, at: datetime | None = None) -> Exists:
    """Return the condition that somebody is on a round-the-clock post of the place in `place_field` at `at`.

    `role_key` asks for a post of that role, round the clock or not. Raises UnknownRoleError.
    """
    posts = Q(post__role=role(role_key).key) if role_key else Q(post__is_round_the_clock=True)
    return Exists(in_force(at).filter(posts, post__place=OuterRef(place_field)))


def posts_at(within: Place, at: datetime | None = None) -> list[Post]:
    """Return the posts open at `at` (now) within a place, by place and role."""
    at = at or clock.now()
    chosen = Post.objects.filter(is_open(at), place_path__startswith=within.path)
    return list(chosen.select_related("place").order_by("place_path", "role", "pk"))
