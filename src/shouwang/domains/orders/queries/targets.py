"""Where an order may go: duties by the kind of place, and the tree of places with how many each holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from shouwang.kernel.duties import api as duties
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util.text import Text

#: The duties that an order may be issued to, by the kind of place. The first of each stands first.
ROLES: dict[str, tuple[str, ...]] = {
    PlaceKind.SUBDISTRICT: ("subdistrict_duty", "subdistrict_cadre"),
    PlaceKind.COMMUNITY: ("community_director", "community_worker", "community_doctor", "community_police"),
    PlaceKind.COURTYARD: ("courtyard_lead", "courtyard_team"),
    PlaceKind.SITE: ("checkpoint_lead", "guard"),
}
KIND_NAMES = {
    PlaceKind.SUBDISTRICT: Text("街道", "Sub-districts"),
    PlaceKind.COMMUNITY: Text("社区", "Communities"),
    PlaceKind.COURTYARD: Text("楼院", "Courtyards"),
    PlaceKind.SITE: Text("点位", "Sites"),
}


@dataclass(frozen=True)
class Target:
    """A duty at a kind of place; `key` is what the form sends."""

    kind: str
    role: str
    name: Text

    @property
    def key(self) -> str:
        """The value of the choice."""
        return f"{self.kind}:{self.role}"


@dataclass
class Area:
    """A place that can be chosen with everything below it, and how many places of each kind that is."""

    place: Place
    counts: Counter[str] = field(default_factory=Counter)
    areas: list[Area] = field(default_factory=list)

    @property
    def told(self) -> list[tuple[Text, int]]:
        """The number of places of each kind, in words."""
        return [(name, self.counts[kind]) for kind, name in KIND_NAMES.items() if self.counts[kind]]


def targets_below(place: Place) -> list[Target]:
    """Return the duties to which an order may go from a place: those of the kinds of places below it."""
    kinds = set(
        places.subtree(place).exclude(pk=place.pk).order_by().values_list("kind", flat=True).distinct()
    )
    found = []
    for kind, roles in ROLES.items():
        if kind in kinds:
            for key in roles:
                name, where = duties.role(key).name, KIND_NAMES[PlaceKind(kind)]
                found.append(Target(kind, key, Text(f"{where.zh} · {name.zh}", f"{where.en} · {name.en}")))
    return found


def areas_below(place: Place) -> list[Area]:
    """Return the two levels of places below a place, with counts; one query.

    A place of the kinds that an order may go to counts itself as well as what lies below it.
    """
    found = list(places.subtree(place).exclude(pk=place.pk).filter(kind__in=list(ROLES)))
    by_path: dict[str, Area] = {one.path: Area(one) for one in found}
    for one in found:
        for path in (*places.paths_above(one.path), one.path):
            if path in by_path:
                by_path[path].counts[one.kind] += 1
    tops = [area for area in by_path.values() if area.place.parent_id == place.pk]
    for area in by_path.values():
        parent = by_path.get(_above(area.place.path))
        if parent in tops:
            parent.areas.append(area)
    return tops


def chosen_places(below: Place, kind: str, codes: Iterable[str]) -> list[Place]:
    """Return the open places of a kind at or below the chosen ones, all of them below `below`."""
    paths = [
        path
        for path in Place.objects.filter(code__in=set(codes), closed_at__isnull=True).values_list(
            "path", flat=True
        )
        if path.startswith(below.path) and path != below.path
    ]
    found = Place.objects.filter(places.within(paths), kind=kind, closed_at__isnull=True)
    return list(found.order_by("path"))


def _above(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1]
