"""The engine's work of completing a step, beside the bare SpiffWorkflow engine with the same file.

Both restore the case from what is stored, complete the step that waits, let the engine run on, and store the case
again: the longest procedure that people run daily, home quarantine with the release that it calls, from its first
step into its fourteen days. The baseline is the library as it comes: its own parser, specifications and
serialiser, the specification stored once per version (the cheaper way of the two), JSON without compression. It is
given our expressions, for with its own (Python) the file could not run; its timers are its own.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.defaults import ManualTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.measure import Result, in_turn
from shouwang.kernel.procedures.queries.profile import parse_xml
from shouwang.kernel.procedures.services import engine
from shouwang.kernel.procedures.services.expressions import SafeScriptEngine

NAME = "procedure_step"
DEFAULT_SIZE = 200
ROUNDS = 7

_FOLDER = Path(__file__).resolve().parent.parent / "src/shouwang/domains/quarantine/procedures"
FILE = (_FOLDER / "home_quarantine.bpmn").read_text()
CALLED = (_FOLDER / "release.bpmn").read_text()
KEY = "HOME_QUARANTINE"
#: From the order into the days at home: what the people answer, step by step.
ANSWERS: tuple[dict[str, Any], ...] = ({"is_suitable": True}, {}, {}, {})


def run(size: int) -> Result:
    """Complete the same steps `size` times; report milliseconds a step."""
    facts = {
        "until_at": (datetime.now(UTC) + timedelta(days=14)).isoformat(),
        "release_check_at": (datetime.now(UTC) + timedelta(days=13)).isoformat(),
    }
    bare = _Bare()
    steps = size * len(ANSWERS)
    value, baseline = in_turn(
        lambda: [_ours(facts) for _ in range(size)],
        lambda: [bare.complete(facts) for _ in range(size)],
        ROUNDS,
    )
    return Result(
        value / steps * 1_000,
        "ms a step, less is better",
        "bare SpiffWorkflow, same file",
        baseline / steps * 1_000,
    )


def _ours(facts: dict[str, Any]) -> bytes:
    """Take a new case through its first steps, stored and restored between them."""
    workflow = engine.begin(KEY, FILE, (CALLED,), facts)
    _advance(workflow)
    tokens = engine.dump(workflow)
    for answers in ANSWERS:
        workflow = engine.load(KEY, FILE, (CALLED,), tokens)
        engine.finish(next(engine.ready_tasks(workflow)), answers)
        _advance(workflow)
        tokens = engine.dump(workflow)
    return tokens


def _advance(workflow: engine.CaseWorkflow) -> None:
    engine.run_engine_steps(workflow, {})
    for task in list(engine.ready_tasks(workflow)):
        if task.task_spec.bpmn_id == "open_order":
            engine.finish(task, {})
            engine.run_engine_steps(workflow, {})


class _Bare:
    """The same with the library's own classes."""

    class _Parser(BpmnParser):  # type: ignore[misc]  # the library has no types
        OVERRIDE_PARSER_CLASSES = {full_tag("serviceTask"): (TaskParser, ManualTask)}

    def __init__(self) -> None:
        parser = self._Parser()
        for text in (FILE, CALLED):
            parser.add_bpmn_xml(parse_xml(text))
        self.spec, self.called = parser.get_spec(KEY), parser.get_subprocess_specs(KEY)
        self.serializer = BpmnWorkflowSerializer()
        whole = self.serializer.to_dict(
            BpmnWorkflow(self.spec, self.called, script_engine=SafeScriptEngine())
        )
        self.stored_once = {"spec": whole.pop("spec"), "subprocess_specs": whole.pop("subprocess_specs")}

    def complete(self, facts: dict[str, Any]) -> str:
        """Take a new case through its first steps, stored and restored between them."""
        workflow = BpmnWorkflow(self.spec, self.called, script_engine=SafeScriptEngine())
        workflow.task_tree.data.update(facts)
        self._advance(workflow)
        text = self._store(workflow)
        for answers in ANSWERS:
            workflow = self.serializer.from_dict({**json.loads(text), **self.stored_once})
            workflow.script_engine = SafeScriptEngine()
            task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
            task.data.update(answers)
            task.run()
            self._advance(workflow)
            text = self._store(workflow)
        return text

    def _advance(self, workflow: Any) -> None:  # noqa: ANN401 - the library's
        workflow.refresh_timers()
        workflow.do_engine_steps()
        for task in workflow.get_tasks(state=TaskState.READY, manual=True):
            if task.task_spec.bpmn_id == "open_order":
                task.run()
                workflow.do_engine_steps()

    def _store(self, workflow: Any) -> str:  # noqa: ANN401 - as above
        state = self.serializer.to_dict(workflow)
        for name in self.stored_once:
            del state[name]
        return json.dumps(state)
