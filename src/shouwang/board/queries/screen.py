"""What the command screen shows, computed from records each time it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet

from shouwang.desk.queries.maps import MapView, Shape, map_view
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.duties import api as duties
from shouwang.kernel.indicators import api as indicators
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

CHART_DAYS = 14
LATE_SHOWN = 6
GAPS_SHOWN = 6
#: The drawing of the chart, in units of its own: its height, and the width of a day.
CHART_HEIGHT = 110
CHART_STEP = 30
#: What each campaign's card says first; the rest of its indicators stand on the page of indicators.
HEADLINES = {
    "COMMUNITY": ("courtyards_with_task_force", "round_the_clock_posts_empty", "people_on_duty"),
    "ISOLATION_CONTROL": ("quarantine_people", "quarantine_readings_received", "quarantine_missed_open"),
    "ENTRY_CHECKPOINT": ("gates_people_today", "gates_median_minutes", "gates_held_now"),
    "PUBLIC_INFORMATION": ("papers_today",),
}
FIGURES_PER_CAMPAIGN = 3
QUARANTINE = "HOME_QUARANTINE"
#: How many shades a map has (ui: q1 to q5, one hue).
SHADES = 5

CONTAINED = {
    "HOME": Text("居家观察", "Home quarantine"),
    "FACILITY": Text("集中留观", "Observation site"),
    "IN_TRANSIT": Text("转运途中", "In transit"),
    "HOSPITAL": Text("定点医院", "Hospital"),
}


@dataclass(frozen=True)
class Figure:
    """One number with its unit and the page of its records."""

    name: Text
    value: indicators.Value
    unit: Text
    url: str


@dataclass(frozen=True)
class CampaignCard:
    """One of the four campaigns: its figures, and how many of its clocks are late."""

    key: str
    name: Text
    figures: list[Figure]
    late: int


@dataclass(frozen=True)
class Area:
    """A place on the map or in its table: people in containment, late steps, posts with nobody."""

    place: Place
    contained: int
    late: int
    gaps: int
    shade: int

    @property
    def short_name(self) -> Text:
        """The name without the word that all places of the map share."""
        return Text(
            self.place.name_zh.removesuffix("街道").removesuffix("社区"),
            self.place.name_en.removesuffix(" Sub-district").removesuffix(" Community"),
        )


@dataclass(frozen=True)
class Bar:
    """One day of the chart: cases opened and closed, and where their columns stand in the drawing."""

    flow: cases.DayFlow
    x: int
    opened_height: float
    closed_height: float

    @property
    def opened_top(self) -> float:
        """Where the column of opened cases begins, from above."""
        return CHART_HEIGHT - self.opened_height

    @property
    def closed_top(self) -> float:
        """Where the column of closed cases begins, from above."""
        return CHART_HEIGHT - self.closed_height


@dataclass(frozen=True)
class LateStep:
    """A step whose clock has climbed, and whom it has climbed to."""

    step: cases.Step
    escalation: cases.Escalation
    next_level: Text | None
    next_at: datetime | None


@dataclass(frozen=True)
class EmptyPost:
    """A round-the-clock post that nobody holds, and for how long."""

    gap: duties.Gap
    empty_for: timedelta


@dataclass(frozen=True)
class Screen:
    """Everything on the command screen."""

    place: Place
    campaigns: list[CampaignCard]
    contained: dict[str, int]
    unaccounted: int
    chart: list[Bar]
    sum: cases.Reconciliation
    map: MapView | None
    areas: list[Area]
    late: list[LateStep]
    late_total: int
    late_by_level: list[tuple[Text, int]]
    gaps: list[EmptyPost]
    gap_total: int
    territory: list[Figure]
    coverage: duties.Coverage

    @property
    def contained_total(self) -> int:
        """How many people are in containment."""
        return sum(self.contained.values())

    @property
    def by_state(self) -> list[tuple[str, Text, int]]:
        """The people in each containment state, with its name."""
        return [(key, name, self.contained.get(key, 0)) for key, name in CONTAINED.items()]

    @property
    def drawn(self) -> list[tuple[Shape, Area]]:
        """The areas of the map with what is told of them."""
        by_place = {area.place.pk: area for area in self.areas}
        shapes = self.map.shapes if self.map else []
        return [(shape, by_place[shape.place.pk]) for shape in shapes if shape.place.pk in by_place]

    @property
    def frame(self) -> Shape | None:
        """The outline around the areas."""
        shapes = self.map.shapes if self.map else []
        return next((shape for shape in shapes if shape.is_self), None)


def board_place(person: Person, code: str = "") -> Place:
    """Return the place whose board the person sees: the one asked for, else the highest of their duties.

    Raises:
        NotFoundOrNotYours: no such place, or it is outside the duties that carry the board.
    """
    paths = duties.scope(person, "board.see")
    if not paths:
        raise NotFoundOrNotYours
    found = places.get(code) if code else places.get(paths[0].rstrip("/").rsplit("/", 1)[-1])
    if not any(found.path.startswith(path) for path in paths):
        raise NotFoundOrNotYours
    return found


def screen(place: Place) -> Screen:
    """Return the command screen of a place."""
    children = children_of(place)
    gaps = duties.gaps(None, place)
    late_by_area = cases.late_by_child(place)
    late = cases.late_steps(place.path, LATE_SHOWN)
    levels = cases.late_by_level(place)
    areas = _areas(place, children, late_by_area, gaps)
    return Screen(
        place=place,
        campaigns=_campaigns(place),
        contained=cases.contained(place),
        unaccounted=cases.unaccounted(place).count(),
        chart=_chart(place),
        sum=cases.reconcile(place),
        map=map_view(place, children),
        areas=areas,
        late=_with_climbs(late),
        late_total=sum(levels.values()),
        late_by_level=[(name, levels.get(level, 0)) for level, name in cases.LEVEL_NAMES.items()],
        gaps=[EmptyPost(gap, clock.now() - gap.empty_since) for gap in gaps[:GAPS_SHOWN]],
        gap_total=len(gaps),
        territory=_territory(place),
        coverage=duties.coverage(place, PlaceKind.COURTYARD),
    )


def _papers(place: Place | None, at: datetime) -> QuerySet[documents.Document]:
    """Return the papers issued on the local day of `at` until then, at a place and below."""
    midnight = clock.at_local(clock.local(at).date(), time.min)
    found = documents.Document.objects.filter(created_at__gte=midnight, created_at__lte=at)
    within = found.filter(place__path__startswith=place.path) if place else found
    return within.defer("content").order_by("-created_at")


def _paper_line(paper: documents.Document) -> indicators.RecordLine:
    return indicators.RecordLine(documents.kind_of(paper.kind).name, Text(paper.number, paper.number))


INDICATORS = (
    indicators.Indicator(
        key="papers_today",
        name=Text("今天发出的文书", "Papers issued today"),
        unit=Text("份", "papers"),
        definition=Text(
            "今天零点以来发出的告知书、通知书、海报等文书数",
            "Notices, certificates, posters and other papers issued since midnight",
        ),
        campaign="PUBLIC_INFORMATION",
        level=PlaceKind.DISTRICT,
        value=lambda place, at: _papers(place, at).count(),
        records=_papers,
        line=_paper_line,
    ),
)


def figure(key: str, place: Place | None) -> Figure:
    """Return an indicator's present value for a place."""
    found = indicators.indicator(key)
    return Figure(found.name, indicators.value(key, place), found.unit, indicators.records_url(key, place))


def children_of(place: Place) -> list[Place]:
    """Return the places of the next lower kind below a place."""
    kind = {PlaceKind.DISTRICT: PlaceKind.SUBDISTRICT, PlaceKind.SUBDISTRICT: PlaceKind.COMMUNITY}.get(
        PlaceKind(place.kind), PlaceKind.COURTYARD
    )
    return list(places.subtree(place, kind).order_by("path"))


def _campaigns(place: Place) -> list[CampaignCard]:
    late = cases.late_by_campaign(place)
    return [
        CampaignCard(
            campaign.key,
            campaign.name,
            [figure(key, place) for key in _headlines(campaign.key)],
            late.get(campaign.key, 0),
        )
        for campaign in cases.CAMPAIGNS.values()
    ]


def _headlines(campaign: str) -> list[str]:
    """Return the keys of the figures that a campaign's card shows: its headlines that are installed."""
    known = [one.key for one in indicators.all_for(campaign)]
    chosen = [key for key in HEADLINES.get(campaign, ()) if key in known]
    return (chosen or known)[:FIGURES_PER_CAMPAIGN]


def _areas(place: Place, children: list[Place], late: dict[str, int], gaps: list[duties.Gap]) -> list[Area]:
    contained = cases.contained_by_child(place)
    most = max(contained.values(), default=0)
    return [
        Area(
            child,
            contained.get(child.path, 0),
            late.get(child.path, 0),
            sum(gap.post.place_path.startswith(child.path) for gap in gaps),
            _shade(contained.get(child.path, 0), most),
        )
        for child in children
    ]


def _shade(count: int, most: int) -> int:
    """Return the shade 1 to 5 of a count beside the highest."""
    return 1 + (count * (SHADES - 1) + most - 1) // most if most else 1


def _chart(place: Place) -> list[Bar]:
    flows = cases.daily_flow(place, QUARANTINE, CHART_DAYS)
    most = max((max(flow.opened, flow.closed) for flow in flows), default=0) or 1
    unit = CHART_HEIGHT / most
    return [
        Bar(flow, number * CHART_STEP, round(flow.opened * unit, 1), round(flow.closed * unit, 1))
        for number, flow in enumerate(flows)
    ]


def _with_climbs(late: list[cases.Step]) -> list[LateStep]:
    climbs = cases.latest_escalations([step.pk for step in late])
    offsets = cases.climb_offsets()
    return [
        LateStep(
            step,
            climbs[step.pk],
            cases.LEVEL_NAMES.get(step.escalation_level + 1),
            step.due_at + offsets[step.escalation_level] if step.escalation_level < len(offsets) else None,
        )
        for step in late
        if step.pk in climbs
    ]


def _territory(place: Place) -> list[Figure]:
    """Return the figures of what the place consists of, those that a headline shows left out."""
    shown = {key for keys in HEADLINES.values() for key in keys}
    return [figure(one.key, place) for one in indicators.TERRITORY if one.key not in shown]
