"""Steps of an issue for tests: a changed procedure, an issue reported, put right, checked."""

from __future__ import annotations

from uuid import UUID

from shouwang.domains.handbook.models import Issue, Reason, Severity
from shouwang.domains.handbook.queries.about import about
from shouwang.domains.handbook.services.reporting import Found, report
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.ids import new_uuid

MENDED = {"result": "MENDED", "done": "加了一支体温枪"}


def changed(key: str, *pairs: tuple[str, str]) -> procedures.ProcedureVersion:
    """Publish `key` from today with each first of a pair replaced, once, by its second."""
    bpmn = procedures.in_force(key).bpmn
    for old, new in pairs:
        assert old in bpmn, old
        bpmn = bpmn.replace(old, new, 1)
    return procedures.publish(bpmn, clock.today(), journal.SYSTEM)


def reported(
    by: Person,
    asked: dict[str, str],
    reason: Reason = Reason.NOBODY,
    severity: Severity = Severity.ORDINARY,
    what: str = "体温枪只有一支",
    request_key: UUID | None = None,
) -> Issue:
    """Report an issue as `by`."""
    return report(about(by, asked), Found(reason, severity, what, request_key or new_uuid()), by)


def the_step(issue: Issue) -> cases.Step:
    """Return the one open step of an issue's case."""
    return cases.Step.objects.select_related("holder", "post").get(case=issue.pk, state="OPEN")


def do(issue: Issue, form: dict[str, object], by: Person | None = None) -> Issue:
    """Complete the open step of an issue with its whole checklist, and return the issue fresh."""
    step = the_step(issue)
    ticks = [item.key for item in procedures.step_standard(step).checklist]
    procedures.complete(step.pk, by or step.holder, form=dict(form), ticks=ticks)
    return Issue.objects.select_related("case").get(pk=issue.pk)
