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
        """Return the step, or the wait that somebody watches, with this element id."""
        found = self.find_step(key) or self.find_wait(key)
        if found is None:
            raise KeyError(key)
        return found

    def find_step(self, key: str) -> StepSpec | None:
        """Return the user or manual task with this element id, or None."""
        return next((steps[key] for steps in self._all("steps") if key in steps), None)

    def find_wait(self, key: str) -> StepSpec | None:
        """Return the waiting event with this element id, or None."""
        return next((waits[key] for waits in self._all("waits") if key in waits), None)

    def _all(self, what: str) -> list[dict[str, StepSpec]]:
        return [getattr(profile_of(version), what) for version in (self.version, *self.called)]

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
def definition_of(version_pk: int, called_pks: tuple[int, ...]) -> Definition:
    """Return a version together with the given versions of those that it calls."""
    return Definition(version_by_pk(version_pk), tuple(version_by_pk(pk) for pk in called_pks))


def definition_now(version: ProcedureVersion) -> Definition:
    """Return the definition by which a case runs that begins now.

    Called procedures are those in force today; the case keeps them (`Run.called_versions`), whatever is
    published while it runs.
    """
    called: dict[str, ProcedureVersion] = {}
    waiting = list(profile_of(version).calls.values())
    while waiting:
        key = waiting.pop()
        if key not in called:
            called[key] = in_force(key)
            waiting.extend(profile_of(called[key]).calls.values())
    return definition_of(version.pk, tuple(one.pk for one in called.values()))


def definition_for(run: Run) -> Definition:
    """Return the definition by which a case runs."""
    return definition_of(run.version_id, tuple(run.called_versions))


def step_standard(step: cases.Step) -> StepSpec:
    """Return the checklist, form, evidence, limit and cadence of a step of a running or closed case."""
    return step_standards([step])[step.pk]


def step_standards(steps: Iterable[cases.Step]) -> dict[int, StepSpec]:
    """Return the standards of many steps by the steps' keys, with one read for all of them."""
    steps = list(steps)
    runs = Run.objects.defer("tokens").in_bulk({step.case_id for step in steps})
    return {step.pk: definition_for(runs[step.case_id]).step(step.key) for step in steps}
