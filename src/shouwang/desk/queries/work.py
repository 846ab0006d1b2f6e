"""My work: what waits for one person, ready to be done where it is listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet

from shouwang.desk.forms.steps import ReasonForm, StepForm
from shouwang.desk.queries.climbing import NextClimb, next_climbs
from shouwang.desk.queries.procedures import procedure_names
from shouwang.desk.queries.reach import Reach
from shouwang.desk.queries.steps import StepView, step_views
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.text import Text

#: Items shown at once. Each carries its whole form, so that it can be done while the network is away.
PAGE = 30
#: The most that a page asks for.
MOST = 200
#: Roles of people who stand at a road checkpoint: what they hand over together came in one car.
_CHECKPOINT_ROLES = frozenset({"guard", "checkpoint_lead"})
#: Steps due later than this are folded: one line for all of the same kind.
LATER = timedelta(hours=12)
MAX_KEY_LENGTH = 64


def waiting(person: Person) -> int:
    """Count what waits for the person: the number beside “my work”."""
    return cases.waiting_count(person)


@dataclass(frozen=True)
class WorkFilter:
    """What of the work is shown; every field stands in the page's address."""

    show: str = ""
    procedure: str = ""
    step: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> WorkFilter:
        """Read the filter from a page's address."""
        return cls(*(query.get(name, "")[:MAX_KEY_LENGTH] for name in ("show", "procedure", "step")))

    @property
    def is_on(self) -> bool:
        """Whether anything is left out."""
        return bool(self.show or self.procedure or self.step)

    @property
    def url(self) -> str:
        """The query of this filter."""
        values = {"show": self.show, "procedure": self.procedure, "step": self.step}
        return "?" + urlencode({key: value for key, value in values.items() if value})

    def fits(self, item: cases.WorkItem) -> bool:
        """Tell whether an item is shown."""
        if self.procedure and item.case.procedure_key != self.procedure:
            return False
        if self.step and (item.kind, item.step.key) != ("STEP", self.step):
            return False
        return {
            "late": item.is_late,
            "soon": not item.is_late and item.due_at <= clock.now() + cases.DUE_SOON,
            "offer": item.kind == "OFFER",
            "climbed": item.kind == "CLIMBED",
        }.get(self.show, True)


@dataclass(frozen=True)
class Fold:
    """Steps of one kind that are due much later, in one line; `window` is today's next time of readings."""

    name: Text
    count: int
    due_at: datetime
    window: tuple[str, str] | None
    url: str


@dataclass
class Row:
    """One item with everything that its card shows."""

    item: cases.WorkItem
    view: StepView | None = None
    climb: NextClimb | None = None
    may_call: bool = False
    decline: ReasonForm | None = None

    @property
    def key(self) -> str:
        """The id of the card on the page."""
        return f"{self.item.kind.lower()}-{self.number}"

    @property
    def number(self) -> int:
        """The key of the offer, or of the step."""
        return self.item.handovers[0].pk if self.item.kind == "OFFER" else self.item.step.pk

    @property
    def handover(self) -> cases.Handover | None:
        """The first offer of the item."""
        return self.item.handovers[0] if self.item.handovers else None

    @property
    def is_car(self) -> bool:
        """Whether what is offered came in one car."""
        post = self.handover.giver_post if self.handover else None
        return self.item.kind == "OFFER" and post is not None and post.role in _CHECKPOINT_ROLES

    @property
    def is_raised(self) -> bool:
        """Whether the card bears the alarm: late, and this reader can do it or order it."""
        return self.item.is_late


@dataclass(frozen=True)
class Chip:
    """One filter with its number."""

    label: Text
    count: int
    url: str
    is_on: bool


@dataclass
class WorkPage:
    """The page: its rows, its filters, the numbers above them, and who comes next up the chain."""

    work: cases.Work
    rows: list[Row]
    folds: list[Fold]
    chips: list[Chip]
    filter: WorkFilter
    more: int
    done_today: int
    lead: duties.Answer | None
    home: Place | None
    may_open_contained: bool = False
    contained: int = 0
    shifts: list[cases.Shift] = field(default_factory=list)
    given: list[cases.Shift] = field(default_factory=list)


def work_page(
    person: Person,
    chosen: WorkFilter = WorkFilter(),
    limit: int = PAGE,
    bound: StepForm | None = None,
    declined: tuple[int, ReasonForm] | None = None,
    is_folded: bool = True,
) -> WorkPage:
    """Return the person's work, filtered; `bound` and `declined` are forms that came back with problems.

    Unfiltered and `is_folded`, steps due much later are one line for each kind.
    """
    reach = Reach(person)
    work = cases.my_work(person)
    shifts = cases.shifts_waiting(person)
    batches = {shift.pk for shift in shifts}
    fitting = [item for item in work.items if chosen.fits(item) and not _is_of(item, batches)]
    is_folded = is_folded and not chosen.is_on
    later = [item for item in fitting if is_folded and _is_later(item)]
    now = [item for item in fitting if item not in later]
    shown = now[:limit]
    rows = _rows(shown, reach, bound)
    for row in rows:
        if row.item.kind == "OFFER":
            is_it = declined is not None and any(h.pk == declined[0] for h in row.item.handovers)
            row.decline = declined[1] if declined is not None and is_it else ReasonForm()
    return WorkPage(
        work=work,
        rows=rows,
        folds=_folds(later),
        chips=_chips(work, chosen),
        filter=chosen,
        more=len(now) - len(shown),
        done_today=done_today(person).count(),
        lead=_lead(reach),
        home=reach.home,
        may_open_contained=reach.home is not None and reach.can("case.see", reach.home.path),
        contained=sum(cases.contained(reach.home).values()) if reach.home else 0,
        shifts=shifts if chosen.show in ("", "offer") else [],
        given=cases.shifts_given(person),
    )


def done_today(person: Person) -> QuerySet[cases.Step]:
    """Return the steps that the person has done since midnight, latest first."""
    since = clock.at_local(clock.today(), time.min)
    done = cases.Step.objects.filter(done_by=person, state="DONE", done_at__gte=since)
    return done.select_related("case", "case__place", "case__person").order_by("-done_at")


def _rows(items: list[cases.WorkItem], reach: Reach, bound: StepForm | None) -> list[Row]:
    views = step_views([item.step for item in items if item.kind == "STEP"], reach, bound)
    climbs = next_climbs([item.step for item in items if item.kind != "STEP"])
    return [
        Row(
            item=item,
            view=views.get(item.step.pk) if item.kind == "STEP" else None,
            climb=views[item.step.pk].climb if item.kind == "STEP" else climbs.get(item.step.pk),
            may_call=item.case.person_id is not None and reach.can("person.reveal", item.step.place_path),
        )
        for item in items
    ]


def _is_of(item: cases.WorkItem, batches: set[UUID]) -> bool:
    """Tell whether an offer belongs to a shift, which has a card and a page of its own."""
    return item.kind == "OFFER" and item.handovers[0].batch in batches


def _is_later(item: cases.WorkItem) -> bool:
    return item.kind == "STEP" and item.due_at > clock.now() + LATER and not item.handovers


def _folds(items: list[cases.WorkItem]) -> list[Fold]:
    """Return one line for each kind of step, the earliest first."""
    groups: dict[tuple[str, str], list[cases.WorkItem]] = {}
    for item in items:
        groups.setdefault((item.case.procedure_key, item.step.key), []).append(item)
    specs = procedures.step_standards([group[0].step for group in groups.values()])
    return [
        Fold(
            name=group[0].step.name,
            count=len(group),
            due_at=group[0].due_at,
            window=_window(specs[group[0].step.pk].cadence),
            url=f"?{urlencode({'step': key})}",
        )
        for (_, key), group in groups.items()
    ]


def _window(cadence: procedures.Cadence | None) -> tuple[str, str] | None:
    """Return the present or next time of readings: today's, else tomorrow's first."""
    if cadence is None or not cadence.windows:
        return None
    wall = f"{clock.local(clock.now()):%H:%M}"
    return next((window for window in cadence.windows if window[1] > wall), cadence.windows[0])


def _chips(work: cases.Work, chosen: WorkFilter) -> list[Chip]:
    words = {
        "offer": (Text("等接收", "To accept"), work.offered),
        "late": (Text("超时", "Late"), work.late),
        "soon": (Text("一小时内", "Within the hour"), work.due_soon),
        "climbed": (Text("升上来的", "Escalated to me"), work.climbed),
    }
    chips = [Chip(Text("全部", "All"), work.total, "?", not chosen.is_on)]
    chips += [
        Chip(label, count, f"?{urlencode({'show': key})}", chosen.show == key)
        for key, (label, count) in words.items()
        if count or chosen.show == key
    ]
    kinds = Counter(item.case.procedure_key for item in work.items)
    if len(kinds) > 1 or chosen.procedure:
        names = procedure_names()
        chips += [
            Chip(
                names.get(key, Text(key, key)),
                count,
                f"?{urlencode({'procedure': key})}",
                chosen.procedure == key,
            )
            for key, count in sorted(kinds.items())
        ]
    return chips


def _lead(reach: Reach) -> duties.Answer | None:
    """Return the nearest lead above who is somebody else: whom to ring when one cannot do it oneself."""
    if reach.home is None:
        return None
    for answer in duties.escalation_chain(reach.home):
        if answer is not None and answer.person.pk != reach.person.pk:
            return answer
    return None
