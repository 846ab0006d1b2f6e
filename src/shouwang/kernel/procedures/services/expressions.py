"""What a procedure may compute: zen expressions over the facts of a case. Python is never evaluated (ADR 0032)."""

from __future__ import annotations

import re
from typing import Any

import zen
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from shouwang.kernel.procedures.queries.profile import parse_cycle, parse_duration

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$")
_ASSIGNMENT = re.compile(r"^\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.+)$")


class SafeEnvironment(BasePythonScriptEngineEnvironment):
    """Evaluates zen expressions over the facts of a case; knows no Python, no files, no network."""

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:  # noqa: ANN401 - zen yields any JSON value
        """Return the value of `expression`; ISO 8601 durations, cycles and instants stand for themselves."""
        text = expression.strip().strip('"')
        if parse_duration(text) or parse_cycle(text) or INSTANT.match(text):
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
