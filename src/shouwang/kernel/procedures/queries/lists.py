"""The steps of the procedures in force as rows: what every list and pocket guide is made from.

Nothing is stored: the rows are read from the versions in force on a day, so a changed limit changes every list
on the day from which it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shouwang.kernel.procedures.models import ProcedureVersion
from shouwang.kernel.procedures.queries.flow import StepFlow, read_flow
from shouwang.kernel.procedures.queries.library import list_in_force, profile_of
from shouwang.kernel.procedures.queries.profile import StepSpec


@dataclass(frozen=True)
class MethodStep:
    """One step of one version: its number in the order of the work, its four fixed things, what follows it."""

    version: ProcedureVersion
    number: int
    spec: StepSpec
    flow: StepFlow


def method_steps(version: ProcedureVersion) -> list[MethodStep]:
    """Return the steps of a version, in the order in which work reaches them."""
    flow, specs = read_flow(version.bpmn), profile_of(version).steps
    return [
        MethodStep(version, number, specs[key], flow.steps[key])
        for number, key in enumerate((key for key in flow.order if key in specs), start=1)
    ]


def steps_of_role(role: str, on: date | None = None) -> list[MethodStep]:
    """Return every step that a duty answers for in the procedures in force on a local day (default today)."""
    return [step for step in all_steps(list_in_force(on)) if step.spec.role == role]


def all_steps(versions: Iterable[ProcedureVersion]) -> list[MethodStep]:
    """Return the steps of many versions, one version after another."""
    return [step for version in versions for step in method_steps(version)]
