"""One step as its page shows it: standard, form, proofs, holder, offer, and where its clock climbs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from shouwang.desk.forms.steps import StepForm
from shouwang.desk.queries.climbing import NextClimb, next_climbs
from shouwang.desk.queries.reach import Reach
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.places import api as places
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.web.manifest import StepPage, step_page


@dataclass
class StepView:
    """An open step, ready to be shown; `page` is set when its domain has a page for doing it."""

    step: cases.Step
    spec: procedures.StepSpec
    form: StepForm
    reader_pk: int
    may_take: bool
    page: StepPage | None
    climb: NextClimb | None
    escalation: cases.Escalation | None = None
    offer: cases.Handover | None = None
    proofs: list[cases.Evidence] = field(default_factory=list)

    @property
    def is_mine(self) -> bool:
        """Whether the reader holds the step."""
        return self.step.holder_id == self.reader_pk

    @property
    def is_raised(self) -> bool:
        """Whether the reader must act now: late, and theirs to do or climbed to them."""
        climbed = self.escalation is not None and self.escalation.to_person_id == self.reader_pk
        return self.step.due_at <= clock.now() and (self.is_mine or climbed)

    @property
    def page_url(self) -> str:
        """Where the step is done, when its domain has a page for it."""
        return self.page.url(self.step) if self.page else ""

    @property
    def missing(self) -> int:
        """How many items of the checklist are not ticked yet."""
        return sum(1 for item in self.spec.checklist if item.key not in self.step.ticks)

    @property
    def limit(self) -> timedelta:
        """The time limit of the step."""
        return timedelta(seconds=self.step.limit_seconds)


def step_views(
    steps: Sequence[cases.Step], reach: Reach, bound: StepForm | None = None
) -> dict[int, StepView]:
    """Return the views of open steps by key; `bound` takes the place of one step's own form.

    Six reads plus those of `next_climbs`, whatever the number of steps.
    """
    keys = [step.pk for step in steps]
    specs = procedures.step_standards(steps)
    proofs: defaultdict[int, list[cases.Evidence]] = defaultdict(list)
    for proof in cases.Evidence.objects.filter(step__in=keys).order_by("at", "pk"):
        proofs[proof.step_id].append(proof)
    offers = {
        offer.step_id: offer
        for offer in cases.Handover.objects.filter(step__in=keys, state="OFFERED").select_related(
            "receiver", "receiver_post", "giver", "giver_post"
        )
    }
    climbs = next_climbs(steps)
    escalations = cases.latest_escalations([step.pk for step in steps if step.escalation_level])
    return {
        step.pk: StepView(
            step=step,
            spec=specs[step.pk],
            form=bound
            if bound is not None and bound.step.pk == step.pk
            else StepForm(step, specs[step.pk], frozenset(proof.key for proof in proofs[step.pk])),
            reader_pk=reach.person.pk,
            may_take=reach.may_take(step),
            page=step_page(step),
            climb=climbs.get(step.pk),
            escalation=escalations.get(step.pk),
            offer=offers.get(step.pk),
            proofs=proofs[step.pk],
        )
        for step in steps
    }


def receivers(step: cases.Step, giver_pk: int) -> list[duties.Holding]:
    """Return who could take a step over: people on duty in its role at its place or above, nearest first.

    The leads of the levels next above come after them, so that there is always somebody to ask.
    """
    role = duties.role(step.role)
    highest = max(role.level + 1, duties.Level.SUBDISTRICT)
    leads = [one.key for one in duties.roles() if one.leads and role.level <= one.level <= highest]
    now = clock.now()
    held = list(
        duties.Holding.objects.filter(
            post__role__in=[step.role, *leads],
            post__place_path__in=[*places.paths_above(step.place_path), step.place_path],
            post__closed_at__isnull=True,
            from_at__lte=now,
        )
        .exclude(until_at__lte=now)
        .exclude(person_id=giver_pk)
        .select_related("post", "person")
    )
    held.sort(key=lambda h: (h.post.role != step.role, -len(h.post.place_path), h.from_at, h.pk))
    return held
