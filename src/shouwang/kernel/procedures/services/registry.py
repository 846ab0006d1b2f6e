"""Service tasks by name: the only code that a procedure may call. Filled by manifests at start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal


@dataclass
class TaskContext:
    """What a service task is given: the locked case, its branch's facts, who acts, who did the last step.

    `given` is what the file says beside the service's name: the other attributes of its `sw:service`.
    """

    case: cases.Case
    facts: dict[str, Any]
    actor: journal.Actor
    last_answer: duties.Answer | None
    given: dict[str, str] = field(default_factory=dict)
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def send(self, message: str, facts: dict[str, Any] | None = None) -> None:
        """Send a message to the same case; it is delivered when the task has returned."""
        self.messages.append((message, facts or {}))


ServiceTask = Callable[[TaskContext], dict[str, Any] | None]

_tasks: dict[str, ServiceTask] = {}


def register_service_task(name: str, task: ServiceTask) -> None:
    """Make `task` callable by procedures as `name`; what it returns is merged into the facts of the branch.

    Raises:
        ValueError: another function has the name already.
    """
    if _tasks.get(name, task) is not task:
        raise ValueError(f"service task {name!r} is registered twice")
    _tasks[name] = task


def service_task(name: str) -> ServiceTask:
    """Return a registered service task."""
    return _tasks[name]


def service_names() -> frozenset[str]:
    """Return the names of all registered service tasks."""
    return frozenset(_tasks)
