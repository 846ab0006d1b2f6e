"""The list of cases in reach: filtered, oldest clock first, page by page from a key, not by counting rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from shouwang.desk.queries.procedures import outcome_names, procedure_names
from shouwang.desk.queries.reach import Reach
from shouwang.kernel.cases import api as cases
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util import clock
from shouwang.util.text import Text

PAGE = 40
MAX_QUERY_LENGTH = 40
MAX_PLACES = 400


@dataclass(frozen=True)
class CaseFilter:
    """What of the cases is shown; every field stands in the page's address."""

    state: str = "OPEN"
    procedure: str = ""
    campaign: str = ""
    place: str = ""
    late: bool = False
    number: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> CaseFilter:
        """Read the filter from a page's address; what makes no sense is left out."""
        state = query.get("state", "OPEN").upper()
        return cls(
            state=state if state in cases.CaseState.values else "OPEN",
            procedure=query.get("procedure", "")[:MAX_QUERY_LENGTH],
            campaign=query.get("campaign", "")[:MAX_QUERY_LENGTH],
            place=query.get("place", "")[:MAX_QUERY_LENGTH],
            late=query.get("late") == "1",
            number=query.get("number", "").strip()[:MAX_QUERY_LENGTH],
            after=query.get("after", "")[:80],
        )

    def url(self, **changes: object) -> str:
        """Return the query of this filter with changes; the first page, unless `after` is given."""
        changed = replace(self, **{"after": "", **changes})  # type: ignore[arg-type]  # names are the callers'
        values = {
            "state": changed.state if changed.state != "OPEN" else "",
            "procedure": changed.procedure,
            "campaign": changed.campaign,
            "place": changed.place,
            "late": "1" if changed.late else "",
            "number": changed.number,
            "after": changed.after,
        }
        return "?" + urlencode({key: value for key, value in values.items() if value})


@dataclass(frozen=True)
class CaseRow:
    """One case with the oldest of its open steps, and the offer of that step if there is one."""

    case: cases.Case
    step: cases.Step | None
    offer: cases.Handover | None
    outcome: Text | None

    @property
    def state(self) -> str:
        """The shape of the row's state."""
        if self.step is None:
            return "done"
        if self.step.due_at <= clock.now():
            return "late"
        return "offer" if self.offer else "doing"


@dataclass(frozen=True)
class View:
    """One tab above the list with its number."""

    label: Text
    count: int
    url: str
    is_on: bool


@dataclass(frozen=True)
class CaseList:
    """One page of the list."""

    filter: CaseFilter
    rows: list[CaseRow]
    views: list[View]
    total: int
    next_after: str
    procedures: dict[str, Text]
    campaigns: dict[str, Text]
    places: list[Place]
    place: Place | None

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the state narrows the list."""
        chosen = self.filter
        return bool(chosen.procedure or chosen.campaign or chosen.place or chosen.number or chosen.late)

    @property
    def next_url(self) -> str:
        """The next page of the same list, empty at the end."""
        return self.filter.url(after=self.next_after) if self.next_after else ""

    @property
    def first_url(self) -> str:
        """The first page of the same list."""
        return self.filter.url()


def case_list(person: Person, chosen: CaseFilter) -> CaseList:
    """Return one page of the cases that the person may see.

    Raises:
        NotFoundOrNotYours: the place of the filter is outside the person's duties.
    """
    reach = Reach(person)
    place = _place(chosen, reach)
    everything = _filtered(cases.cases_in_scope(person), chosen, place)
    of_state = everything.filter(state=chosen.state)
    found = of_state.filter(Exists(_late())) if chosen.late and chosen.state == "OPEN" else of_state
    page = list(_sorted(found, chosen)[: PAGE + 1])
    rows = _rows(page[:PAGE])
    open_count = everything.filter(state="OPEN").count()
    late_count = everything.filter(state="OPEN").filter(Exists(_late())).count()
    closed_count = everything.filter(state="CLOSED").count()
    is_late_view = chosen.late and chosen.state == "OPEN"
    total = late_count if is_late_view else open_count if chosen.state == "OPEN" else closed_count
    return CaseList(
        filter=chosen,
        rows=rows,
        views=[
            View(
                Text("在办", "Open"),
                open_count,
                chosen.url(state="OPEN", late=False),
                chosen.state == "OPEN" and not chosen.late,
            ),
            View(Text("超时", "Late"), late_count, chosen.url(state="OPEN", late=True), is_late_view),
            View(
                Text("已结", "Closed"),
                closed_count,
                chosen.url(state="CLOSED", late=False),
                chosen.state == "CLOSED",
            ),
        ],
        total=total,
        next_after=_key(page[PAGE - 1]) if len(page) > PAGE else "",
        procedures=procedure_names(),
        campaigns={key: one.name for key, one in cases.CAMPAIGNS.items()},
        places=_places(reach, place),
        place=place,
    )


def _place(chosen: CaseFilter, reach: Reach) -> Place | None:
    if not chosen.place:
        return None
    place = places.get(chosen.place)
    reach.require(place.path)
    return place


def _filtered(found: QuerySet[cases.Case], chosen: CaseFilter, place: Place | None) -> QuerySet[cases.Case]:
    if place is not None:
        found = found.filter(place_path__startswith=place.path)
    if chosen.procedure:
        found = found.filter(procedure_key=chosen.procedure)
    if chosen.campaign:
        found = found.filter(campaign=chosen.campaign)
    if chosen.number:
        found = found.filter(number__icontains=chosen.number)
    return found


def _late() -> QuerySet[cases.Step]:
    return cases.Step.objects.filter(case=OuterRef("pk"), state="OPEN", due_at__lte=clock.now())


def _sorted(found: QuerySet[cases.Case], chosen: CaseFilter) -> QuerySet[cases.Case]:
    """Sort open cases by their oldest clock and closed ones by their end, and go on after the last key."""
    found = found.select_related("place", "person")
    key_at, key_pk = _read_key(chosen.after)
    if chosen.state == "CLOSED":
        if key_at is not None:
            found = found.filter(Q(closed_at__lt=key_at) | Q(closed_at=key_at, pk__lt=key_pk))
        return found.order_by("-closed_at", "-pk")
    oldest = cases.Step.objects.filter(case=OuterRef("pk"), state="OPEN").order_by("due_at")
    found = found.annotate(next_due_at=Subquery(oldest.values("due_at")[:1]))
    if key_at is not None:
        found = found.filter(Q(next_due_at__gt=key_at) | Q(next_due_at=key_at, pk__gt=key_pk))
    return found.order_by("next_due_at", "pk")


def _key(case: cases.Case) -> str:
    at: datetime | None = getattr(case, "next_due_at", None) or case.closed_at
    return f"{at.astimezone(UTC).isoformat() if at else ''}~{case.pk}"


def _read_key(after: str) -> tuple[datetime | None, int]:
    at, _, pk = after.partition("~")
    try:
        instant = datetime.fromisoformat(at)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)), int(pk)
    except ValueError:
        return None, 0


def _rows(page: list[cases.Case]) -> list[CaseRow]:
    steps: dict[int, cases.Step] = {}
    waiting = cases.Step.objects.filter(case__in=page, state="OPEN").select_related(
        "holder", "post", "place", "case__person"
    )
    for step in waiting.order_by("due_at", "pk"):
        steps.setdefault(step.case_id, step)
    offers = {
        offer.step_id: offer
        for offer in cases.Handover.objects.filter(
            step__in=[step.pk for step in steps.values()], state="OFFERED"
        ).select_related("receiver", "receiver_post")
    }
    outcomes = outcome_names() if any(case.outcome for case in page) else {}
    rows = []
    for case in page:
        oldest = steps.get(case.pk)
        words = outcomes.get((case.procedure_key, case.outcome), Text(case.outcome, case.outcome))
        rows.append(
            CaseRow(case, oldest, offers.get(oldest.pk) if oldest else None, words if case.outcome else None)
        )
    return rows


def _places(reach: Reach, place: Place | None) -> list[Place]:
    """Return the places to choose from: below the chosen one, else below the person's duties."""
    parent = place or reach.home
    if parent is None:
        return []
    kinds = [PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.COURTYARD, PlaceKind.SITE]
    below = Place.objects.filter(parent=parent, closed_at__isnull=True, kind__in=kinds)
    return list(below.order_by("path")[:MAX_PLACES])
