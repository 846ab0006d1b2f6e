"""The tree, by path: what lies below, what stands above, what is within reach. Each is one indexed query."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from shouwang.kernel.places.models import Place
from shouwang.util.problems import NotFoundOrNotYours


def get(code: str) -> Place:
    """Return the place with this code, open or closed; raises NotFoundOrNotYours."""
    if "\0" in code:  # PostgreSQL refuses to look for it
        raise NotFoundOrNotYours
    return _one(code=code)


def by_id(pk: int) -> Place:
    """Return the place with this primary key, open or closed; raises NotFoundOrNotYours."""
    return _one(pk=pk)


def subtree(place: Place, kind: str | None = None) -> QuerySet[Place]:
    """Return `place` and every open place below it, only those of `kind` if given, in order of path."""
    chosen = Place.objects.filter(path__startswith=place.path, closed_at__isnull=True)
    return (chosen.filter(kind=kind) if kind else chosen).order_by("path")


def ancestors(place: Place) -> list[Place]:
    """Return the places above `place`, the district first, without `place` itself, in one query."""
    return list(Place.objects.filter(path__in=paths_above(place.path)).order_by("path"))


def ancestor(place: Place, kind: str) -> Place | None:
    """Return the nearest place of `kind` that is or contains `place`, or None."""
    if place.kind == kind:
        return place
    return Place.objects.filter(path__in=paths_above(place.path), kind=kind).order_by("-path").first()


def paths_above(path: str) -> list[str]:
    """Return the paths above a path, shortest first: "/a/b/c/" -> ["/a/", "/a/b/"]."""
    codes = path.strip("/").split("/")
    return [f"/{'/'.join(codes[:length])}/" for length in range(1, len(codes))]


def contains(outer: Place, inner: Place) -> bool:
    """Tell whether `inner` is `outer` or lies below it."""
    return inner.path.startswith(outer.path)


def within(paths: Iterable[str], field: str = "path") -> Q:
    """Return the condition that the path in `field` is one of `paths` or lies below one.

    No paths: nothing matches. Paths below other given paths are left out, so the condition stays short.
    """
    condition = Q()
    for path in _outermost(paths):
        condition |= Q(**{f"{field}__startswith": path})
    return condition or Q(pk__in=[])


def search(text: str, paths: Iterable[str], limit: int = 20) -> list[Place]:
    """Return open places within `paths` whose name contains `text` or whose code begins with it.

    Names that begin with the text come first, then shorter paths (larger places). Blank text finds nothing.
    """
    text = text.strip()
    if not text:
        return []
    by_name = Q(name_zh__contains=text) | Q(name_en__icontains=text) | Q(code__startswith=text)
    chosen = Place.objects.filter(within(paths), by_name, closed_at__isnull=True)
    found = chosen.order_by("path")[: max(limit, 1) * 10]
    return sorted(found, key=lambda place: _rank(place, text))[:limit]


def _rank(place: Place, text: str) -> tuple[bool, int, str]:
    begins = place.name_zh.startswith(text) or place.name_en.lower().startswith(text.lower())
    return (not begins, place.path.count("/"), place.path)


def _outermost(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


def _one(**criteria: object) -> Place:
    place = Place.objects.filter(**criteria).first()
    if place is None:
        raise NotFoundOrNotYours
    return place
