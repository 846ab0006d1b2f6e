"""The BPMN engine behind procedures: SpiffWorkflow, held to safe expressions, our clock and a small state.

What differs from the stock engine, and why (ADR 0032):
- expressions are zen expressions and scripts are lines of `name = expression`; Python is never evaluated;
- timers read `shouwang.util.clock`, so that tests and the demo can move time, and accept plain ISO 8601;
- service and business-rule tasks wait for our runner, which calls functions registered by name;
- the definition is parsed once per version and process; only the tokens are stored with a case.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
import zen
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, ManualTask
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util import PendingBpmnEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from shouwang.kernel.procedures.queries.profile import parse_duration, parse_xml
from shouwang.util import clock

#: The outcome of each end event that carries one, by (process key, element id).
Outcomes = Mapping[tuple[str, str], str]

_INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$")
_ASSIGNMENT = re.compile(r"^\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.+)$")


class SafeEnvironment(BasePythonScriptEngineEnvironment):
    """Evaluates zen expressions over the facts of a case; knows no Python, no files, no network."""

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:  # noqa: ANN401 - zen yields any JSON value
        """Return the value of `expression`; ISO 8601 durations and instants stand for themselves."""
        text = expression.strip().strip('"')
        if parse_duration(text) is not None or _INSTANT.match(text):
            return text
        return zen.evaluate_expression(expression.strip(), {**context, **(external_context or {})})

    def execute(self, script: str, context: dict[str, Any], external_context: Any = None) -> bool:  # noqa: ANN401 - signature of the library
        """Carry out lines of `name = expression`.

        Raises:
            ValueError: a line is anything else.
        """
        for line in filter(str.strip, script.splitlines()):
            match = _ASSIGNMENT.match(line)
            if not match:
                raise ValueError(f"only 'name = expression' is allowed, not: {line.strip()}")
            context[match[1]] = self.evaluate(match[2], context, external_context)
        return True


class SafeScriptEngine(PythonScriptEngine):
    """The library's script engine over `SafeEnvironment`."""

    def __init__(self) -> None:
        super().__init__(SafeEnvironment())

    def validate(self, expression: str) -> None:
        """Accept at parse time; the linter has judged every expression before."""


class ClockTimer(TimerEventDefinition):
    """A date or duration timer that reads our clock."""

    def has_fired(self, my_task: Task) -> bool:
        """Return whether the instant has come, working it out when the timer is first met."""
        value = my_task._get_internal_data("event_value")
        if value is None:
            value = self._instant(my_task).isoformat()
            my_task._set_internal_data(event_value=value)
        if datetime.fromisoformat(value) <= clock.now():
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))

    def _instant(self, my_task: Task) -> datetime:
        value = str(my_task.workflow.script_engine.evaluate(my_task, self.expression))
        duration = parse_duration(value)
        return clock.now() + duration if duration else datetime.fromisoformat(value)

    def details(self, my_task: Task) -> PendingBpmnEvent:
        """Return the pending event as the library lists it."""
        return PendingBpmnEvent(self.name, "ClockTimer", my_task._get_internal_data("event_value"))


class _ClockTimerParser(EventDefinitionParser):
    def parse_timer_event(self, event: Any) -> ClockTimer:  # noqa: ANN401 - an lxml element
        expression = next(iter(event)).text
        return ClockTimer(self.node.get("name", self.node.get("id")), expression)


class _Catch(_ClockTimerParser, IntermediateCatchEventParser):
    pass


class _Boundary(_ClockTimerParser, BoundaryEventParser):
    pass


class ProcedureParser(BpmnParser):
    """The library's parser, with our timers, and with service and rule tasks left to our runner."""

    OVERRIDE_PARSER_CLASSES = {
        full_tag("serviceTask"): (TaskParser, ManualTask),
        full_tag("businessRuleTask"): (TaskParser, ManualTask),
        full_tag("intermediateCatchEvent"): (_Catch, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (_Boundary, BoundaryEvent),
    }


@lru_cache(maxsize=128)
def definition(key: str, bpmn: str, called: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """Parse a procedure and those it calls, once per process; return its specification and theirs by key."""
    parser = ProcedureParser()
    for text in (bpmn, *called):
        parser.add_bpmn_xml(parse_xml(text))
    return parser.get_spec(key), parser.get_subprocess_specs(key)


def begin(key: str, bpmn: str, called: tuple[str, ...], facts: dict[str, Any]) -> BpmnWorkflow:
    """Begin a procedure with `facts`; nothing has run yet."""
    spec, called_specs = definition(key, bpmn, called)
    workflow = BpmnWorkflow(spec, called_specs, script_engine=SafeScriptEngine())
    workflow.task_tree.data.update(facts)
    return workflow


def deliver(workflow: BpmnWorkflow, message: str, facts: dict[str, Any]) -> int:
    """Hand a message to every event that waits for it; return how many did.

    A boundary event that does not interrupt its step waits on for the next message, as BPMN 2.0 has it
    (section 10.4.6); the stock engine would let it fire only once.
    """
    event = BpmnEvent(MessageEventDefinition(message), payload=facts)
    waiting = [task for task in workflow.event_manager.tasks.values() if task.task_spec.catches(task, event)]
    caught = int(workflow.event_manager.catch(event, internal=False))
    for task in waiting:
        if isinstance(task.task_spec, BoundaryEvent) and not task.task_spec.cancel_activity:
            again = task.parent._add_child(task.task_spec, TaskState.WAITING)
            again.data = dict(task.parent.data)
            task.task_spec._predict(again, mask=TaskState.NOT_FINISHED_MASK)
            task.task_spec._update(again)
    return caught


def run_engine_steps(workflow: BpmnWorkflow, outcomes: Outcomes) -> list[str]:
    """Let gateways, scripts, events and timers run until only people, services, rules or later instants
    remain.

    An end event that carries an outcome leaves it in the fact `outcome`, so that the caller of a called
    procedure can decide by it.

    Returns:
        the outcomes of the ends that were passed in the procedure itself, not in those it calls, in order.
    """
    passed: list[str] = []

    def note_outcome(task: Task) -> None:
        outcome = outcomes.get((task.workflow.spec.name, task.task_spec.bpmn_id or ""))
        if outcome:
            task.data["outcome"] = outcome
            if task.workflow is workflow:
                passed.append(outcome)

    workflow.refresh_timers()
    workflow.do_engine_steps(will_complete_task=note_outcome)
    return passed


def next_timer_at(workflow: BpmnWorkflow) -> datetime | None:
    """Return the instant at which the first waiting timer fires."""
    values = [
        task._get_internal_data("event_value")
        for task in workflow.event_manager.tasks.values()
        if isinstance(task.task_spec.event_definition, ClockTimer) and task.state == TaskState.WAITING
    ]
    instants = [datetime.fromisoformat(value) for value in values if value]
    return min(instants, default=None)


def ready_tasks(workflow: BpmnWorkflow) -> Iterator[Task]:
    """Yield the tasks that wait for a person, a service or a rule, in the procedure and those it calls."""
    yield from workflow.get_tasks(state=TaskState.READY, manual=True)


def completed_keys(workflow: BpmnWorkflow) -> set[str]:
    """Return the ids of the elements that have been passed, for the drawing."""
    tasks = workflow.get_tasks(state=TaskState.COMPLETED)
    return {task.task_spec.bpmn_id for task in tasks if task.task_spec.bpmn_id}


# --- tokens -------------------------------------------------------------------------------------------------


def dump(workflow: BpmnWorkflow) -> bytes:
    """Return the tokens of a workflow, compressed: about a kilobyte, without the definition."""
    pool: dict[bytes, int] = {}
    state = {
        "top": _dump_tasks(workflow, pool),
        "subs": [
            {"parent": str(parent_id), "spec": sub.spec.name, **_dump_tasks(sub, pool)}
            for parent_id, sub in workflow.subprocesses.items()
        ],
        "data": [orjson.Fragment(raw) for raw in pool],
    }
    return zlib.compress(orjson.dumps(state), 1)


def load(key: str, bpmn: str, called: tuple[str, ...], tokens: bytes) -> BpmnWorkflow:
    """Restore a workflow from `dump` over its definition."""
    spec, called_specs = definition(key, bpmn, called)
    state = orjson.loads(zlib.decompress(tokens))
    workflow = BpmnWorkflow(spec, called_specs, script_engine=SafeScriptEngine(), deserializing=True)
    _load_tasks(workflow, state["top"], state["data"])
    for sub in state["subs"]:
        parent_id = UUID(sub["parent"])
        called_workflow = BpmnSubWorkflow(called_specs[sub["spec"]], parent_id, workflow, deserializing=True)
        _load_tasks(called_workflow, sub, state["data"])
        workflow.subprocesses[parent_id] = called_workflow
        parent = workflow.get_task_from_id(parent_id)
        called_workflow.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    return workflow


def _dump_tasks(workflow: Any, pool: dict[bytes, int]) -> dict[str, Any]:  # noqa: ANN401 - top or sub workflow
    rows = []
    for task in workflow.tasks.values():
        raw = orjson.dumps(task.data, option=orjson.OPT_SORT_KEYS)
        rows.append(
            [
                task.id.hex,
                task._parent.hex if task._parent else "",
                [child.hex for child in task._children],
                task.task_spec.name,
                task._state,
                int(task.triggered),
                task.internal_data,
                pool.setdefault(raw, len(pool)),
                round(task.last_state_change, 3),
            ]
        )
    return {
        "tasks": rows,
        "root": workflow.task_tree.id.hex,
        "last": workflow.last_task.id.hex if workflow.last_task else "",
        "done": workflow.completed,
    }


def _load_tasks(workflow: Any, state: dict[str, Any], pool: list[dict[str, Any]]) -> None:  # noqa: ANN401 - top or sub workflow
    specs = workflow.spec.task_specs
    for task_id, parent, children, name, task_state, triggered, internal, data, changed in state["tasks"]:
        task = Task(workflow, specs[name], state=task_state, id=UUID(hex=task_id))
        task._parent = UUID(hex=parent) if parent else None
        task._children = [UUID(hex=child) for child in children]
        task.triggered = bool(triggered)
        task.internal_data = internal
        task.data = dict(pool[data])
        task.last_state_change = changed
        if task_state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            workflow.top_workflow.event_manager.add_task(task)
    workflow.task_tree = workflow.tasks[UUID(hex=state["root"])]
    workflow.last_task = workflow.tasks.get(UUID(hex=state["last"])) if state["last"] else None
    workflow.completed = state["done"]
