"""Procedures in words: their names, the names of their outcomes, the four fixed things of each version."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.text import Text


def procedure_names() -> dict[str, Text]:
    """Return the names of the procedures in force, by key."""
    return {version.key: version.name for version in procedures.list_in_force()}


def outcome_names() -> dict[tuple[str, str], Text]:
    """Return the words of every outcome in force, by (procedure, outcome)."""
    return {
        (version.key, end.outcome): end.text
        for version in procedures.list_in_force()
        for end in procedures.profile_of(version).ends.values()
        if end.outcome
    }


def role_name(key: str) -> Text:
    """Return the name of a role, or its key when nobody registered it."""
    try:
        return duties.role(key).name
    except duties.UnknownRoleError:
        return Text(key, key)


@dataclass(frozen=True)
class RoleSteps:
    """What one duty does in a procedure: the first of the four fixed things."""

    role: str
    name: Text
    steps: list[procedures.StepSpec]


@dataclass(frozen=True)
class FourThings:
    """A version's duties, steps with their standards and limits, ends and called procedures."""

    version: procedures.ProcedureVersion
    profile: procedures.Profile
    roles: list[RoleSteps]
    steps: list[procedures.StepSpec]
    calls: list[procedures.ProcedureVersion]

    @property
    def outcomes(self) -> list[Text]:
        """The words of each outcome once: several ends may carry the same one."""
        return list({end.outcome: end.text for end in self.profile.ends.values() if end.outcome}.values())


def four_things(version: procedures.ProcedureVersion) -> FourThings:
    """Return the four fixed things (四定) of a version."""
    profile = procedures.profile_of(version)
    by_role: defaultdict[str, list[procedures.StepSpec]] = defaultdict(list)
    for step in profile.steps.values():
        by_role[step.role].append(step)
    in_force = {one.key: one for one in procedures.list_in_force()}
    return FourThings(
        version=version,
        profile=profile,
        roles=[RoleSteps(role, role_name(role), steps) for role, steps in by_role.items()],
        steps=list(profile.steps.values()),
        calls=[in_force[key] for key in dict.fromkeys(profile.calls.values()) if key in in_force],
    )
