"""The API of the desk: the same work, cases and acts as the pages, the same refusals, as JSON.

Mounted at /api/v1/desk/ (`web.api`, which also turns refusals into JSON). People of cases are masked; staff
stand with their names, as on the pages.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from shouwang.desk.queries.case_list import CaseFilter, CaseRow, case_list
from shouwang.desk.queries.steps import StepView
from shouwang.desk.queries.work import MOST, Row, WorkFilter, work_page
from shouwang.desk.services import do_step
from shouwang.kernel.cases import api as cases
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.util.text import Text, mask_name
from shouwang.web.requests import Request
from shouwang.web.shapes import RefusalOut, StaffSession, Words, words


class StepOut(Schema):
    """An open step: who holds it and by when; `checklist`, `form` and `evidence` say what completes it."""

    id: int
    key: str
    name: Words
    case: int
    number: str
    person: str = Field(description="Masked; empty when the case is about nobody")
    place: str = Field(description="Code of the place")
    holder: str
    post: Words
    opened_at: datetime
    due_at: datetime
    escalation_level: int = Field(description="0 not late, 1 community, 2 sub-district, 3 district")
    next_escalation_at: datetime | None
    ticks: list[str] = []
    checklist: dict[str, Words] = {}
    evidence: dict[str, Words] = {}
    form: dict[str, Words] = {}


class ItemOut(Schema):
    """One thing that waits: kind STEP, OFFER or CLIMBED; `handovers` are offers accepted in one gesture."""

    kind: str
    due_at: datetime
    is_late: bool
    step: StepOut
    handovers: list[int]


class WorkOut(Schema):
    """Everything that waits for the acting person, oldest clock first."""

    total: int
    late: int
    due_soon: int
    offered: int
    climbed: int
    items: list[ItemOut]


class CaseOut(Schema):
    """One case as a list shows it, with the oldest of its open steps."""

    id: int
    number: str
    title: Words
    procedure: str
    state: str
    outcome: str
    person: str
    place: str
    opened_at: datetime
    closed_at: datetime | None
    step: StepOut | None


class CasesOut(Schema):
    """One page of cases; `after` gives the next one, empty at the end."""

    total: int
    cases: list[CaseOut]
    after: str


class FullCaseOut(CaseOut):
    """One case with all its open steps and open offers."""

    source_case: int | None
    steps: list[StepOut]
    handovers: list[int]


class CasesQuery(Schema):
    """Which cases; as on the page /cases/."""

    state: str = "OPEN"
    procedure: str = ""
    campaign: str = ""
    place: str = ""
    late: str = ""
    number: str = ""
    after: str = ""


class CompleteIn(Schema):
    """What completes a step: ticks by key, answers by field, proofs by key with a note each."""

    ticks: list[str] = []
    form: dict[str, str | bool | int] = {}
    evidence: dict[str, str] = {}


class ReasonIn(Schema):
    """Why an offer is declined."""

    reason: str = ""


class DoneOut(Schema):
    """The state of the case after an act."""

    case: int
    state: str
    outcome: str


class AnsweredOut(Schema):
    """The offers that were settled in one gesture."""

    handovers: list[int]


router = Router(tags=["desk"], auth=StaffSession())
REFUSALS = {400: RefusalOut, 404: RefusalOut}


@router.get("/work", response=WorkOut)
def get_work(request: HttpRequest, show: str = "", procedure: str = "") -> Any:  # noqa: ANN401 ninja fits it to the schema
    """List what waits for the acting person."""
    chosen = WorkFilter(show, procedure)
    page = work_page(_person(request), chosen, limit=MOST, is_folded=False)
    work = page.work
    return {
        "total": work.total,
        "late": work.late,
        "due_soon": work.due_soon,
        "offered": work.offered,
        "climbed": work.climbed,
        "items": [_item(row) for row in page.rows],
    }


@router.get("/cases", response={200: CasesOut, 404: RefusalOut})
def get_cases(request: HttpRequest, query: Query[CasesQuery]) -> Any:  # noqa: ANN401 as above
    """List the cases in reach, oldest clock first."""
    page = case_list(_person(request), CaseFilter.read(query.dict()))
    return {"total": page.total, "cases": [_case_row(row) for row in page.rows], "after": page.next_after}


@router.get("/cases/{pk}", response={200: FullCaseOut, 404: RefusalOut})
def get_case(request: HttpRequest, pk: int) -> Any:  # noqa: ANN401 as above
    """Tell one case."""
    case = cases.access_case(_person(request), pk)
    steps = cases.open_steps(case)
    specs = procedures.step_standards(steps)
    open_offers = cases.Handover.objects.filter(step__case=case, state="OFFERED").order_by("pk")
    told = [_step(step, specs[step.pk]) for step in steps]
    return {
        **_case(case),
        "step": told[0] if told else None,
        "steps": told,
        "source_case": case.source_case_id,
        "handovers": list(open_offers.values_list("pk", flat=True)),
    }


@router.post("/steps/{pk}/complete", response={200: DoneOut, **REFUSALS})
def post_complete(request: HttpRequest, pk: int, body: CompleteIn) -> Any:  # noqa: ANN401 as above
    """Complete a step; the same again by the same person changes nothing."""
    person = _person(request)
    if not cases.Step.objects.filter(pk=pk, state="DONE", done_by=person).exists():
        cases.access_step(person, pk)
    case = do_step(pk, person, ticks=body.ticks, answers=body.form, proofs=body.evidence.items())
    return {"case": case.pk, "state": case.state, "outcome": case.outcome}


@router.post("/handovers/{pk}/accept", response={200: AnsweredOut, **REFUSALS})
def post_accept(request: HttpRequest, pk: int) -> Any:  # noqa: ANN401 as above
    """Accept an offer with everything that was offered in the same gesture."""
    return {"handovers": [one.pk for one in cases.accept(pk, _person(request))]}


@router.post("/handovers/{pk}/decline", response={200: AnsweredOut, **REFUSALS})
def post_decline(request: HttpRequest, pk: int, body: ReasonIn) -> Any:  # noqa: ANN401 as above
    """Decline an offer with a reason; the giver goes on answering."""
    return {"handovers": [one.pk for one in cases.decline(pk, _person(request), body.reason)]}


def _person(request: HttpRequest) -> Person:
    person = cast(Request, request).person
    assert person is not None  # `StaffSession` has let them in
    return person


def _item(row: Row) -> dict[str, Any]:
    view: StepView | None = row.view
    return {
        "kind": row.item.kind,
        "due_at": row.item.due_at,
        "is_late": row.item.is_late,
        "step": _step(row.item.step, view.spec if view else None),
        "handovers": [handover.pk for handover in row.item.handovers],
    }


def _step(step: cases.Step, spec: procedures.StepSpec | None = None) -> dict[str, Any]:
    post = step.post
    told = {
        "id": step.pk,
        "key": step.key,
        "name": words(step.name),
        "case": step.case_id,
        "number": step.case.number,
        "person": mask_name(step.case.person.name) if step.case.person else "",
        "place": step.place.code,
        "holder": step.holder.name,
        "post": words(post.name if post else Text("", "")),
        "opened_at": step.opened_at,
        "due_at": step.due_at,
        "escalation_level": step.escalation_level,
        "next_escalation_at": step.next_escalation_at,
        "ticks": list(step.ticks),
    }
    if spec is not None:
        told["checklist"] = {item.key: words(item.text) for item in spec.checklist}
        told["evidence"] = {proof.key: words(proof.text) for proof in spec.evidence}
        told["form"] = {field.key: words(field.text) for field in spec.form}
    return told


def _case_row(row: CaseRow) -> dict[str, Any]:
    return {**_case(row.case), "step": _step(row.step) if row.step else None}


def _case(case: cases.Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "title": words(case.title),
        "procedure": case.procedure_key,
        "state": case.state,
        "outcome": case.outcome,
        "person": mask_name(case.person.name) if case.person else "",
        "place": case.place.code,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
    }
