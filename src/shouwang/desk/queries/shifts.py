"""The pages of a shift handover: what there is to hand over by lateness, and how a shift stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms

from shouwang.desk.forms.shifts import ShiftForm, TakeForm
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

#: Notes and reasons can be written beside so many lines; the note for all covers the rest.
MOST_FIELDS = 300
_GROUPS = (
    ("late", Text("已超时", "Late already"), None),
    ("due", Text("一小时内到期", "Due within the hour"), timedelta(hours=1)),
    ("doing", Text("12 小时内到期", "Due within 12 hours"), timedelta(hours=12)),
    ("wait", Text("更晚", "Later"), timedelta(days=3650)),
)


@dataclass
class Line:
    """One thing that is handed over; `field` is where a note or a reason is written, if it can be."""

    step: cases.Step
    due_at: datetime
    offer: cases.Handover | None = None
    field: forms.BoundField | None = None


@dataclass
class Lines:
    """The lines of one degree of lateness."""

    shape: str
    name: Text
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class PostLoad:
    """One post of the reader, and how much is open there."""

    post: duties.Post
    count: int


@dataclass(frozen=True)
class ShiftSheet:
    """What the reader hands over on one of their posts."""

    load: cases.AtPost
    groups: list[Lines]
    next: list[duties.Holding]
    others: list[PostLoad]
    form: ShiftForm


@dataclass(frozen=True)
class ShiftView:
    """How a shift stands, for its giver, its receiver and whoever oversees the post."""

    shift: cases.Shift
    groups: list[Lines]
    counts: list[tuple[str, Text, int]]
    is_giver: bool
    may_take: bool
    begins_at: datetime | None
    form: TakeForm
    sheet: documents.Document | None

    @property
    def total(self) -> int:
        """How many steps were offered."""
        return sum(len(group.lines) for group in self.groups)


def shift_sheet(person: Person, post_pk: str, data: Any = None) -> ShiftSheet:  # noqa: ANN401 - form data
    """Return what `person` can hand over on a post (without one: on the fullest of theirs).

    Raises:
        NotFoundOrNotYours: the person does not hold that post, or any.
    """
    posts = list({holding.post_id: holding.post for holding in duties.holdings_of(person)}.values())
    loads = sorted((cases.at_post(person, post) for post in posts), key=lambda load: -load.total)
    chosen = [load for load in loads if post_pk in ("", str(load.post.pk))]
    if not chosen:
        raise NotFoundOrNotYours
    load = chosen[0]
    coming = cases.who_comes_next(load.post, person)
    form = ShiftForm(
        [(str(holding.pk), holding.person.name) for holding in coming], load.steps[:MOST_FIELDS], data
    )
    lines = [
        Line(step, step.due_at, field=form.note_field(step.pk) if number < MOST_FIELDS else None)
        for number, step in enumerate(load.steps)
    ]
    return ShiftSheet(
        load=load,
        groups=_grouped(lines),
        next=coming,
        others=[PostLoad(one.post, one.total) for one in loads if one.post.pk != load.post.pk and one.total],
        form=form,
    )


def shift_view(person: Person, shift: cases.Shift, data: Any = None) -> ShiftView:  # noqa: ANN401 - form data
    """Return how a shift stands for `person`; while it waits, with the sheet by which it is taken."""
    offers = cases.handovers_of_shift(shift)
    is_on_post = duties.still_holds(person, shift.post)
    may_take = shift.is_open and person.pk != shift.giver_id and is_on_post
    open_ones = [offer for offer in offers if offer.state == "OFFERED"]
    form = TakeForm(open_ones[:MOST_FIELDS] if may_take else [], data)
    with_field = {offer.pk for offer in open_ones[:MOST_FIELDS]} if may_take else set()
    lines = [
        Line(
            offer.step,
            offer.due_after_acceptance or offer.due_at,
            offer,
            form.reason_field(offer.pk) if offer.pk in with_field else None,
        )
        for offer in offers
    ]
    waits_for_duty = shift.is_open and person.pk == shift.receiver_id and not is_on_post
    return ShiftView(
        shift=shift,
        groups=_grouped(lines),
        counts=_counts(offers),
        is_giver=person.pk == shift.giver_id,
        may_take=may_take,
        begins_at=_begins_at(person, shift.post) if waits_for_duty else None,
        form=form,
        sheet=next(iter(documents.documents_of(shift.thread)), None),
    )


def sheet_facts(shift: cases.Shift) -> dict[str, Any]:
    """Return what the printed sheet says: counts and numbers of cases, nobody's name."""
    offers = cases.handovers_of_shift(shift)
    groups = _grouped([Line(one.step, one.due_after_acceptance or one.due_at, one) for one in offers])
    post = shift.post
    return {
        "issuer": {"zh": post.place.name_zh, "en": post.place.name_en},
        "post": {"zh": post.name_zh, "en": post.name_en},
        "offered": _instant(shift.offered_at),
        "total": str(len(offers)),
        "groups": [
            {
                "name": {"zh": group.name.zh, "en": group.name.en},
                "count": str(len(group.lines)),
                "cases": [
                    {
                        "number": line.step.case.number,
                        "step": {"zh": line.step.name_zh, "en": line.step.name_en},
                        "due": _instant(line.due_at),
                    }
                    for line in group.lines
                ],
            }
            for group in groups
        ],
    }


def _grouped(lines: list[Line]) -> list[Lines]:
    now = clock.now()
    groups = [Lines(shape, name) for shape, name, _ in _GROUPS]
    for line in lines:
        for group, (_, _, within) in zip(groups, _GROUPS, strict=True):
            if line.due_at <= (now + within if within else now):
                group.lines.append(line)
                break
    return [group for group in groups if group.lines]


def _counts(offers: list[cases.Handover]) -> list[tuple[str, Text, int]]:
    words = {
        "OFFERED": ("offer", Text("等接", "Waiting")),
        "ACCEPTED": ("done", Text("已接", "Taken")),
        "DECLINED": ("stop", Text("没接，还由交班的人负责", "Declined, still with the giver")),
        "RECALLED": ("none", Text("收回或已办完", "Taken back, or done meanwhile")),
    }
    states = [offer.state for offer in offers]
    return [(shape, name, states.count(key)) for key, (shape, name) in words.items() if key in states]


def _begins_at(person: Person, post: duties.Post) -> datetime | None:
    coming = duties.Holding.objects.filter(person=person, post=post, from_at__gt=clock.now())
    return coming.order_by("from_at").values_list("from_at", flat=True).first()


def _instant(at: datetime) -> str:
    return f"{clock.local(at):%m-%d %H:%M}"
