"""What a holder of a post has open there, who comes next, and the shifts that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from shouwang.kernel.cases.models import Escalation, Handover, Shift, Step
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours

#: How far ahead somebody may be on the roster to count as who comes next.
NEXT_WITHIN = timedelta(hours=36)


@dataclass(frozen=True)
class AtPost:
    """What one holder has open on a post.

    `steps` can be offered; `along` are steps offered to others already, `asked` what others offered to the
    holder, and `climbed` late steps of others that climbed to the post: these go along with the shift.
    `colleagues` counts what others hold on the same post, which is theirs to hand over.
    """

    post: duties.Post
    steps: list[Step]
    along: list[Handover]
    asked: list[Handover]
    climbed: list[Step]
    colleagues: int

    @property
    def total(self) -> int:
        """How much there is to hand over."""
        return len(self.steps) + len(self.along) + len(self.asked) + len(self.climbed)


def at_post(holder: Person, post: duties.Post) -> AtPost:
    """Return what `holder` has open on a post, oldest clock first."""
    offered = Handover.objects.filter(state="OFFERED")
    held = Step.objects.filter(post=post, state="OPEN")
    mine = held.filter(holder=holder)
    climbs = Escalation.objects.filter(
        to_person=holder, to_post=post, step__state="OPEN", clock=F("step__clock")
    ).exclude(step__holder=holder)
    related = ("step__case", "step__case__place", "step__post", "receiver_post", "giver_post")
    return AtPost(
        post=post,
        steps=_told(mine.exclude(pk__in=offered.values("step"))),
        along=list(
            offered.filter(giver=holder, giver_post=post)
            .exclude(batch__in=Shift.objects.filter(giver=holder, state="OFFERED").values("pk"))
            .select_related(*related)
            .order_by("due_at")
        ),
        asked=list(
            offered.filter(receiver=holder, receiver_post=post).select_related(*related).order_by("due_at")
        ),
        climbed=_told(Step.objects.filter(pk__in=climbs.values("step"))),
        colleagues=held.exclude(holder=holder).count(),
    )


def _told(steps: QuerySet[Step]) -> list[Step]:
    return list(steps.select_related("case", "case__person", "case__place", "post").order_by("due_at", "pk"))


def who_comes_next(post: duties.Post, giver: Person) -> list[duties.Holding]:
    """Return who holds a post now beside the giver, or will within a day and a half, the earliest first."""
    now = clock.now()
    held = (
        duties.Holding.objects.filter(post=post, from_at__lte=now + NEXT_WITHIN)
        .exclude(until_at__lte=now)
        .exclude(person=giver)
        .select_related("person", "post")
        .order_by("-from_at", "pk")
    )
    return sorted(held, key=lambda holding: (holding.from_at <= now, holding.from_at, holding.pk))


def shifts_waiting(person: Person) -> list[Shift]:
    """Return the open shifts that `person` may accept, the oldest first."""
    posts = [holding.post_id for holding in duties.holdings_of(person)]
    waiting = Shift.objects.filter(Q(receiver=person) | Q(post__in=posts), state="OFFERED")
    return list(_with_people(waiting.exclude(giver=person)).order_by("offered_at"))


def shifts_given(person: Person) -> list[Shift]:
    """Return the shifts that `person` has offered and nobody has accepted yet."""
    return list(_with_people(Shift.objects.filter(giver=person, state="OFFERED")).order_by("offered_at"))


def access_shift(person: Person, pk: UUID) -> Shift:
    """Fetch a shift that `person` gives, receives, shares the post of, or oversees.

    Raises:
        NotFoundOrNotYours: there is none, or it is none of theirs.
    """
    shift = _with_people(Shift.objects.filter(pk=pk)).first()
    if shift is None:
        raise NotFoundOrNotYours
    is_party = person.pk in (shift.giver_id, shift.receiver_id) or duties.still_holds(person, shift.post)
    if not (is_party or duties.can(person, "duty.see", shift.post.place)):
        raise NotFoundOrNotYours
    return shift


def handovers_of_shift(shift: Shift) -> list[Handover]:
    """Return the handovers of a shift, oldest clock first."""
    return list(
        Handover.objects.filter(batch=shift.pk)
        .select_related("step__case", "step__case__person", "step__case__place", "step__post")
        .order_by("due_after_acceptance", "pk")
    )


def _with_people(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    return shifts.select_related("post__place", "giver", "receiver", "settled_by")
