"""Which steps a case has open where its procedure stands: what people do, and who answers while it only waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from SpiffWorkflow.task import Task

from shouwang.kernel.procedures.queries.library import Definition
from shouwang.kernel.procedures.queries.profile import StepSpec
from shouwang.kernel.procedures.services import engine
from shouwang.util.problems import Problem
from shouwang.util.text import Text

#: How much of a step's name and of the item that it is for goes into the name of one of many.
MAX_ITEM, MAX_NAME_ZH, MAX_NAME_EN = 20, 56, 96


@dataclass(frozen=True)
class Wanted:
    """A step that should be open: the task behind it and what the file says of it.

    `due_at` is the instant of a timer that it waits for; else the limit or a fact of the file gives it.
    """

    task: Task
    spec: StepSpec
    due_at: datetime | None = None

    @property
    def name(self) -> Text:
        """The step's name; one that is done for each item of a list says for which."""
        instance = engine.instance_of(self.task)
        if instance is None:
            return self.spec.name
        number, count, item = instance
        label = item[:MAX_ITEM] if isinstance(item, str) else f"{number}/{count}"
        zh, en = self.spec.name.zh[:MAX_NAME_ZH], self.spec.name.en[:MAX_NAME_EN]
        return Text(f"{zh}（{label}）", f"{en} ({label})")


def wanted_steps(
    workflow: engine.CaseWorkflow, definition: Definition, opened: set[UUID]
) -> dict[UUID, Wanted]:
    """Return the steps that should be open, by task.

    Where a case only waits for an event, the wait is a step: whoever holds the lane answers meanwhile (I1), and
    it ends by itself. A wait that somebody watches already (`opened`) is watched until it is over.

    Raises:
        Problem: the case would wait and the file does not say who answers.
    """
    wanted = {
        task.id: Wanted(task, spec)
        for task in engine.ready_tasks(workflow)
        if (spec := definition.find_step(task.task_spec.bpmn_id)) is not None
    }
    waits = [
        Wanted(task, spec, due_at)
        for task, due_at in engine.waits(workflow)
        if (spec := definition.find_wait(task.task_spec.bpmn_id)) is not None and spec.role
    ]
    watched = {wait.task.id: wait for wait in waits if wait.task.id in opened}
    if not wanted and not watched and not workflow.completed:
        watched = {wait.task.id: wait for wait in waits[:1]}
        if not watched:
            raise Problem(
                "procedure.nobody",
                Text("流程要等着，却没有人负责", "The procedure would wait with nobody to answer for it"),
                do=Text("请流程负责人把等待放进一个职责的泳道", "Ask its owner to put the wait into a lane"),
            )
    return wanted | watched
