"""Moving cases through their procedures: starting, completing steps, messages and timers.

Each public function is one transaction: the case is locked, the tokens are moved, and steps are opened,
finished or cancelled to match. A crash leaves the state before; a repeat finds its work done.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from shouwang.database import rows
from shouwang.database.pipeline import Asked, pipelined
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.models import Run, SignalHeard
from shouwang.kernel.procedures.queries.library import (
    Definition,
    definition_for,
    definition_now,
    in_force,
    profile_of,
)
from shouwang.kernel.procedures.services import engine
from shouwang.kernel.procedures.services.answers import checked_form, require_standard, require_term_over
from shouwang.kernel.procedures.services.registry import TaskContext, service_task
from shouwang.kernel.procedures.services.signals import record_signal
from shouwang.kernel.procedures.services.steps import Wanted, wanted_steps
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

logger = logging.getLogger(__name__)

#: A case whose timer could not be run is tried again so much later.
TRY_AGAIN_AFTER = timedelta(minutes=5)


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
    workflow: engine.CaseWorkflow
    progress: cases.Progress
    last_answer: duties.Answer | None
    open_tasks: frozenset[UUID] | None = None

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
        definition = definition_now(version)
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
        called = [one.pk for one in definition.called]
        Run.objects.create(case=case, version=version, called_versions=called, **run_state(move.workflow))
        _tell_and_close(move)
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
        definition = definition_for(run)
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
        definition = definition_for(run)
        move = _Move(definition, _load(definition, run), cases.Progress(case, actor), None)
        caught = engine.deliver(move.workflow, message, facts or {})
        if caught:
            _advance(move)
            _settle(move, run)
    return caught


def tell_signal(case_pk: int, signal: str, entry: int) -> bool:
    """Let a case hear a signal, unless it has heard it already or waits for it no more; return whether it did.

    Args:
        entry: the journal entry of the signal.
    """
    with transaction.atomic():
        case = cases.lock_case(case_pk)
        run = Run.objects.filter(case=case, is_finished=False, awaited_signals__contains=[signal]).first()
        if run is None or not SignalHeard.objects.get_or_create(run=run, entry=entry)[1]:
            return False
        definition = definition_for(run)
        move = _Move(definition, _load(definition, run), cases.Progress(case, journal.SYSTEM), None)
        engine.deliver_signal(move.workflow, signal)
        _advance(move)
        _settle(move, run)
    return True


def run_timers(at: datetime | None = None, limit: int = 500) -> int:
    """Move every case whose timer has fired, each in a transaction of its own; return how many moved.

    A case that cannot go on (a fact that its file expects is missing) is logged and tried again later, and
    holds up nobody else.
    """
    now = at or clock.now()
    moved = 0
    due = Run.objects.filter(is_finished=False, next_timer_at__lte=now).order_by("next_timer_at")
    for case_id in list(due.values_list("case_id", flat=True)[:limit]):
        try:
            moved += _run_timer(case_id, now)
        except Problem as problem:
            logger.error("the timer of case %s: %s", case_id, problem.what.en)
            Run.objects.filter(case=case_id).update(next_timer_at=now + TRY_AGAIN_AFTER)
    return moved


def _run_timer(case_id: int, now: datetime) -> int:
    with transaction.atomic():
        case = cases.lock_case(case_id)
        run = Run.objects.filter(case=case, is_finished=False, next_timer_at__lte=now).first()
        if run is None:
            return 0
        definition = definition_for(run)
        move = _Move(definition, _load(definition, run), cases.Progress(case, journal.SYSTEM), None)
        _advance(move)
        _settle(move, run)
    return 1


def _load(definition: Definition, run: Run) -> engine.CaseWorkflow:
    version = definition.version
    return engine.load(version.key, version.bpmn, definition.called_texts, bytes(run.tokens))


def _run_task(move: _Move, task_id: UUID, facts: dict[str, Any]) -> None:
    task = move.workflow.get_task_from_id(task_id)
    engine.finish(task, facts)
    _advance(move)


def _advance(move: _Move) -> None:
    """Run the engine, services and rules until only people and later instants remain."""
    while True:
        engine.run_engine_steps(move.workflow, move.definition.outcomes)
        automatic = [task for task in engine.ready_tasks(move.workflow) if not _is_step(move, task)]
        if not automatic:
            return
        for task in automatic:
            if task.state == TaskState.READY:  # what ran before it may have ended its branch
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
            engine.finish(task, service_task(profile.services[key])(context) or {})
            for message, facts in context.messages:
                engine.deliver(move.workflow, message, facts)
            return
        if key in profile.rules:
            table, result = profile.rules[key]
            engine.finish(task, {result: rules.decide(table, dict(task.data)).outcome})
            return
    raise LookupError(f"no service or rule stands behind the task {key!r}")


def _is_step(move: _Move, task: Task) -> bool:
    key = task.task_spec.bpmn_id
    return any(
        key in profile_of(version).steps for version in (move.definition.version, *move.definition.called)
    )


def _sync_steps(move: _Move, first_holder: duties.Answer | None = None) -> list[cases.Step]:
    """Open the steps that are wanted now; finish those whose wait is over, cancel those that fell away."""
    opened = _open_tasks(move)
    wanted = wanted_steps(move.workflow, move.definition, opened)
    fallen_away = opened - wanted.keys()
    if fallen_away:
        for step in cases.Step.objects.filter(case=move.case, task_id__in=fallen_away).select_related("post"):
            if engine.has_passed(move.workflow, step.task_id):
                cases.withdraw_offers(step, None)
                move.progress.finish(step, None, {}, step.ticks)
            else:
                move.progress.cancel(step)
    return [
        move.progress.open(new_step(one), first_holder)
        for task_id, one in wanted.items()
        if task_id not in opened
    ]


def _open_tasks(move: _Move) -> set[UUID]:
    if move.open_tasks is not None:
        return set(move.open_tasks)
    return set(cases.Step.objects.filter(case=move.case, state="OPEN").values_list("task_id", flat=True))


def new_step(wanted: Wanted) -> cases.NewStep:
    """Return the step that a waiting task opens.

    The lane says whose duty it is. Where a case names other duties, the fact `roles` maps those of the lanes
    to them: an order goes to whichever duty it was issued to.
    """
    spec, task = wanted.spec, wanted.task
    until = task.data.get(spec.until_fact) if spec.until_fact else None
    due_at = datetime.fromisoformat(until) if until else wanted.due_at
    limit = spec.limit or (due_at - clock.now() if due_at else None)
    if limit is None:
        raise LookupError(f"published step {spec.key!r} has no limit")
    role = task.data.get("roles", {}).get(spec.role, spec.role)
    return cases.NewStep(spec.key, task.id, wanted.name, role, limit, due_at)


def _settle(move: _Move, run: Run) -> None:
    """Store the tokens, and close the case when its procedure has ended (I5)."""
    if not move.workflow.completed:
        _sync_steps(move)
    for name, value in run_state(move.workflow).items():
        setattr(run, name, value)
    with pipelined():
        rows.update(run, "tokens", "next_timer_at", "is_finished", "awaited_signals")
        move.progress.write()
    _tell_and_close(move)


def _tell_and_close(move: _Move) -> None:
    for signal in move.workflow.thrown_signals:
        record_signal(signal, move.case, move.actor)
    if move.workflow.completed:
        outcome = engine.outcome_of(move.workflow)
        move.progress.close(outcome, move.definition.outcome_name(outcome))


def run_state(workflow: engine.CaseWorkflow) -> dict[str, Any]:
    """Return what is stored of where a workflow stands, by field of `Run`."""
    return {
        "tokens": engine.dump(workflow),
        "next_timer_at": engine.next_timer_at(workflow),
        "is_finished": bool(workflow.completed),
        "awaited_signals": engine.awaited_signals(workflow),
    }
