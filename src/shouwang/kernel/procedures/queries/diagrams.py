"""Where a case stands in the drawing of its procedure."""

from __future__ import annotations

from dataclasses import dataclass

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures.models import ProcedureVersion, Run
from shouwang.kernel.procedures.queries.library import definition_for
from shouwang.kernel.procedures.queries.profile import Profile, read_profile


@dataclass(frozen=True)
class Drawing:
    """The file to draw, and the ids of the elements that are done and that wait now."""

    key: str
    version: int
    bpmn: str
    profile: Profile
    done: list[str]
    current: list[str]


def drawings(case: cases.Case) -> list[Drawing]:
    """Return the drawing of a case's procedure, and of each called one that has begun."""
    run = Run.objects.select_related("version").filter(case=case).first()
    if run is None:
        return []
    steps = cases.steps_of(case)
    definition = definition_for(run)
    profiles = {
        version.key: read_profile(version.bpmn) for version in (definition.version, *definition.called)
    }
    begun = {key for key, profile in profiles.items() if any(step.key in profile.steps for step in steps)}
    return [
        _drawing(version, profiles[version.key], steps, begun)
        for version in (definition.version, *definition.called)
        if version is definition.version or version.key in begun
    ]


def _drawing(
    version: ProcedureVersion, profile: Profile, steps: list[cases.Step], begun: set[str]
) -> Drawing:
    own = [step for step in steps if step.key in profile.steps or step.key in profile.waits]
    current = [step.key for step in own if step.is_open]
    if not current and any(step.is_open for step in steps):
        current = [key for key, called in profile.calls.items() if called in begun]
    done = [step.key for step in own if step.state == cases.StepState.DONE]
    return Drawing(version.key, version.version, version.bpmn, profile, done, current)
