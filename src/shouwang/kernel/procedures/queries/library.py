"""Which version of a procedure is in force, and what a step of a running case asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures.models import ProcedureVersion, Run
from shouwang.kernel.procedures.queries.profile import Profile, StepSpec, read_profile
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text


def in_force(key: str, on: date | None = None) -> ProcedureVersion:
    """Return the version of a procedure that governs cases beginning on a local day (default today).

    Raises:
        Problem: none is in force.
    """
    day = on or clock.today()
    version = (
        ProcedureVersion.objects.filter(key=key, effective_from__lte=day)
        .order_by("-effective_from", "-version")
        .first()
    )
    if version is None:
        raise Problem(
            "procedure.none_in_force",
            Text(f"没有在用的流程“{key}”", f"No procedure “{key}” is in force"),
            do=Text("先发布一版", "Publish a version first"),
        )
    return version


def list_in_force(on: date | None = None) -> list[ProcedureVersion]:
    """Return the version in force of every procedure, by key."""
    day = on or clock.today()
    versions = ProcedureVersion.objects.filter(effective_from__lte=day)
    return list(versions.order_by("key", "-effective_from", "-version").distinct("key"))


def versions_of(key: str) -> list[ProcedureVersion]:
    """Return all versions of a procedure, latest first."""
    return list(ProcedureVersion.objects.filter(key=key).order_by("-version"))


@lru_cache(maxsize=512)
def version_by_pk(pk: int) -> ProcedureVersion:
    """Return a version; versions never change, so one read per process is enough."""
    return ProcedureVersion.objects.get(pk=pk)


def profile_of(version: ProcedureVersion) -> Profile:
    """Return what a version says."""
    return read_profile(version.bpmn)


@dataclass(frozen=True)
class Definition:
    """A version together with the versions of the procedures that it calls, directly or not."""

    version: ProcedureVersion
    called: tuple[ProcedureVersion, ...]

    def step(self, key: str) -> StepSpec:
        """Return the step with this element id."""
        for version in (self.version, *self.called):
            spec = profile_of(version).steps.get(key)
            if spec is not None:
                return spec
        raise KeyError(key)

    @property
    def outcomes(self) -> dict[tuple[str, str], str]:
        """The outcome of every end that carries one, by (process key, element id)."""
        return {
            (version.key, end.key): end.outcome
            for version in (self.version, *self.called)
            for end in profile_of(version).ends.values()
            if end.outcome
        }

    def outcome_name(self, outcome: str) -> Text | None:
        """Return the words of an outcome, the case's own procedure before the called ones."""
        for version in (self.version, *self.called):
            for end in profile_of(version).ends.values():
                if end.outcome == outcome:
                    return end.text
        return None

    @property
    def called_texts(self) -> tuple[str, ...]:
        """The files of the called procedures."""
        return tuple(version.bpmn for version in self.called)


@lru_cache(maxsize=512)
def definition_of(version_pk: int, began_on: date) -> Definition:
    """Return the definition by which a case runs that began on a local day.

    Called procedures are those in force on that day, so that a case keeps all of its rules.
    """
    version = version_by_pk(version_pk)
    called: dict[str, ProcedureVersion] = {}
    waiting = list(profile_of(version).calls.values())
    while waiting:
        key = waiting.pop()
        if key not in called:
            called[key] = in_force(key, began_on)
            waiting.extend(profile_of(called[key]).calls.values())
    return Definition(version, tuple(called.values()))


def definition_for(case: cases.Case, run: Run) -> Definition:
    """Return the definition by which `case` runs."""
    return definition_of(run.version_id, clock.local(case.opened_at).date())


def step_standard(step: cases.Step) -> StepSpec:
    """Return the checklist, form, evidence, limit and cadence of a step of a running or closed case."""
    return step_standards([step])[step.pk]


def step_standards(steps: Iterable[cases.Step]) -> dict[int, StepSpec]:
    """Return the standards of many steps by the steps' keys, with one read for all of them."""
    steps = list(steps)
    runs = Run.objects.select_related("case").defer("tokens").in_bulk({step.case_id for step in steps})
    return {
        step.pk: definition_for(runs[step.case_id].case, runs[step.case_id]).step(step.key) for step in steps
    }
