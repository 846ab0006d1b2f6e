"""The case page: everything about one case, in a number of reads that does not grow with the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shouwang.desk.forms.steps import StepForm
from shouwang.desk.queries.procedures import role_name
from shouwang.desk.queries.reach import Reach
from shouwang.desk.queries.steps import StepView, step_views
from shouwang.desk.queries.timeline import Timeline, timeline
from shouwang.kernel.cases import api as cases
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.text import Text
from shouwang.web.manifest import case_panels

CONTAINMENT_NAMES = {
    "HOME": Text("居家观察", "home quarantine"),
    "FACILITY": Text("集中留观", "observation site"),
    "HOSPITAL": Text("定点医院", "hospital"),
    "IN_TRANSIT": Text("转运途中", "in transit"),
}


@dataclass(frozen=True)
class Crumb:
    """A place above the case; `is_open` when the reader may open its page."""

    place: Place
    is_open: bool


@dataclass(frozen=True)
class Panel:
    """A domain's own box on the page: its template, what that needs, whether it stands at the side."""

    template: str
    values: dict[str, Any]
    is_side: bool


@dataclass(frozen=True)
class ProofLine:
    """One proof stored, or one required proof that an open step still lacks."""

    name: Text
    proof: cases.Evidence | None
    step: cases.Step


@dataclass(frozen=True)
class DoneStep:
    """A step of the case with its place in the drawing's table."""

    spec: procedures.StepSpec
    role: Text
    step: cases.Step | None

    @property
    def state(self) -> str:
        """The shape of its state: done, doing, wait, or none when it fell away."""
        if self.step is None:
            return "wait"
        return {"DONE": "done", "OPEN": "doing"}.get(self.step.state, "none")


@dataclass(frozen=True)
class DrawingView:
    """One procedure of the case: the drawing with marks, and the same as a table."""

    drawing: procedures.Drawing
    steps: list[DoneStep]

    @property
    def element_id(self) -> str:
        """The id of the drawing on the page."""
        return f"drawing-{self.drawing.key}"


@dataclass(frozen=True)
class CasePage:
    """Everything on the page."""

    case: cases.Case
    crumbs: list[Crumb]
    day: int
    containment: Text | None
    outcome: Text | None
    campaign: Text
    procedure: Text
    version: int
    views: list[StepView]
    drawings: list[DrawingView]
    timeline: Timeline
    handovers: list[cases.Handover]
    proofs: list[ProofLine]
    children: list[cases.Case]
    panels: list[Panel]
    may_reveal: bool
    may_see_procedure: bool
    looks: int

    @property
    def stored_proofs(self) -> int:
        """How many proofs are stored."""
        return sum(1 for line in self.proofs if line.proof is not None)

    @property
    def missing_proofs(self) -> int:
        """How many required proofs the open steps still lack."""
        return len(self.proofs) - self.stored_proofs


def case_page(
    person: Person, case: cases.Case, kind: str = "", before: int | None = None, bound: StepForm | None = None
) -> CasePage:
    """Return the page of a case that `person` may see; `bound` is a step's form with problems in it."""
    reach = Reach(person)
    steps = cases.open_steps(case)
    views = step_views(steps, reach, bound)
    drawings = procedures.drawings(case)
    story = timeline(case, kind, before)
    by_key = _latest_by_key(cases.steps_of(case))
    first = drawings[0] if drawings else None
    return CasePage(
        case=case,
        crumbs=[
            Crumb(place, reach.covers(place.path)) for place in [*places.ancestors(case.place), case.place]
        ],
        day=_day(case),
        containment=_containment(case),
        outcome=_outcome(case, drawings),
        campaign=_campaign(case),
        procedure=first.profile.name if first else Text(case.procedure_key, case.procedure_key),
        version=first.version if first else 0,
        views=[views[step.pk] for step in steps],
        drawings=[_drawing(drawing, by_key) for drawing in drawings],
        timeline=story,
        handovers=cases.handovers_of(case),
        proofs=_proofs(case, drawings, [views[step.pk] for step in steps]),
        children=cases.children_of(case),
        panels=[
            Panel(panel.template, panel.context(case, person), panel.is_side)
            for panel in case_panels(case.procedure_key)
        ],
        may_reveal=case.person_id is not None and reach.can("person.reveal", case.place_path),
        may_see_procedure=bool(reach.scope("procedure.see")),
        looks=next((one.count for one in story.filters if one.key == "looks"), 0),
    )


def _day(case: cases.Case) -> int:
    """Return which day of the case it is: 1 on the local day of its opening."""
    end = case.closed_at or clock.now()
    return (clock.local(end).date() - clock.local(case.opened_at).date()).days + 1


def _containment(case: cases.Case) -> Text | None:
    kind = (
        cases.Containment.objects.filter(case=case, until_at__isnull=True)
        .values_list("kind", flat=True)
        .first()
    )
    return CONTAINMENT_NAMES.get(kind or "")


def _campaign(case: cases.Case) -> Text:
    known = cases.CAMPAIGNS.get(case.campaign)
    return known.name if known else Text(case.campaign, case.campaign)


def _outcome(case: cases.Case, drawings: list[procedures.Drawing]) -> Text | None:
    if not case.outcome:
        return None
    for drawing in drawings:
        for end in drawing.profile.ends.values():
            if end.outcome == case.outcome:
                return end.text
    return Text(case.outcome, case.outcome)


def _latest_by_key(steps: list[cases.Step]) -> dict[str, cases.Step]:
    return {step.key: step for step in steps}


def _drawing(drawing: procedures.Drawing, by_key: dict[str, cases.Step]) -> DrawingView:
    rows = [
        DoneStep(spec, role_name(spec.role), by_key.get(spec.key)) for spec in drawing.profile.steps.values()
    ]
    return DrawingView(drawing, rows)


def _proofs(case: cases.Case, drawings: list[procedures.Drawing], views: list[StepView]) -> list[ProofLine]:
    names = {
        (spec.key, item.key): item.text
        for drawing in drawings
        for spec in drawing.profile.steps.values()
        for item in spec.evidence
    }
    stored = [
        ProofLine(names.get((proof.step.key, proof.key), Text(proof.key, proof.key)), proof, proof.step)
        for proof in cases.evidence_of(case)
    ]
    missing = [
        ProofLine(item.text, None, view.step)
        for view in views
        for item in view.spec.evidence
        if item.is_required and item.key not in {proof.key for proof in view.proofs}
    ]
    return stored + missing
