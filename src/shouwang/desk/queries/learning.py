"""What the cases teach, for pages: one procedure step by step, and the weekly scorecard with its paper.

Places are those within the reader's reach; no figure here names anybody. Heat says how a step stands to its limit
in five degrees, each with a word and a stroke of its own width, so that colour is never needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from shouwang.desk.queries.procedures import procedure_names, role_name
from shouwang.desk.queries.reach import Reach
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text
from shouwang.web import wording

VERB = "procedure.see"
#: Days of a period counted back from today, today included.
PERIODS = {
    7: Text("近 7 天", "Last 7 days"),
    28: Text("近 28 天", "Last 28 days"),
    90: Text("近 90 天", "Last 90 days"),
}
USUAL_PERIOD = 28
MOMENT = timedelta(microseconds=1)
#: The 95th percentile lies within the limit when so many are on time.
NEARLY_ALL, HALF = 0.95, 0.5


@dataclass(frozen=True)
class Degree:
    """How a step stands to its limit: 0 nothing known … 4 most are late; with the shape of the house for it."""

    level: int
    word: Text
    shape: str


UNKNOWN = Degree(0, Text("没有办过", "None done"), "none")
TERM = Degree(0, Text("等到期", "Runs to its term"), "hold")
ON_HOLD = Degree(0, Text("挂着，等消息", "On hold, waiting for an event"), "hold")
EASY = Degree(1, Text("宽裕", "With time to spare"), "done")
FITS = Degree(2, Text("在限内", "Within the limit"), "doing")
OFTEN_LATE = Degree(3, Text("常超时", "Often late"), "due")
MOSTLY_LATE = Degree(4, Text("多半超时", "Mostly late"), "late")
DEGREES = (EASY, FITS, OFTEN_LATE, MOSTLY_LATE, UNKNOWN)


def degree_of(figures: procedures.StepFigures | None, *, is_term: bool = False) -> Degree:
    """Return how a step stands to its limit."""
    if is_term:
        return TERM
    if figures is None:
        return UNKNOWN
    if figures.on_time_share < HALF:
        return MOSTLY_LATE
    if figures.on_time_share < NEARLY_ALL:
        return OFTEN_LATE
    return FITS if figures.p95_of_limit > HALF else EASY


@dataclass(frozen=True)
class LearnFilter:
    """Place, period and version of a procedure's page; all stand in its address."""

    place: str = ""
    days: int = USUAL_PERIOD
    version: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> LearnFilter:
        """Read the filter from a page's address; what makes no sense is left out."""
        days = query.get("days", "")
        return cls(
            query.get("place", "")[:40],
            int(days) if days.isdigit() and int(days) in PERIODS else USUAL_PERIOD,
            query.get("version", "")[:6],
        )


@dataclass(frozen=True)
class ItemRow:
    """One checklist item of a step and how it fares."""

    text: Text
    figures: procedures.ItemFigures

    @property
    def fails(self) -> int:
        """How often it was late, missing at a refused attempt, or is missing in a late step now."""
        return self.figures.after_due + self.figures.refused + self.figures.open_late


@dataclass(frozen=True)
class StepRow:
    """One step of a procedure with everything known about it."""

    spec: procedures.StepSpec
    role: Text
    figures: procedures.StepFigures | None
    waits: procedures.Waits | None
    waiting: procedures.OpenFigures | None
    climbs: tuple[int, int, int]
    items: list[ItemRow]

    @property
    def is_term(self) -> bool:
        """Whether it ends with a term of its case instead of a limit."""
        return procedures.is_term(self.spec)

    @property
    def degree(self) -> Degree:
        """How it stands to its limit."""
        return ON_HOLD if self.spec.is_wait else degree_of(self.figures, is_term=self.is_term)

    @property
    def limit(self) -> str:
        """The limit in words; a range where versions changed it."""
        if self.figures is None or self.figures.shortest_limit == self.figures.longest_limit:
            return wording.span_text(self.spec.limit.total_seconds()) if self.spec.limit else ""
        spans = (self.figures.shortest_limit, self.figures.longest_limit)
        return " – ".join(wording.span_text(one) for one in spans)

    @property
    def waits_most(self) -> Text | None:
        """Where most of its time goes; None when it takes none."""
        if self.waits is None or not sum(self.waits.total_seconds):
            return None
        parts = zip(self.waits.shares, WAITS, strict=True)
        return max(parts, key=lambda part: part[0])[1]


WAITS = (
    Text("等接收", "Waiting to be accepted"),
    Text("等动手", "Waiting for a hand"),
    Text("办理中", "In hand"),
)


@dataclass(frozen=True)
class Lesson:
    """The page of one procedure."""

    filter: LearnFilter
    version: procedures.ProcedureVersion
    versions: list[procedures.ProcedureVersion]
    chosen: procedures.ProcedureVersion | None
    place: Place
    choices: list[Place]
    since: datetime
    until: datetime
    rows: list[StepRow]

    @property
    def done(self) -> int:
        """How many steps with a limit were done."""
        return sum(row.figures.count for row in self._timed)

    @property
    def on_time_share(self) -> float | None:
        """Which share of them was on time; None when none was done."""
        on_time = sum(row.figures.on_time for row in self._timed)
        return on_time / self.done if self.done else None

    @property
    def items(self) -> list[tuple[StepRow, ItemRow]]:
        """The checklist items of which anything is known, those that fail most first."""
        every = [(row, item) for row in self.rows for item in row.items if item.figures.ticked or item.fails]
        return sorted(every, key=lambda one: (-one[1].fails, -one[1].figures.median))

    @property
    def heat(self) -> dict[str, dict[str, Any]]:
        """What the drawing shows of each step: its degree and the words on it."""
        return {row.spec.key: _mark(row) for row in self.rows}

    @cached_property
    def _timed(self) -> list[Any]:
        return [row for row in self.rows if row.figures and not row.is_term]


def lesson(person: Person, key: str, chosen: LearnFilter) -> Lesson:
    """Return what the cases teach about a procedure.

    Raises:
        NotFoundOrNotYours: there is no such procedure or version, or the place is outside the reader's reach.
    """
    versions = procedures.versions_of(key)
    if not versions:
        raise NotFoundOrNotYours
    version = next((one for one in versions if str(one.version) == chosen.version), None)
    if chosen.version and version is None:
        raise NotFoundOrNotYours
    in_force = {one.key: one for one in procedures.list_in_force()}
    shown = version or in_force.get(key, versions[0])
    reach = Reach(person)
    place = chosen_place(reach, chosen.place)
    since, _end = procedures.period(clock.today() - timedelta(days=chosen.days - 1), chosen.days)
    until = clock.now() + MOMENT
    sample = procedures.sample_of(key, place.path, since, until, version)
    choices = place_choices(reach, place)
    rows = _step_rows(procedures.profile_of(shown), sample)
    return Lesson(chosen, shown, versions, version, place, choices, since, until, rows)


def chosen_place(reach: Reach, code: str, verb: str = VERB) -> Place:
    """Return the place asked for, or that of the reader's main duty.

    Raises:
        NotFoundOrNotYours: it is outside the reader's duties, or there is none to choose.
    """
    place = places.get(code) if code else reach.home
    if place is None or not reach.can(verb, place.path):
        raise NotFoundOrNotYours
    return place


def place_choices(reach: Reach, place: Place) -> list[Place]:
    """Return the places to go to: those above within reach, the place, and those directly below."""
    above = [one for one in places.ancestors(place) if reach.can(VERB, one.path)]
    below = Place.objects.filter(parent=place, closed_at__isnull=True).exclude(kind=PlaceKind.BUILDING)
    return [*above, place, *below.order_by("path")[:400]]


def _step_rows(profile: procedures.Profile, sample: procedures.Sample) -> list[StepRow]:
    now = clock.now()
    figures, waits = procedures.step_figures(sample), procedures.waits(sample)
    waiting, climbs = procedures.open_figures(sample, now), procedures.climbs(sample)
    items = procedures.item_figures(sample, now)
    steps = {**profile.steps, **{key: spec for key, spec in sample.steps.items() if key in figures}}
    return [
        StepRow(
            spec,
            role_name(spec.role),
            figures.get(key),
            waits.get(key),
            waiting.get(key),
            tuple(climbs.get(key, {}).get(level, 0) for level in (1, 2, 3)),  # type: ignore[arg-type]  # three levels
            [ItemRow(item.text, items[key, item.key]) for item in spec.checklist if (key, item.key) in items],
        )
        for key, spec in steps.items()
    ]


def _mark(row: StepRow) -> dict[str, Any]:
    lines = [row.degree.word.localised(wording_language())]
    if row.figures and not row.is_term:
        lines.append(
            _("中位 %(median)s · 95%% %(p95)s")
            % {
                "median": wording.span_text(row.figures.median),
                "p95": wording.span_text(row.figures.p95),
            }
        )
        lines.append(_("限 %(limit)s · %(count)s 次") % {"limit": row.limit, "count": row.figures.count})
    return {"level": row.degree.level, "lines": lines}


def wording_language() -> str:
    """Return the language in which texts of data are shown now."""
    return "en" if wording.is_english() else "zh-hans"


@dataclass(frozen=True)
class Line:
    """One named row of the scorecard, with the page that it opens and the place or procedure that it is of."""

    name: Text
    url: str
    row: procedures.Row


@dataclass(frozen=True)
class ScorePage:
    """The weekly scorecard of one place."""

    card: procedures.Scorecard
    places: list[Line]
    procedures: list[Line]
    choices: list[Place]
    is_running: bool

    @property
    def week(self) -> str:
        """The week as it stands in addresses: 2020-W12."""
        return week_text(self.card.monday)

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.card.monday + timedelta(days=6)

    @property
    def earlier(self) -> str:
        """The week before."""
        return week_text(self.card.monday - timedelta(days=7))

    @property
    def later(self) -> str:
        """The week after; empty when it has not begun."""
        return "" if self.is_running else week_text(self.card.monday + timedelta(days=7))


def score_page(person: Person, place_code: str, week: str) -> ScorePage:
    """Return the scorecard of a place and week (default: the reader's place, the running week).

    Raises:
        NotFoundOrNotYours: the place is outside the reader's reach, or the week is none or has not begun.
    """
    reach = Reach(person)
    place = chosen_place(reach, place_code)
    monday = read_week(week)
    card = procedures.scorecard(place, monday, clock.now())
    is_running = monday + timedelta(days=7) > clock.today()
    query = {"place": place.code}
    names = procedure_names()
    by_procedure = [
        Line(names.get(key, Text(key, key)), f"/learning/{key}/?{urlencode(query)}", row)
        for key, row in sorted(card.by_procedure.items())
    ]
    return ScorePage(
        card, _place_lines(card, week_text(monday)), by_procedure, place_choices(reach, place), is_running
    )


def _place_lines(card: procedures.Scorecard, week: str) -> list[Line]:
    lines = []
    found = dict(card.by_place)
    below = Place.objects.filter(parent=card.place, closed_at__isnull=True).order_by("path")
    for one in below:
        row = found.pop(one.code, None)
        if row is not None or one.kind in (PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY):
            url = f"/learning/?{urlencode({'place': one.code, 'week': week})}"
            lines.append(Line(Text(one.name_zh, one.name_en), url, row or procedures.Row()))
    own = found.pop("", None)
    if own is not None:
        lines.insert(0, Line(Text("直接在本级", "At this level itself"), "", own))
    return lines


def week_text(monday: date) -> str:
    """Return the ISO week of a day: 2020-W12."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def read_week(text: str) -> date:
    """Return the Monday of an ISO week such as 2020-W12; blank is the running week.

    Raises:
        NotFoundOrNotYours: it is no week, or has not begun.
    """
    today = clock.today()
    if not text:
        return today - timedelta(days=today.weekday())
    year, _w, week = text.partition("-W")
    try:
        monday = date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        raise NotFoundOrNotYours from None
    if monday > today:
        raise NotFoundOrNotYours
    return monday


def score_facts(page: ScorePage) -> dict[str, Any]:
    """Return what the printed scorecard shows, as JSON values."""
    return {
        "place": _both(Text(page.card.place.name_zh, page.card.place.name_en)),
        "week": page.week,
        "from": f"{page.card.monday:%Y-%m-%d}",
        "to": f"{page.sunday:%Y-%m-%d}",
        "running": page.is_running,
        "at": f"{clock.local(page.card.until):%Y-%m-%d %H:%M}",
        "whole": _cells(page.card.whole, page.card.until),
        "places": [
            {"name": _both(line.name), "cells": _cells(line.row, page.card.until)} for line in page.places
        ],
        "procedures": [
            {"name": _both(line.name), "cells": _cells(line.row, page.card.until)} for line in page.procedures
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _cells(row: procedures.Row, until: datetime) -> list[str]:
    share = row.on_time_share
    oldest = wording.span_text((until - row.oldest_at).total_seconds()) if row.oldest_at else "—"
    return [
        str(row.done),
        "—" if share is None else f"{share:.0%}",
        "—" if row.median is None else wording.span_text(row.median),
        "—" if row.p95 is None else wording.span_text(row.p95),
        "—" if row.p95_of_limit is None else f"{row.p95_of_limit:.0%}",
        " / ".join(str(one) for one in row.climbs),
        str(row.declined),
        str(row.again),
        str(row.open_count),
        oldest,
    ]
