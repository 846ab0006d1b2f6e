"""The pages of places: the tree, a place's facts, its posts and cases, and the sum of its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shouwang.desk.queries.duty_board import PostRow, post_rows
from shouwang.desk.queries.maps import MapView, map_view
from shouwang.desk.queries.reach import Reach
from shouwang.kernel.cases import api as cases
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

FOUND = 40
FLOW_SHOWN = 500
#: The numbers of a place's day that open, in words.
FLOWS = {
    "open_before": Text("开案前", "Before"),
    "opened": Text("新开", "Opened"),
    "received": Text("接进", "Received"),
    "closed": Text("结案", "Closed"),
    "handed_on": Text("交出", "Handed on"),
    "counted": Text("实有", "Counted"),
    "contained": Text("在管", "In containment"),
}
#: Words of the kinds and subkinds that the territory knows; others show as they stand.
KINDS = {
    "DISTRICT": Text("区", "District"),
    "SUBDISTRICT": Text("街道", "Sub-district"),
    "COMMUNITY": Text("社区（村）", "Community"),
    "GRID": Text("网格", "Grid"),
    "COURTYARD": Text("楼院", "Courtyard"),
    "BUILDING": Text("楼栋", "Building"),
    "SITE": Text("点位", "Site"),
    "PROPERTY_MANAGED": Text("有物业", "with a property firm"),
    "LEGACY_BACKSTOP": Text("老旧，街道兜底", "old, backed by the sub-district"),
    "RELOCATION_STAFFED": Text("安置，人工设防", "relocation estate, staffed by hand"),
    "CHECKPOINT": Text("交通卡点", "road checkpoint"),
    "GATE": Text("院门", "gate"),
    "STATION": Text("防疫服务站", "station"),
    "OBSERVATION_SITE": Text("集中留观点", "observation site"),
    "MARKET": Text("市场", "market"),
}


@dataclass(frozen=True)
class Child:
    """A place below, with the people in containment in it now."""

    place: Place
    kind: Text
    contained: int


@dataclass(frozen=True)
class PlacePage:
    """Everything on the page of a place. `sum` and the counts are None where the reader may not see cases."""

    place: Place
    kind: Text
    subkind: Text | None
    crumbs: list[Place]
    children: list[Child]
    posts: list[PostRow]
    may_see_cases: bool
    may_open_cases: bool
    open_cases: int
    late_cases: int
    contained: dict[str, int]
    sum: cases.Reconciliation | None
    day: date
    map: MapView | None

    @property
    def contained_total(self) -> int:
        """How many people are in containment in the place."""
        return sum(self.contained.values())


@dataclass(frozen=True)
class FlowPage:
    """The cases behind one number of a place's day."""

    place: Place
    part: str
    name: Text
    day: date
    cases: list[cases.Case]
    is_cut: bool


@dataclass(frozen=True)
class PlaceIndex:
    """The start of the tree: what was searched for, or the places of the reader's duties."""

    query: str
    found: list[Child]
    roots: list[Child]


def kind_name(key: str) -> Text:
    """Return the words of a kind or subkind."""
    return KINDS.get(key, Text(key, key))


def place_index(person: Person, query: str) -> PlaceIndex:
    """Return the places found within the reader's duties, and those of the duties themselves."""
    reach = Reach(person)
    found = places.search(query[:60], reach.paths, FOUND)
    roots = Place.objects.filter(path__in=reach.paths).order_by("path")
    return PlaceIndex(query[:60], [_child(place) for place in found], [_child(place) for place in roots])


def place_page(person: Person, code: str, day: date | None = None) -> PlacePage:
    """Return the page of a place.

    Raises:
        NotFoundOrNotYours: no such place, or it lies outside every duty of the reader.
    """
    reach = Reach(person)
    place = places.get(code)
    reach.require(place.path)
    may_open = reach.can("case.see", place.path)
    may_see = may_open or reach.can("board.see", place.path)
    children = list(Place.objects.filter(parent=place, closed_at__isnull=True).order_by("path"))
    inside = cases.contained_by_child(place) if may_see else {}
    still_open = cases.Case.objects.filter(state="OPEN", place_path__startswith=place.path)
    late = still_open.filter(steps__state="OPEN", steps__due_at__lte=clock.now()).distinct()
    return PlacePage(
        place=place,
        kind=kind_name(place.kind),
        subkind=kind_name(place.subkind) if place.subkind else None,
        crumbs=[one for one in places.ancestors(place) if reach.covers(one.path)],
        children=[_child(child, inside.get(child.path, 0)) for child in children],
        posts=post_rows(place, reach),
        may_see_cases=may_see,
        may_open_cases=may_open,
        open_cases=still_open.count() if may_see else 0,
        late_cases=late.count() if may_see else 0,
        contained=cases.contained(place) if may_see else {},
        sum=cases.reconcile(place, day) if may_see else None,
        day=day or clock.today(),
        map=map_view(place, children),
    )


def flow_page(person: Person, code: str, part: str, day: date | None = None) -> FlowPage:
    """Return the cases behind one number of a place's day; `part` is a key of FLOWS.

    Raises:
        NotFoundOrNotYours: no such place or part, or the reader may not see cases there.
    """
    place = places.get(code)
    if part not in FLOWS or not Reach(person).can("case.see", place.path):
        raise NotFoundOrNotYours
    day = day or clock.today()
    found = cases.contained_cases(place) if part == "contained" else cases.cases_of_flow(place, part, day)
    listed = list(found[: FLOW_SHOWN + 1])
    return FlowPage(place, part, FLOWS[part], day, listed[:FLOW_SHOWN], len(listed) > FLOW_SHOWN)


def _child(place: Place, contained: int = 0) -> Child:
    return Child(place, kind_name(place.subkind or place.kind), contained)
