"""What an issue is about, as the page says from which it is reported: a step, a case, or a procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text


@dataclass(frozen=True)
class About:
    """A version of a procedure, one of its steps or "", the place, and the case in which it was seen."""

    version: procedures.ProcedureVersion
    step_key: str
    place: Place
    case: cases.Case | None = None

    @property
    def step(self) -> procedures.StepSpec | None:
        """What the step says, or nothing for the procedure as a whole."""
        return procedures.profile_of(self.version).steps.get(self.step_key)

    @property
    def role(self) -> str:
        """The duty that answers for the step, or "" for the procedure as a whole."""
        return self.step.role if self.step else ""


def about(person: Person, asked: Mapping[str, str]) -> About:
    """Return what `asked` names: `step` or `case` by key, or `procedure` with `at` (a step of it).

    Raises:
        NotFoundOrNotYours: there is no such thing, or it is outside the reader's duty.
        NotOnDuty: the reader holds no post, so no place is theirs to report for.
    """
    holding = duties.duty_of(person)
    if holding is None:
        raise NotOnDuty
    if asked.get("step", "").isdigit():
        step = cases.access_step(person, int(asked["step"]))
        return _in_case(step.case, step.key)
    if asked.get("case", "").isdigit():
        return _in_case(cases.access_case(person, int(asked["case"])), asked.get("at", ""))
    key = asked.get("procedure", "")
    version = next((one for one in procedures.list_in_force() if one.key == key), None)
    if version is None:
        raise NotFoundOrNotYours
    return _checked(About(version, asked.get("at", ""), holding.post.place))


class NotOnDuty(Problem):
    """Only somebody on duty reports an issue: the place is that of their post."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "issue.not_on_duty",
            Text("你现在没有值守的岗位，不能报问题", "You hold no post now, so you cannot report an issue"),
            do=Text(
                "排上岗以后再报，或者告诉在岗的人", "Report it once you are on duty, or tell somebody who is"
            ),
        )


def _in_case(case: cases.Case, step_key: str) -> About:
    """Find the version that says the step: the case's own, or that of a procedure which it calls."""
    for drawing in procedures.drawings(case):
        if not step_key or step_key in drawing.profile.steps:
            version = procedures.ProcedureVersion.objects.get(key=drawing.key, version=drawing.version)
            return About(version, step_key, case.place, case)
    raise NotFoundOrNotYours


def _checked(found: About) -> About:
    if found.step_key and found.step is None:
        raise NotFoundOrNotYours
    return found
