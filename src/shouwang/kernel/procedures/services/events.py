"""The events of a procedure, where they differ from the library's (ADR 0058).

- Timers read `shouwang.util.clock`, keep their due instant with the case, and know cycles.
- A boundary event that does not interrupt its step waits on for the next time (BPMN 2.0, 10.4.6); the
  library lets it fire once.
- A signal is noted with the workflow, so that the runner can tell the other cases; it carries no facts.
- Of the events behind an event gateway the first counts, and timers there keep instants of their own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, EventBasedGateway
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util import PendingBpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from shouwang.kernel.procedures.queries.profile import Cycle, parse_cycle, parse_duration
from shouwang.util import clock

#: Where a waiting task keeps the due instants of its timers, by the timers' element ids.
DUE = "due"
#: Where a timer on a border keeps how many times of its cycle are left; without end: `FOREVER`.
LEFT = "left"
FOREVER = -1


class ClockTimer(TimerEventDefinition):
    """A date, duration or cycle timer that reads our clock; `name` is the id of its element."""

    def has_fired(self, my_task: Task) -> bool:
        """Return whether the instant has come, working it out when the timer is first met."""
        due = my_task.internal_data.setdefault(DUE, {})
        if self.name not in due:
            due[self.name] = self._first(my_task).isoformat()
        return datetime.fromisoformat(due[self.name]) <= clock.now()

    def _first(self, my_task: Task) -> datetime:
        value = self._value(my_task)
        if (cycle := parse_cycle(value)) is not None:
            my_task.internal_data.setdefault(LEFT, FOREVER if cycle.times is None else cycle.times)
            return cycle.begins_at or clock.now() + cycle.every
        duration = parse_duration(value)
        return clock.now() + duration if duration else datetime.fromisoformat(value)

    def _value(self, my_task: Task) -> str:
        return str(my_task.workflow.script_engine.evaluate(my_task, self.expression))

    def next_wait(self, my_task: Task) -> dict[str, Any] | None:
        """Return what the next wait of a cycle begins with, or None when there is none.

        Times that went by while nothing ran count, but fire once together: a reminder is not owed twice.
        """
        cycle = parse_cycle(self._value(my_task))
        if cycle is None:
            return None
        due, left = datetime.fromisoformat(my_task.internal_data[DUE][self.name]), self._left(my_task, cycle)
        passed = max(1, (clock.now() - due) // cycle.every + 1)
        left = left if left == FOREVER else left - passed
        if left == 0 or left < FOREVER:
            return None
        return {DUE: {self.name: (due + passed * cycle.every).isoformat()}, LEFT: left}

    def _left(self, my_task: Task, cycle: Cycle) -> int:
        times = FOREVER if cycle.times is None else cycle.times
        return int(my_task.internal_data.get(LEFT, times))

    def reset(self, my_task: Task) -> None:
        """Forget the instant when the event is over, for the next time that it is reached."""
        my_task.internal_data.pop(DUE, None)
        my_task.internal_data.pop(LEFT, None)

    def details(self, my_task: Task) -> PendingBpmnEvent:
        """Return the pending event as the library lists it."""
        return PendingBpmnEvent(self.name, "ClockTimer", my_task.internal_data.get(DUE, {}).get(self.name))


class CaseMessage(MessageEventDefinition):
    """A message within one case; thrown by the procedure itself it carries no facts."""

    def throw(self, my_task: Task) -> None:
        """Hand the message to every event of the case that waits for it."""
        my_task.workflow.top_workflow.catch(BpmnEvent(self, payload={}))


class CaseSignal(SignalEventDefinition):
    """A signal: heard in the case itself at once, and noted for the runner, which tells other cases."""

    def throw(self, my_task: Task) -> None:
        """Hand the signal to every event of the case that waits for it, and note it."""
        top = my_task.workflow.top_workflow
        top.thrown_signals.append(self.name)
        top.catch(BpmnEvent(self, payload={}))


class FirstOf(MultipleEventDefinition):
    """The events behind an event gateway: the first that comes counts."""

    def has_fired(self, my_task: Task) -> bool:
        """Return whether one has come; of two timers that are both due, the earlier."""
        seen = my_task.internal_data.get("seen_events")
        if seen:
            return True
        timers = [one for one in self.event_definitions if isinstance(one, ClockTimer)]
        fired = [one for one in timers if one.has_fired(my_task)]
        if not fired:
            return False
        first = min(fired, key=lambda one: my_task.internal_data[DUE][one.name])
        my_task.internal_data["seen_events"] = [BpmnEvent(first)]
        return True


class EventGateway(EventBasedGateway):
    """An event gateway that goes on with the first event only and leaves nothing of it in the state."""

    def _run_hook(self, my_task: Task) -> bool:
        event = my_task.internal_data.pop("seen_events")[0]
        my_task.internal_data.pop(DUE, None)
        index = self.event_definition.event_definitions.index(event.event_definition)
        chosen = self.event_definition.event_definitions[index]
        if event.payload is not None:
            chosen.catch(my_task, event)
            chosen.update_task_data(my_task)
            my_task.internal_data.clear()
        my_task._sync_children([self.outputs[index]], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class StandingBoundaryEvent(BoundaryEvent):
    """A boundary event; one that does not interrupt its step waits on for the next time."""

    def _on_ready_hook(self, my_task: Task) -> None:
        super()._on_ready_hook(my_task)
        if self.cancel_activity:
            return
        timer = isinstance(self.event_definition, ClockTimer)
        begins_with = self.event_definition.next_wait(my_task) if timer else {}
        if begins_with is None:
            return
        again = my_task.parent._add_child(self, TaskState.WAITING)
        again.internal_data.update(begins_with)
        again.data = dict(my_task.parent.data)
        self._predict(again, mask=TaskState.NOT_FINISHED_MASK)
        self._update(again)
