"""The BPMN engine behind procedures: SpiffWorkflow, held to safe expressions, our clock and a small state.

What differs from the stock engine, and why (ADR 0032, 0058):
- expressions are zen expressions and scripts are lines of `name = expression` (`expressions`);
- timers read our clock, events wait again where BPMN says so (`events`), loops are ours (`each`);
- service and business-rule tasks wait for our runner, which calls functions registered by name;
- the definition is parsed once per version and process (`parsing`); only the tokens are stored with a case
  (`tokens`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException, TaskNotFoundException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from shouwang.kernel.procedures.services import tokens as stored
from shouwang.kernel.procedures.services.events import (
    DUE,
    CaseMessage,
    CaseSignal,
    FirstOf,
    StandingBoundaryEvent,
)
from shouwang.kernel.procedures.services.expressions import SafeEnvironment, SafeScriptEngine
from shouwang.kernel.procedures.services.parsing import definition
from shouwang.util.problems import Problem
from shouwang.util.text import Text

__all__ = ["SafeEnvironment", "begin", "definition", "deliver", "dump", "load", "run_engine_steps"]

#: The outcome of each end event that carries one, by (process key, element id).
Outcomes = Mapping[tuple[str, str], str]


class CaseWorkflow(BpmnWorkflow):
    """A running procedure.

    `outcome` is that of the last end passed that carries one. `thrown_signals` are those that other cases
    have still to be told of.
    """

    def __init__(self, spec: Any, called_specs: dict[str, Any], **kwargs: Any) -> None:  # noqa: ANN401 - the library's
        self.outcome = ""
        self.thrown_signals: list[str] = []
        super().__init__(spec, called_specs, script_engine=SafeScriptEngine(), **kwargs)
        self.task_removed_event.connect(self._forget)

    def _forget(self, _workflow: Any, task: Task) -> None:  # noqa: ANN401 - the library's callback
        """End what ran below a task that fell away; the library leaves it running, heard by nobody."""
        self.event_manager.remove_task(task)
        below = self.subprocesses.get(task.id)
        if below is not None and not below.completed:
            below.cancel()


def begin(key: str, bpmn: str, called: tuple[str, ...], facts: dict[str, Any]) -> CaseWorkflow:
    """Begin a procedure with `facts`; nothing has run yet."""
    spec, called_specs = definition(key, bpmn, called)
    workflow = CaseWorkflow(spec, called_specs)
    workflow.task_tree.data.update(facts)
    return workflow


def deliver(workflow: BpmnWorkflow, message: str, facts: dict[str, Any]) -> int:
    """Hand a message to every event that waits for it; return how many did."""
    event = BpmnEvent(CaseMessage(message), payload=facts)
    with said_plainly():
        return int(workflow.event_manager.catch(event, internal=False))


def deliver_signal(workflow: BpmnWorkflow, signal: str) -> int:
    """Hand a signal that another case threw to every event that waits for it; return how many did."""
    event = BpmnEvent(CaseSignal(signal), payload={})
    with said_plainly():
        return int(workflow.event_manager.catch(event, internal=False))


def run_engine_steps(workflow: CaseWorkflow, outcomes: Outcomes) -> None:
    """Let gateways, scripts, events and timers run until only people, services, rules or later instants
    remain.

    An end event that carries an outcome leaves it in the fact `outcome`, so that the caller of a called
    procedure can decide by it; the last one of the procedure itself is the workflow's.

    Raises:
        Problem: the procedure cannot go on: it expects a fact that is missing or of another kind.
    """

    def note_outcome(task: Task) -> None:
        outcome = outcomes.get((task.workflow.spec.name, task.task_spec.bpmn_id or ""))
        if outcome:
            task.data["outcome"] = outcome
            if task.workflow is workflow:
                workflow.outcome = outcome

    with said_plainly():
        workflow.refresh_timers()
        workflow.do_engine_steps(will_complete_task=note_outcome)


def finish(task: Task, facts: dict[str, Any]) -> None:
    """Finish a task that waited for a person, a service or a rule, with what they established.

    Raises:
        Problem: what follows cannot be worked out from the facts.
    """
    task.data.update(facts)
    with said_plainly():
        task.run()


def outcome_of(workflow: CaseWorkflow) -> str:
    """Return the outcome by which a completed procedure ended.

    Raises:
        Problem: it passed no end that carries one.
    """
    if not workflow.outcome:
        raise Problem(
            "procedure.no_outcome",
            Text("流程走完了，却没有结果", "The procedure ended without an outcome"),
            do=Text("请流程负责人给这条路的结束加上结果", "Ask its owner to give this way's end an outcome"),
        )
    return workflow.outcome


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn whatever stops the engine into words for the people who wait for it."""
    try:
        yield
    except (SpiffWorkflowException, ValueError, TypeError, KeyError, RuntimeError) as error:
        spec = getattr(error, "task_spec", None)
        name = getattr(spec, "bpmn_name", None) or getattr(spec, "bpmn_id", None) or "—"
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise Problem(
            "procedure.cannot_go_on",
            Text(f"流程在“{name}”走不下去：{reason}", f"The procedure cannot go on at “{name}”: {reason}"),
            do=Text("请流程负责人改正流程文件", "Ask the procedure's owner to correct its file"),
        ) from error


def next_timer_at(workflow: BpmnWorkflow) -> datetime | None:
    """Return the instant at which the first waiting timer fires."""
    waiting = (task for task in workflow.event_manager.tasks.values() if task.state == TaskState.WAITING)
    values = [value for task in waiting for value in task.internal_data.get(DUE, {}).values()]
    return min(map(datetime.fromisoformat, values), default=None)


def awaited_signals(workflow: BpmnWorkflow) -> list[str]:
    """Return the names of the signals that events of this workflow wait for, sorted."""
    found: set[str] = set()
    for task in workflow.event_manager.tasks.values():
        waits_for = task.task_spec.event_definition
        choices = waits_for.event_definitions if isinstance(waits_for, FirstOf) else [waits_for]
        found.update(one.name for one in choices if isinstance(one, CaseSignal))
    return sorted(found)


def ready_tasks(workflow: BpmnWorkflow) -> Iterator[Task]:
    """Yield the tasks that wait for a person, a service or a rule, in the procedure and those it calls."""
    yield from workflow.get_tasks(state=TaskState.READY, manual=True)


def waits(workflow: BpmnWorkflow) -> list[tuple[Task, datetime | None]]:
    """Return the events that a case waits for other than on borders, and their instants; the first due first."""
    found = [
        (task, min(map(datetime.fromisoformat, task.internal_data.get(DUE, {}).values()), default=None))
        for task in workflow.event_manager.tasks.values()
        if task.state == TaskState.WAITING and not isinstance(task.task_spec, StandingBoundaryEvent)
    ]
    return sorted(found, key=lambda one: (one[1] is None, one[1] or 0))


def has_passed(workflow: BpmnWorkflow, task_id: UUID) -> bool:
    """Tell whether a task is done, rather than fallen away with its branch."""
    try:
        return bool(workflow.get_task_from_id(task_id).state == TaskState.COMPLETED)
    except TaskNotFoundException:
        return False


def instance_of(task: Task) -> tuple[int, int, Any] | None:
    """Return number (from 1), count and item of a task that is done for each item of a list; else None."""
    parent = task.parent
    if "index" not in task.internal_data or parent is None:
        return None
    index = task.internal_data["index"]
    return index + 1, parent.internal_data["total"], parent.data[parent.task_spec.each.list_fact][index]


def dump(workflow: CaseWorkflow) -> bytes:
    """Return the tokens of a workflow, compressed: about a kilobyte, without the definition."""
    return stored.pack(workflow, workflow.outcome)


def load(key: str, bpmn: str, called: tuple[str, ...], tokens: bytes) -> CaseWorkflow:
    """Restore a workflow from `dump` over its definition."""
    spec, called_specs = definition(key, bpmn, called)
    workflow = CaseWorkflow(spec, called_specs, deserializing=True)
    workflow.outcome = stored.unpack(workflow, called_specs, tokens)
    return workflow
