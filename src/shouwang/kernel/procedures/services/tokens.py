"""Storing where a case stands: the tokens of a workflow, without its definition, in about a kilobyte (ADR 0059).

A row a task, parents before children: id (only while somebody or something can refer to it), place of the
parent, element, state, internal data, what its facts change in its parent's, order of its last change.
Sub-processes that are over are not stored, nor are plain steps that are done and only link one done step to
the next: what is stored grows with what is open, not with how long a case has run.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import orjson
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

_REFERRED = TaskState.READY | TaskState.WAITING | TaskState.STARTED
_IDS = 1 << 128
#: Elements that only link: nothing later asks whether they were passed.
_LINKS = (
    defaults.UserTask,
    defaults.ManualTask,
    defaults.ScriptTask,
    defaults.SubWorkflowTask,
    defaults.CallActivity,
    defaults.ExclusiveGateway,
    defaults.IntermediateCatchEvent,
    defaults.IntermediateThrowEvent,
    defaults.EventBasedGateway,
)
#: Facts of a task: those of its parent, or none at all.
_SAME, _NONE = 0, 1

Row = list[Any]


def pack(workflow: Any, outcome: str) -> bytes:  # noqa: ANN401 - the library's workflow, with its sub-processes
    """Return the tokens of a workflow and the outcome so far, compressed."""
    state = {
        "outcome": outcome,
        "top": _rows(workflow),
        "subs": [
            {"parent": parent_id.hex, "spec": sub.spec.name, **_rows(sub)}
            for parent_id, sub in workflow.subprocesses.items()
            if _is_running(workflow, parent_id, sub)
        ],
    }
    return zlib.compress(orjson.dumps(state), 6)


def unpack(workflow: Any, called_specs: dict[str, Any], tokens: bytes) -> str:  # noqa: ANN401 - as above
    """Fill an empty workflow with the tokens of `pack`; return the outcome so far."""
    state = orjson.loads(zlib.decompress(tokens))
    new_id = _ids()
    _fill(workflow, state["top"], new_id)
    for sub in state["subs"]:
        parent_id = UUID(hex=sub["parent"])
        called = BpmnSubWorkflow(called_specs[sub["spec"]], parent_id, workflow, deserializing=True)
        _fill(called, sub, new_id)
        workflow.subprocesses[parent_id] = called
        parent = workflow.get_task_from_id(parent_id)
        called.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    return str(state["outcome"])


def _is_running(workflow: Any, parent_id: UUID, sub: Any) -> bool:  # noqa: ANN401 - as above
    if sub.completed:
        return False
    return not workflow.get_task_from_id(parent_id).has_state(TaskState.FINISHED_MASK)


def _rows(workflow: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    kept = [task for task in workflow.tasks.values() if not _is_link(task)]
    place = {task.id: number for number, task in enumerate(kept)}
    order = {moment: rank for rank, moment in enumerate(sorted({task.last_state_change for task in kept}))}
    rows = []
    for task in kept:
        parent = _kept_parent(task)
        rows.append(
            [
                task.id.hex if task.has_state(_REFERRED) else 0,
                place[parent.id] if parent is not None else -1,
                task.task_spec.name,
                task._state,
                task.internal_data or 0,
                _difference(task.data, parent.data if parent is not None else {}),
                order[task.last_state_change],
                *([1] if task.triggered else []),
            ]
        )
    last = workflow.last_task
    return {
        "tasks": rows,
        "last": place.get(last.id, -1) if last is not None else -1,
        "done": workflow.completed,
    }


def _is_link(task: Task) -> bool:
    """Tell whether a task is done and only links its parent to its one child, which is done too."""
    if task._state != TaskState.COMPLETED or task.triggered or not isinstance(task.task_spec, _LINKS):
        return False
    parent, children = task.parent, task._children
    if parent is None or len(children) != 1 or task is task.workflow.last_task:
        return False
    (child,) = task.children
    is_end = isinstance(child.task_spec, Join | defaults.ParallelGateway | defaults.InclusiveGateway)
    return child._state == TaskState.COMPLETED and not is_end and len(parent._children) == 1


def _kept_parent(task: Task) -> Task | None:
    parent = task.parent
    while parent is not None and _is_link(parent):
        parent = parent.parent
    return parent


def _difference(facts: dict[str, Any], before: dict[str, Any]) -> Any:  # noqa: ANN401 - a number or a pair
    if facts == before:
        return _SAME
    if not facts:
        return _NONE
    changed = {key: value for key, value in facts.items() if key not in before or before[key] != value}
    gone = [key for key in before if key not in facts]
    return [changed, gone] if gone else [changed]


def _fill(workflow: Any, state: dict[str, Any], new_id: Callable[[], UUID]) -> None:  # noqa: ANN401 - as above
    tasks: list[Task] = []
    for row in state["tasks"]:
        tasks.append(_task(workflow, row, tasks, new_id))
    workflow.task_tree = tasks[0]
    workflow.last_task = tasks[state["last"]] if state["last"] >= 0 else None
    workflow.completed = state["done"]


def _task(workflow: Any, row: Row, before: list[Task], new_id: Callable[[], UUID]) -> Task:  # noqa: ANN401 - as above
    known_id, parent_at, name, task_state, internal, facts, order, *triggered = row
    spec = workflow.spec.task_specs[name]
    parent = before[parent_at] if parent_at >= 0 else None
    task = Task(workflow, spec, parent, task_state, UUID(hex=known_id) if known_id else new_id())
    task.triggered = bool(triggered)
    task.internal_data = internal or {}
    task.data = _facts(facts, parent.data if parent is not None else {})
    task.last_state_change = float(order)
    if task_state == TaskState.WAITING and isinstance(spec, CatchingEvent):
        workflow.top_workflow.event_manager.add_task(task)
    return task


def _facts(stored: Any, before: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a number or a pair
    if stored == _SAME:
        return dict(before)
    if stored == _NONE:
        return {}
    changed, *gone = stored
    facts = {**before, **changed}
    for key in gone[0] if gone else ():
        del facts[key]
    return facts


def _ids() -> Callable[[], UUID]:
    """Return a source of ids for tasks that nothing refers to, none of them ever used before."""
    numbers: Iterator[int] = iter(range(uuid4().int, _IDS << 1))
    return lambda: UUID(int=next(numbers) % _IDS)
