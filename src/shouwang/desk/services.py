"""Acts of the desk's pages that take several doors of the kernel in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from shouwang.desk.forms.starts import StartForm
from shouwang.desk.queries.shifts import sheet_facts
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text


def do_step(
    step_pk: int,
    by: Person,
    *,
    ticks: list[str],
    answers: Mapping[str, object],
    proofs: Iterable[tuple[str, str]] = (),
) -> cases.Case:
    """Store the proofs (key, note) of a step and complete it: all of it or nothing.

    Doing again what the same person has done changes nothing. A checklist that was not complete is kept as a
    refusal, to learn from.

    Raises:
        NotFoundOrNotYours: there is no such step.
        Problem: somebody else holds it, or its checklist, form or evidence is not complete.
    """
    try:
        return _do(step_pk, by, ticks, answers, proofs)
    except Problem as problem:
        if problem.code == procedures.CHECKLIST_INCOMPLETE:
            procedures.keep_refusal(cases.Step.objects.select_related("case").get(pk=step_pk), ticks)
        raise


def _do(
    step_pk: int,
    by: Person,
    ticks: list[str],
    answers: Mapping[str, object],
    proofs: Iterable[tuple[str, str]],
) -> cases.Case:
    with transaction.atomic():
        step = cases.Step.objects.filter(pk=step_pk).first()
        if step is not None:
            cases.lock_case(step.case_id)  # before the step, in the order in which the kernel locks
            step.refresh_from_db()
            if step.is_open:
                for key, note in proofs:
                    cases.add_evidence(step_pk, key, by, note=note)
        return procedures.complete(step_pk, by, form=dict(answers), ticks=ticks)


SHIFT_SHEET = documents.DocumentKind(
    "shift-sheet",
    Text("交接班单", "Shift handover sheet"),
    Path(__file__).resolve().parent / "documents" / "shift_sheet.typ",
    "JB",
    claims=("total",),
    valid_for=timedelta(days=30),
)


def print_shift(shift: cases.Shift, by: Person, language: str) -> documents.Document:
    """Return the printed sheet of a shift, issued once in each language."""
    with transaction.atomic():
        cases.Shift.objects.select_for_update().get(pk=shift.pk)
        for paper in documents.documents_of(shift.thread):
            if paper.language == language:
                return paper
        return documents.issue(
            SHIFT_SHEET,
            data=sheet_facts(shift),
            thread=shift.thread,
            actor=journal.person(by.pk),
            place=shift.post.place,
            language=language,
        )


SCORECARD = documents.DocumentKind(
    "desk.scorecard",
    Text("每周成绩单", "Weekly scorecard"),
    Path(__file__).resolve().parent / "documents" / "scorecard.typ",
    "ZB",
)


@dataclass(frozen=True)
class EventLog:
    """An event log on its way out, piece by piece."""

    pieces: Iterator[str]
    content_type: str
    file_name: str


def take_log_out(key: str, place: Place, form: str, by: Person) -> EventLog:
    """Return the event log of all cases of a procedure at a place, as "xes" or "ocel"; the journal tells who took it.

    Raises:
        NotFoundOrNotYours: there is no such procedure or form.
    """
    if form not in procedures.LOG_FORMS or not procedures.versions_of(key):
        raise NotFoundOrNotYours
    journal.record(
        "event-log.taken",
        journal.person(by.pk),
        journal.Ref("procedure", key),
        place_path=place.path,
        data={"procedure": key, "form": form, "place": place.code},
    )
    chosen = procedures.LOG_FORMS[form]
    scope = procedures.LogScope(key, place.path, procedures.EARLIEST, clock.now())
    return EventLog(chosen.write(scope), chosen.content_type, f"{key}-{place.code}.{chosen.suffix}")


def begin(version: procedures.ProcedureVersion, place: Place, form: StartForm, by: Person) -> cases.Case:
    """Register the person that a valid start form names, if any, and start the procedure: both or neither.

    The same form sent twice starts one case.

    Raises:
        NotFoundOrNotYours: `by` may not start it there.
        Problem: something typed is wrong; `field` names it.
    """
    with transaction.atomic():
        person = None
        if form.person_fields and form.names_somebody:
            person, _ = parties.register_person(
                name=form.cleaned_data["name"],
                identification=form.identification,
                phone=form.cleaned_data["phone"],
                actor=journal.person(by.pk),
                purpose=version.name_zh,
            )
        new = procedures.ByHand(place, form.cleaned_data["request_key"], form.answers(), person)
        return procedures.start_by_hand(version.key, new, by)
