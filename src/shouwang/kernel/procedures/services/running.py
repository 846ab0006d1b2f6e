"""Moving cases through their procedures: starting, completing steps, messages and timers.

Each public function is one transaction: the case is locked, the tokens are moved, and steps are opened,
finished or cancelled to match. A crash leaves the state before; a repeat finds its work done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from shouwang.database import rows
from shouwang.database.pipeline import Asked, pipelined
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.models import Run
from shouwang.kernel.procedures.queries.library import (
    Definition,
    definition_for,
    definition_of,
    in_force,
    profile_of,
)
from shouwang.kernel.procedures.services import engine
from shouwang.kernel.procedures.services.answers import checked_form, require_standard, require_term_over
from shouwang.kernel.procedures.services.registry import TaskContext, service_task
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.text import Text


@dataclass(frozen=True)
class Start:
    """What is needed to start a procedure.

    `offer_from`: who hands the case over; they answer until the holder of the first step accepts (I2).
    Offers with the same `batch` are accepted in one gesture.
    """

    place: Place
    subject: journal.Ref
    title: Text
    person: Person | None = None
    facts: dict[str, Any] | None = None
    offer_from: duties.Answer | None = None
    batch: UUID | None = None
    source_case: cases.Case | None = None
    first_holder: duties.Answer | None = None


@dataclass
class _Move:
    """One transaction on one case: its definition, tokens, and what is to be written about its steps.

    `open_tasks`: the tasks of the case's open steps, where they have been read already.
    """

    definition: Definition
    workflow: BpmnWorkflow
    progress: cases.Progress
    last_answer: duties.Answer | None
    open_tasks: frozenset[UUID] | None = None
    outcome: str = ""

    @property
    def case(self) -> cases.Case:
        """The locked case."""
        return self.progress.case

    @property
    def actor(self) -> journal.Actor:
        """Who acts."""
        return self.progress.actor


def start(key: str, new: Start, actor: journal.Actor) -> cases.Case:
    """Open a case and begin the procedure that is in force today.

    Raises:
        Problem: no version is in force, or nobody could answer for the first step.
    """
    with transaction.atomic():
        version = in_force(key)
        definition = definition_of(version.pk, clock.today())
        profile = profile_of(version)
        giver = new.offer_from
        case = cases.open_case(
            cases.NewCase(
                procedure_key=key,
                campaign=profile.campaign,
                number_prefix=profile.number_prefix,
                title=new.title,
                place=new.place,
                subject=new.subject,
                allowed_outcomes=profile.outcomes,
                person=new.person,
                facts=new.facts or {},
                source_case=new.source_case,
                custody_place=giver.post.place if giver else None,
            ),
            actor,
        )
        workflow = engine.begin(key, version.bpmn, definition.called_texts, dict(new.facts or {}))
        move = _Move(definition, workflow, cases.Progress(case, actor), giver, open_tasks=frozenset())
        _advance(move)
        opened = _sync_steps(move, first_holder=giver or new.first_holder)
        move.progress.write()
        for step in opened:
            if giver is not None:
                _hand_over(step, case, giver, actor, new.batch)
        Run.objects.create(case=case, version=version, **_run_state(move))
    return case


def _hand_over(
    step: cases.Step, case: cases.Case, giver: duties.Answer, actor: journal.Actor, batch: UUID | None
) -> None:
    """Offer a first step from its giver to whoever answers for it; the giver may be that person already."""
    receiver = duties.answerable(step.role, case.place)
    if receiver.person.pk == giver.person.pk:
        cases.move_custody(case, case.place)
    else:
        cases.offer_new_step(step, receiver, actor, batch)


def complete(
    step_pk: int,
    by: Person,
    *,
    form: dict[str, Any] | None = None,
    ticks: list[str] | None = None,
    facts: dict[str, Any] | None = None,
) -> cases.Case:
    """Complete a step by its holder: check its standard, move the tokens, open what comes next.

    Args:
        form: answers by field key, typed or as text from a page.
        ticks: keys of checklist items done, added to those ticked before.
        facts: further facts for the procedure that the caller's domain has established.

    Completing a step again that the same person has completed changes nothing.

    Raises:
        NotFoundOrNotYours: there is no such step.
        Problem: somebody else holds it, its checklist, form or evidence is not complete, or readings are due
            in it until an instant that has not come.
    """
    with transaction.atomic():
        hand, run = _take_in_hand(step_pk)
        case, step = hand.case, hand.step
        if step.state == cases.StepState.DONE and step.done_by_id == by.pk:
            return case
        cases.require_holder(step, by)
        definition = definition_for(case, run)
        spec = definition.step(step.key)
        require_term_over(step, spec)
        answers = checked_form(spec, form or {})
        require_standard(step, spec, ticks or [], hand.evidence)
        if hand.offered_to:
            cases.withdraw_offers(step, by)
        progress = cases.Progress(case, journal.person(by.pk), [hand.step_key], hand.last_answers)
        progress.finish(step, by, answers, step.ticks)
        workflow = _load(definition, run)
        still_open = hand.open_tasks - {step.task_id}
        move = _Move(definition, workflow, progress, duties.Answer(step.holder, step.post), still_open)
        _run_task(move, step.task_id, {**answers, **(facts or {})})
        _settle(move, run)
    return case


def _take_in_hand(step_pk: int) -> tuple[cases.Hand, Run]:
    """Lock a step's case and read it with its step and its tokens, in one trip.

    Raises:
        NotFoundOrNotYours: there is no such step.
    """
    with pipelined():
        hand = cases.take_in_hand(step_pk)
        asked = Asked(
            f"SELECT {rows.columns(Run, 'run')} FROM procedures_run run"  # noqa: S608 - names of columns
            " WHERE case_id = (SELECT case_id FROM cases_step WHERE id = %s)",
            [step_pk],
        )
    found = hand()
    (run,), _ = rows.take(asked.rows()[0], Run)
    return found, run


def send_message(
    case_pk: int, message: str, actor: journal.Actor, facts: dict[str, Any] | None = None
) -> int:
    """Hand a message to a running case; return how many events caught it (0: none waits, or it is closed)."""
    with transaction.atomic():
        case = cases.lock_case(case_pk)
        if not case.is_open:
            return 0
        run = Run.objects.get(case=case)
        definition = definition_for(case, run)
        move = _Move(definition, _load(definition, run), cases.Progress(case, actor), None)
        caught = engine.deliver(move.workflow, message, facts or {})
        if caught:
            _advance(move)
            _settle(move, run)
    return caught


def run_timers(at: datetime | None = None, limit: int = 500) -> int:
    """Move every case whose timer has fired, each in a transaction of its own; return how many moved."""
    now = at or clock.now()
    moved = 0
    due = Run.objects.filter(is_finished=False, next_timer_at__lte=now).order_by("next_timer_at")
    for case_id in list(due.values_list("case_id", flat=True)[:limit]):
        moved += _run_timer(case_id, now)
    return moved


def _run_timer(case_id: int, now: datetime) -> int:
    with transaction.atomic():
        case = cases.lock_case(case_id)
        run = Run.objects.filter(case=case, is_finished=False, next_timer_at__lte=now).first()
        if run is None:
            return 0
        definition = definition_for(case, run)
        move = _Move(definition, _load(definition, run), cases.Progress(case, journal.SYSTEM), None)
        _advance(move)
        _settle(move, run)
    return 1


def _load(definition: Definition, run: Run) -> BpmnWorkflow:
    version = definition.version
    return engine.load(version.key, version.bpmn, definition.called_texts, bytes(run.tokens))


def _run_task(move: _Move, task_id: UUID, facts: dict[str, Any]) -> None:
    task = move.workflow.get_task_from_id(task_id)
    task.data.update(facts)
    task.run()
    _advance(move)


def _advance(move: _Move) -> None:
    """Run the engine, services and rules until only people and later instants remain."""
    while True:
        passed = engine.run_engine_steps(move.workflow, move.definition.outcomes)
        if passed:
            move.outcome = passed[-1]
        automatic = [task for task in engine.ready_tasks(move.workflow) if not _is_step(move, task)]
        if not automatic:
            return
        for task in automatic:
            _run_automatic(move, task)


def _run_automatic(move: _Move, task: Task) -> None:
    key = task.task_spec.bpmn_id
    for version in (move.definition.version, *move.definition.called):
        profile = profile_of(version)
        if key in profile.services:
            move.progress.write()  # the service finds the case as it stands, and may change it
            move.open_tasks = None
            given = profile.given[key]
            context = TaskContext(move.case, dict(task.data), move.actor, move.last_answer, given)
            task.data.update(service_task(profile.services[key])(context) or {})
            task.run()
            for message, facts in context.messages:
                engine.deliver(move.workflow, message, facts)
            return
        if key in profile.rules:
            table, result = profile.rules[key]
            task.data[result] = rules.decide(table, dict(task.data)).outcome
            task.run()
            return
    raise LookupError(f"no service or rule stands behind the task {key!r}")


def _is_step(move: _Move, task: Task) -> bool:
    key = task.task_spec.bpmn_id
    return any(
        key in profile_of(version).steps for version in (move.definition.version, *move.definition.called)
    )


def _sync_steps(move: _Move, first_holder: duties.Answer | None = None) -> list[cases.Step]:
    """Open a step for each task that waits for a person and cancel those whose task fell away."""
    waiting = {task.id: task for task in engine.ready_tasks(move.workflow) if _is_step(move, task)}
    opened = _open_tasks(move)
    fallen_away = opened - waiting.keys()
    if fallen_away:
        for step in cases.Step.objects.filter(case=move.case, task_id__in=fallen_away).select_related("post"):
            move.progress.cancel(step)
    return [
        move.progress.open(new_step(move.definition, task), first_holder)
        for task_id, task in waiting.items()
        if task_id not in opened
    ]


def _open_tasks(move: _Move) -> set[UUID]:
    if move.open_tasks is not None:
        return set(move.open_tasks)
    return set(cases.Step.objects.filter(case=move.case, state="OPEN").values_list("task_id", flat=True))


def new_step(definition: Definition, task: Task) -> cases.NewStep:
    """Return the step that a waiting task opens.

    The lane says whose duty it is. Where a case names other duties, the fact `roles` maps those of the lanes
    to them: an order goes to whichever duty it was issued to.
    """
    spec = definition.step(task.task_spec.bpmn_id)
    until = task.data.get(spec.until_fact) if spec.until_fact else None
    if spec.limit is None:
        raise LookupError(f"published step {spec.key!r} has no limit")
    return cases.NewStep(
        key=spec.key,
        task_id=task.id,
        name=spec.name,
        role=task.data.get("roles", {}).get(spec.role, spec.role),
        limit=spec.limit,
        due_at=datetime.fromisoformat(until) if until else None,
    )


def _settle(move: _Move, run: Run) -> None:
    """Store the tokens, and close the case when its procedure has ended (I5)."""
    if not move.workflow.completed:
        _sync_steps(move)
    for name, value in _run_state(move).items():
        setattr(run, name, value)
    with pipelined():
        rows.update(run, "tokens", "next_timer_at", "is_finished")
        move.progress.write()
    if move.workflow.completed:
        move.progress.close(move.outcome, move.definition.outcome_name(move.outcome))


def _run_state(move: _Move) -> dict[str, Any]:
    return {
        "tokens": engine.dump(move.workflow),
        "next_timer_at": engine.next_timer_at(move.workflow),
        "is_finished": bool(move.workflow.completed),
    }
