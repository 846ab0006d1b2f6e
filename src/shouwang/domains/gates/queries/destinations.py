"""Where travellers are going to stay: courtyards and communities, by name alone."""

from __future__ import annotations

from dataclasses import dataclass

from shouwang.kernel.places import api as places
from shouwang.util.text import Text

KINDS = (places.PlaceKind.COURTYARD, places.PlaceKind.COMMUNITY)
MOST_CHOICES = 8
LONGEST_QUERY = 60


@dataclass(frozen=True)
class Destination:
    """A place to stay: its code and name, and the names of the sub-district and community that it lies in."""

    place: places.Place
    where: Text

    @property
    def code(self) -> str:
        """The code of the place."""
        return self.place.code

    @property
    def name(self) -> Text:
        """The name of the place."""
        return Text(self.place.name_zh, self.place.name_en)


def search_destinations(typed: str, limit: int = MOST_CHOICES) -> list[Destination]:
    """Return the open courtyards and communities that fit what was typed, the likeliest first."""
    query = typed[:LONGEST_QUERY].strip()
    if not query:
        return []
    found = [place for place in places.search(query, ["/"], limit * 4) if place.kind in KINDS]
    return describe_destinations(found[:limit])


def destination(code: str) -> places.Place | None:
    """Return the open courtyard or community with this code, or None."""
    return places.Place.objects.filter(code=code, kind__in=KINDS, closed_at__isnull=True).first()


def resolve_destination(typed: str) -> places.Place | None:
    """Return the one place that is meant without doubt by what was typed, or None."""
    found = search_destinations(typed, limit=3)
    name = typed.strip()
    exact = [one for one in found if name in {one.place.name_zh, one.place.name_en}]
    if len(exact) == 1:
        return exact[0].place
    return found[0].place if len(found) == 1 else None


def describe_destinations(found: list[places.Place]) -> list[Destination]:
    """Return the places with the names of what they lie in; one query for all."""
    paths = {path for place in found for path in places.paths_above(place.path)}
    above = {place.path: place for place in places.Place.objects.filter(path__in=paths)}
    return [Destination(place, _where(place, above)) for place in found]


def _where(place: places.Place, above: dict[str, places.Place]) -> Text:
    line = [above[path] for path in places.paths_above(place.path) if path in above]
    shown = [one for one in line if one.kind in (places.PlaceKind.SUBDISTRICT, places.PlaceKind.COMMUNITY)]
    return Text(" · ".join(one.name_zh for one in shown), ", ".join(one.name_en for one in reversed(shown)))
