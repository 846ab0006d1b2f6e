"""Steps for each item of a list: multi-instance activities, in parallel or one after the other (ADR 0058).

The library's own keep their children connected only in the process that created them, merge the answers of
all instances into one another and forget sub-processes that are cancelled; these do not.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ParallelMultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from shouwang.kernel.procedures.queries.profile import Each


class NotAListError(ValueError):
    """The fact that an activity should go through is no list."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"the fact {fact!r} is no list")


class EachItem(ParallelMultiInstanceTask):
    """Does an activity once for each item of the list fact `each.list_fact`.

    An instance finds its item in the fact `each.item_fact`. What the instances change in the facts is theirs;
    with `each.result_fact` it comes together in a list of that name, an entry an item, in the list's order.
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, task_spec: str, each: Each, **kwargs: Any) -> None:  # noqa: ANN401 - the library's
        super().__init__(wf_spec, bpmn_id, task_spec, condition=each.until or None, **kwargs)
        self.each = each

    def _update_hook(self, my_task: Task) -> bool:
        LoopTask._update_hook(self, my_task)
        items = my_task.data.get(self.each.list_fact)
        if not isinstance(items, list):
            raise NotAListError(self.each.list_fact)
        my_task.data.pop(self.each.item_fact, None)
        my_task.internal_data.update(total=len(items), begun=0, results=[None] * len(items))
        if not items:
            self._hand_over(my_task)
            return True
        my_task._set_state(TaskState.STARTED)
        for _ in range(1 if self.each.is_sequential else len(items)):
            self._begin_next(my_task)
        return False

    def _begin_next(self, my_task: Task) -> None:
        index = my_task.internal_data["begun"]
        my_task.internal_data["begun"] = index + 1
        child = my_task._add_child(my_task.workflow.spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data["index"] = index
        child.data[self.each.item_fact] = my_task.data[self.each.list_fact][index]
        child.task_spec._update(child)

    def instance_done(self, workflow: Any, child: Task) -> None:  # noqa: ANN401 - the library's callback
        """Take up what an instance established; begin the next, or go on when all are done."""
        my_task = child.parent
        if my_task.state != TaskState.STARTED or my_task.workflow is not workflow:
            return
        changed = {key: value for key, value in child.data.items() if my_task.data.get(key) != value}
        my_task.internal_data["results"][child.internal_data["index"]] = changed
        if self._is_enough(my_task, child):
            for other in self._instances(my_task):
                if not other.has_state(TaskState.FINISHED_MASK):
                    other.cancel()
        elif my_task.internal_data["begun"] < my_task.internal_data["total"]:
            self._begin_next(my_task)
            return
        elif not all(one.has_state(TaskState.FINISHED_MASK) for one in self._instances(my_task)):
            return
        self._hand_over(my_task)
        my_task._set_state(TaskState.READY)

    def _is_enough(self, my_task: Task, child: Task) -> bool:
        if not self.condition:
            return False
        results = my_task.internal_data["results"]
        counts = {
            "nrOfInstances": len(results),
            "nrOfCompletedInstances": sum(one is not None for one in results),
        }
        if self.each.result_fact:
            counts[self.each.result_fact] = results
        return bool(my_task.workflow.script_engine.evaluate(child, self.condition, external_context=counts))

    def _hand_over(self, my_task: Task) -> None:
        results = my_task.internal_data.pop("results")
        if self.each.result_fact:
            my_task.data[self.each.result_fact] = results
