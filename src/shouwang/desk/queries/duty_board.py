"""The duty board: who holds which post now, and where nobody does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from shouwang.desk.queries.procedures import role_name
from shouwang.desk.queries.reach import Reach
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

GAPS_SHOWN = 20
PAGE = 60
HISTORY = 50
CANDIDATES = 300


@dataclass(frozen=True)
class PostRow:
    """A post and who holds it now; `empty_since` for a round-the-clock post that nobody holds."""

    post: duties.Post
    role: Text
    holders: list[duties.Holding]
    empty_since: datetime | None
    may_assign: bool

    @property
    def empty_for(self) -> timedelta | None:
        """How long nobody has held it."""
        return clock.now() - self.empty_since if self.empty_since else None


@dataclass(frozen=True)
class PlaceRow:
    """A place below with its round-the-clock posts: how many there are and how many are held."""

    place: Place
    posts: int
    held: int

    @property
    def empty(self) -> int:
        """How many have nobody."""
        return self.posts - self.held


@dataclass(frozen=True)
class Board:
    """One page of the board."""

    place: Place
    crumbs: list[Place]
    gaps: list[PostRow]
    gap_count: int
    posts: list[PostRow]
    below: list[PlaceRow]
    courtyards: duties.Coverage
    show: str
    listed: list[PostRow]
    next_after: str


def duty_board(person: Person, code: str = "", show: str = "", after: str = "") -> Board:
    """Return the board of a place within the reader's duties (their own place when no code is given).

    `show` lists the courtyards' posts that are "held" or "empty", page by page, or all "gaps".

    Raises:
        NotFoundOrNotYours: the place is outside what the reader may see of duties.
    """
    reach = Reach(person)
    place = places.get(code) if code else _home(reach)
    if place is None or not reach.can("duty.see", place.path):
        raise NotFoundOrNotYours
    gaps = duties.gaps(None, place)
    shown = gaps if show == "gaps" else gaps[:GAPS_SHOWN]
    listed, next_after = _listed(place, show, after)
    holders = _holders(listed)
    return Board(
        place=place,
        crumbs=[one for one in places.ancestors(place) if reach.can("duty.see", one.path)],
        gaps=[_row(gap.post, [], gap.empty_since, reach) for gap in shown],
        gap_count=len(gaps),
        posts=post_rows(place, reach),
        below=_below(place),
        courtyards=duties.coverage(place, PlaceKind.COURTYARD),
        show=show,
        listed=[_row(post, holders[post.pk], None, reach) for post in listed],
        next_after=next_after,
    )


def post_rows(place: Place, reach: Reach) -> list[PostRow]:
    """Return the posts at a place, with who holds them now; two queries."""
    posts = list(
        duties.Post.objects.filter(place=place, closed_at__isnull=True).select_related("place").order_by("pk")
    )
    holders = _holders(posts)
    return [_row(post, holders[post.pk], None, reach) for post in posts]


def _home(reach: Reach) -> Place | None:
    for holding in reach.holdings:
        if reach.can("duty.see", holding.post.place_path):
            return holding.post.place
    return None


def _row(
    post: duties.Post, holders: list[duties.Holding], empty_since: datetime | None, reach: Reach
) -> PostRow:
    return PostRow(
        post, role_name(post.role), holders, empty_since, reach.can("duty.assign", post.place_path)
    )


def _current(at: datetime | None = None) -> QuerySet[duties.Holding]:
    now = at or clock.now()
    return duties.Holding.objects.filter(from_at__lte=now).exclude(until_at__lte=now)


def _holders(posts: Iterable[duties.Post]) -> defaultdict[int, list[duties.Holding]]:
    found: defaultdict[int, list[duties.Holding]] = defaultdict(list)
    rows = _current().filter(post__in=[post.pk for post in posts]).select_related("person")
    for holding in rows.order_by("from_at", "pk"):
        found[holding.post_id].append(holding)
    return found


def _below(place: Place) -> list[PlaceRow]:
    """Count the round-the-clock posts of each place directly below, and those held; one query."""
    posts = duties.Post.objects.filter(
        is_round_the_clock=True, closed_at__isnull=True, place_path__startswith=OuterRef("path")
    )
    held = posts.filter(Exists(_current().filter(post=OuterRef("pk"))))
    children = (
        Place.objects.filter(parent=place, closed_at__isnull=True)
        .annotate(post_count=_count(posts), held_count=_count(held))
        .order_by("path")
    )
    return [PlaceRow(child, child.post_count, child.held_count) for child in children if child.post_count]


def _count(posts: QuerySet[duties.Post]) -> Coalesce:
    """Return a subquery that counts `posts`."""
    counted = posts.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _listed(place: Place, show: str, after: str) -> tuple[list[duties.Post], str]:
    if show not in {"held", "empty"}:
        return [], ""
    is_held = Exists(_current().filter(post=OuterRef("pk")))
    posts = duties.Post.objects.filter(
        is_held if show == "held" else ~is_held,
        is_round_the_clock=True,
        closed_at__isnull=True,
        place_path__startswith=place.path,
        place__kind=PlaceKind.COURTYARD,
    )
    path, _, pk = after.partition("~")
    if path and pk.isdigit():
        posts = posts.filter(Q(place_path__gt=path) | Q(place_path=path, pk__gt=int(pk)))
    found = list(posts.select_related("place").order_by("place_path", "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.place_path}~{last.pk}" if last else ""


@dataclass(frozen=True)
class PostPage:
    """One post: who holds it, who held it, and who could be put on it."""

    post: duties.Post
    role: Text
    crumbs: list[Place]
    holders: list[duties.Holding]
    history: list[duties.Holding]
    empty_since: datetime | None
    may_assign: bool
    candidates: list[tuple[str, str]]


def post_page(person: Person, pk: int) -> PostPage:
    """Return the page of a post.

    Raises:
        NotFoundOrNotYours: no such post, or it is outside what the reader may see of duties.
    """
    reach = Reach(person)
    post = duties.Post.objects.select_related("place").filter(pk=pk).first()
    if post is None or not reach.can("duty.see", post.place_path):
        raise NotFoundOrNotYours
    may_assign = reach.can("duty.assign", post.place_path)
    history = list(
        duties.Holding.objects.filter(post=post)
        .select_related("person")
        .order_by("-from_at", "-pk")[:HISTORY]
    )
    holders = list(_current().filter(post=post).select_related("person").order_by("from_at", "pk"))
    return PostPage(
        post=post,
        role=role_name(post.role),
        crumbs=[
            one for one in [*places.ancestors(post.place), post.place] if reach.can("duty.see", one.path)
        ],
        holders=holders,
        history=history,
        empty_since=None if holders else _empty_since(post, history),
        may_assign=may_assign,
        candidates=_candidates(post) if may_assign else [],
    )


def _empty_since(post: duties.Post, history: list[duties.Holding]) -> datetime:
    now = clock.now()
    ended = [holding.until_at for holding in history if holding.until_at and holding.until_at <= now]
    return max(ended, default=post.created_at)


def _candidates(post: duties.Post) -> list[tuple[str, str]]:
    """Return the people who serve around the post, nearest first, each once, with what they hold now."""
    around = post.place_path
    if post.place.kind in {PlaceKind.COURTYARD, PlaceKind.GRID, PlaceKind.BUILDING, PlaceKind.COMMUNITY}:
        around = [*places.paths_above(post.place_path), post.place_path][-2]
    held = _current().filter(post__place_path__startswith=around).select_related("person", "post")
    nearest = sorted(
        held[: CANDIDATES * 3],
        key=lambda one: (not one.post.place_path.startswith(post.place_path), one.post.place_path, one.pk),
    )
    people: dict[int, str] = {}
    for holding in nearest:
        people.setdefault(holding.person_id, f"{holding.person.name} · {holding.post.name}")
    return [(str(pk), words) for pk, words in list(people.items())[:CANDIDATES]]
