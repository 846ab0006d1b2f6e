"""What a person may see and do, where: from the holdings in force, asked of the database every time."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwang.kernel.duties.models import Holding, HoldingKind, Post, role, roles_with
from shouwang.kernel.duties.models.vocabulary import NOT_FOR_VOLUNTEERS
from shouwang.kernel.duties.queries.current import in_force
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place

#: Which of several holdings is somebody's main one: their own post before help elsewhere.
_MAIN_FIRST = {
    HoldingKind.REGULAR: 0,
    HoldingKind.SECONDED: 1,
    HoldingKind.SUBSTITUTE: 2,
    HoldingKind.VOLUNTEER: 3,
    HoldingKind.SPONSOR: 4,
}


def holdings_of(person: Person, at: datetime | None = None) -> list[Holding]:
    """Return what `person` holds at `at` (now), the main holding first, with posts and places; one query.

    Their own post comes before help elsewhere, a higher level before a lower one, then the earlier one.
    """
    held = in_force(at).filter(person=person).select_related("post__place")
    return sorted(held, key=_main_first)


def duty_of(person: Person, at: datetime | None = None) -> Holding | None:
    """Return the main holding of `person` at `at` (now), or None when they are off duty."""
    return next(iter(holdings_of(person, at)), None)


def still_holds(person: Person, post: Post, at: datetime | None = None) -> bool:
    """Tell whether `person` holds `post` at `at` (now)."""
    return in_force(at).filter(person=person, post=post).exists()


def on_duty(person_field: str, at: datetime | None = None, within: Place | None = None) -> Exists:
    """Return the condition that the person in `person_field` of a query holds any post at `at` (now).

    `within` asks for a post at that place or below.
    """
    held = in_force(at).filter(person=OuterRef(person_field))
    return Exists(held.filter(post__place_path__startswith=within.path) if within else held)


def on_post(person_field: str, post_field: str, at: datetime | None = None) -> Exists:
    """Return the condition that the person in one field of a query holds the post in the other at `at`."""
    return Exists(in_force(at).filter(person=OuterRef(person_field), post=OuterRef(post_field)))


def on_post_sql(person_column: str, post_column: str) -> str:
    """Return the condition of `on_post` as SQL, for statements written by hand; they give `%(now)s`."""
    return f"""EXISTS (SELECT 1 FROM duties_holding held JOIN duties_post held_post ON held_post.id = held.post_id
                 WHERE held.person_id = {person_column} AND held.post_id = {post_column}
                   AND held.from_at <= %(now)s AND (held.until_at IS NULL OR held.until_at > %(now)s)
                   AND (held_post.closed_at IS NULL OR held_post.closed_at > %(now)s))"""  # noqa: S608 - columns


def holdings_on(post: Post, at: datetime | None = None) -> QuerySet[Holding]:
    """Return who holds `post` at `at` (now), whoever came first first."""
    return in_force(at).filter(post=post).select_related("person").order_by("from_at", "pk")


def scope(person: Person, verb: str, at: datetime | None = None) -> list[str]:
    """Return the paths of the places within which `person` may do `verb` at `at` (now); one query, no cache.

    Paths below other paths of the list are left out. A verb that no role carries gives an empty list.
    """
    carried = in_force(at).filter(person=person, post__role__in=roles_with(verb))
    if verb in NOT_FOR_VOLUNTEERS:
        carried = carried.exclude(kind=HoldingKind.VOLUNTEER)
    kept: list[str] = []
    for path in sorted(set(carried.values_list("post__place_path", flat=True))):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


def can(person: Person, verb: str, place: Place, at: datetime | None = None) -> bool:
    """Tell whether `person` may do `verb` at `place` at `at` (now)."""
    return any(place.path.startswith(path) for path in scope(person, verb, at))


def scope_q(person: Person, verb: str, field: str = "place_path", at: datetime | None = None) -> Q:
    """Return the condition that the path in `field` is within the scope of `person`; without one, nothing."""
    return places.within(scope(person, verb, at), field)


def who_may(verb: str, at: datetime | None = None) -> list[Person]:
    """Return who may do `verb` somewhere at `at` (now), each once."""
    carried = in_force(at).filter(post__role__in=roles_with(verb)).select_related("person").order_by("pk")
    if verb in NOT_FOR_VOLUNTEERS:
        carried = carried.exclude(kind=HoldingKind.VOLUNTEER)
    return list({holding.person_id: holding.person for holding in carried}.values())


def _main_first(holding: Holding) -> tuple[object, ...]:
    level = role(holding.post.role).level
    return (_MAIN_FIRST[HoldingKind(holding.kind)], -level, holding.from_at, holding.pk)
