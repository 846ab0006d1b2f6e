"""The steps of ISSUE that the program does: noting what was done, sending it on, closing it by another hand."""

from __future__ import annotations

from typing import Any

from shouwang.domains.handbook.models import Concern, Issue
from shouwang.domains.handbook.services.reporting import due_at, record
from shouwang.kernel.duties import api as duties
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

#: Who checks, where that is somebody else than who did it; else the district does.
CHECKER = "subdistrict_duty"


def note_done(ctx: procedures.TaskContext) -> dict[str, Any]:
    """Note who did what, and choose who checks it: never the same person where anybody else is there.

    Returns:
        `checker`: SUBDISTRICT or DISTRICT.
    """
    issue, by = _issue(ctx), _who(ctx)
    issue.mended_by, issue.mended_at = by, clock.now()
    issue.done = str(ctx.facts.get("done", ""))
    issue.save(update_fields=["mended_by", "mended_at", "done"])
    record("issue.mended", issue, ctx.actor)
    checker = duties.answerable(CHECKER, ctx.case.place)
    return {"checker": "DISTRICT" if checker.person.pk == by.pk else "SUBDISTRICT"}


def send_up(ctx: procedures.TaskContext) -> dict[str, Any]:
    """Send an issue to whoever answers for the procedure, with a clock of its own.

    Returns:
        `concern` and `due_at` from now on.
    """
    issue = _issue(ctx)
    issue.concern = Concern.METHOD
    issue.save(update_fields=["concern"])
    record("issue.sent_up", issue, ctx.actor)
    return _again(issue)


def settle(ctx: procedures.TaskContext) -> dict[str, Any]:
    """Close the issue if the check says so, else send it back with a new clock, and tell whoever found it.

    Raises:
        Problem: the person who put it right checks it; the step stays open for somebody else.
    """
    issue, by = _issue(ctx), _who(ctx)
    if issue.mended_by_id == by.pk:
        raise Problem(
            "issue.same_hand",
            Text("谁整改的，不能由谁销号", "Whoever put it right may not close it"),
            do=Text("把这一步移交给另一个人复核", "Hand this step over to somebody else to check"),
        )
    if not ctx.facts.get("is_solved"):
        issue.returns += 1
        issue.save(update_fields=["returns"])
        record("issue.returned", issue, ctx.actor)
        return _again(issue)
    issue.closed_by, issue.closed_at = by, clock.now()
    issue.save(update_fields=["closed_by", "closed_at"])
    record("issue.closed", issue, ctx.actor)
    _tell_finder(issue)
    return {}


def _again(issue: Issue) -> dict[str, Any]:
    return {"concern": issue.concern, "due_at": due_at(issue.severity, issue.concern).isoformat()}


def _tell_finder(issue: Issue) -> None:
    notices.send(
        [issue.found_by],
        kind="issue.closed",
        title=Text("你报的问题销号了", "The issue that you reported is closed"),
        body=Text(
            f"{issue.case.number}，没解决可以重新提出", f"{issue.case.number}; take it up again if not solved"
        ),
        link=f"/issues/{issue.pk}/",
        urgency=notices.Urgency.ROUTINE,
        thread=f"issue:{issue.pk}",
    )


def _issue(ctx: procedures.TaskContext) -> Issue:
    issue = (
        Issue.objects.select_for_update(of=("self",)).select_related("case", "found_by").get(pk=ctx.case.pk)
    )
    issue.case = ctx.case
    return issue


def _who(ctx: procedures.TaskContext) -> Person:
    if ctx.last_answer is None:
        raise LookupError("this task follows a step that somebody did")
    return ctx.last_answer.person
