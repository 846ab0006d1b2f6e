"""Issues within a reader's reach: lists per procedure and per duty with the open ones first, counts, and one.

An issue is within reach where its case is (place of the reader's duty, or a hand in it), or where the reader
reported it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from shouwang.domains.handbook.models import Issue
from shouwang.domains.handbook.queries import words
from shouwang.domains.handbook.queries.tables import Row, Scope, Table
from shouwang.kernel.cases import api as cases
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text
from shouwang.web import wording

NAME = Text("问题清单", "Issues")
#: More than this nobody reads on one page; the spreadsheet has all.
PAGE = 100
#: The most that one spreadsheet or PDF holds.
MOST = 5000
#: What a list may show.
SHOWN = {
    "open": Text("没销号的", "Open"),
    "closed": Text("已销号的", "Closed"),
    "all": Text("全部", "All"),
}


@dataclass(frozen=True)
class Listed:
    """An issue as it stands now: who holds its open step, by when, and in which step of which procedure."""

    issue: Issue
    procedure: Text
    step: Text | None
    holding: cases.Step | None

    @property
    def due_at(self) -> datetime | None:
        """When the open step is due."""
        return self.holding.due_at if self.holding else None


def within_reach(person: Person) -> QuerySet[Issue]:
    """Return the issues that `person` may see."""
    seen = cases.cases_in_scope(person).filter(pk=OuterRef("pk"))
    return Issue.objects.filter(Exists(seen) | Q(found_by=person))


def of_scope(person: Person, scope: Scope) -> QuerySet[Issue]:
    """Return the issues within reach with one procedure, or with the steps of one duty."""
    field = "role" if scope.is_role else "procedure_key"
    return within_reach(person).filter(**{field: scope.key})


def shown(issues: QuerySet[Issue], show: str) -> QuerySet[Issue]:
    """Return those that a list shows (a key of SHOWN): open ones first by their clock, then the latest closed."""
    if show == "open":
        issues = issues.filter(closed_at__isnull=True)
    elif show == "closed":
        issues = issues.filter(closed_at__isnull=False)
    due = cases.Step.objects.filter(case=OuterRef("pk"), state="OPEN").order_by("due_at").values("due_at")[:1]
    return (
        issues.annotate(due=Subquery(due))
        .select_related("case__place", "found_by", "mended_by", "closed_by", "about_case", "reopens__case")
        .order_by(F("closed_at").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")
    )


def open_count(person: Person, procedure_key: str) -> int:
    """Return how many issues with a procedure are open within reach."""
    return within_reach(person).filter(procedure_key=procedure_key, closed_at__isnull=True).count()


def listed(issues: Iterable[Issue]) -> list[Listed]:
    """Return issues with their open step and the names of what they are about; two reads for all of them."""
    issues = list(issues)
    open_steps = cases.Step.objects.filter(case__in=[one.pk for one in issues], state="OPEN")
    holding = {step.case_id: step for step in open_steps.select_related("holder", "post").order_by("-due_at")}
    versions = _versions(issues)
    return [
        Listed(one, *_about(versions[one.procedure_key, one.procedure_version], one), holding.get(one.pk))
        for one in issues
    ]


def one_issue(person: Person, pk: int) -> Listed:
    """Return one issue.

    Raises:
        NotFoundOrNotYours: there is none, or it is out of reach.
    """
    found = listed(shown(within_reach(person).filter(pk=pk), "all"))
    if not found:
        raise NotFoundOrNotYours
    return found[0]


def panel(case: cases.Case, reader: Person) -> dict[str, object]:  # noqa: ARG001 whoever sees the case sees it
    """Return what the box on the page of an issue's case shows."""
    found = listed(shown(Issue.objects.filter(pk=case.pk), "all"))
    return {"row": found[0] if found else None}


def issues_table(rows: Iterable[Listed]) -> Table:
    """Return a list of issues as a table, for paper and spreadsheet."""
    columns = (
        (_("编号"), 3),
        (_("流程和步骤"), 4),
        (_("哪里不对"), 6),
        (_("在哪里"), 3),
        (_("谁报的、什么时候"), 3),
        (_("轻重"), 2),
        (_("现在由谁办、几时到期"), 4),
        (_("办了什么"), 5),
        (_("谁销号"), 3),
    )
    heads = tuple(head for head, _share in columns)
    return Table(
        key="issues",
        name=words.said(NAME),
        columns=heads,
        shares=tuple(share for _head, share in columns),
        rows=tuple(Row(tuple(_cells(row)), heads) for row in rows),
    )


def _cells(row: Listed) -> Iterable[tuple[str, ...]]:
    issue, case = row.issue, row.issue.case
    yield (case.number,)
    yield _lines(
        f"{words.said(row.procedure)} · {issue.procedure_version}", words.said(row.step) if row.step else ""
    )
    yield _lines(str(issue.get_reason_display()), issue.what)
    yield (words.said(Text(case.place.name_zh, case.place.name_en)),)
    yield _lines(issue.found_by.name, wording.when_text(issue.found_at))
    yield (str(issue.get_severity_display()),)
    yield _now(row)
    yield _lines(issue.done, issue.mended_by.name if issue.mended_by else "")
    if issue.closed_by is None or issue.closed_at is None:
        yield (_("没销号"),)
    else:
        yield _lines(issue.closed_by.name, wording.when_text(issue.closed_at))


def _now(row: Listed) -> tuple[str, ...]:
    if row.holding is None:
        return ()
    step = row.holding
    by = _("%(when)s 前") % {"when": wording.when_text(step.due_at)}
    return _lines(words.said(Text(step.name_zh, step.name_en)), step.holder.name, by)


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _versions(issues: Iterable[Issue]) -> dict[tuple[str, int], procedures.ProcedureVersion]:
    keys = {one.procedure_key for one in issues}
    found = procedures.ProcedureVersion.objects.filter(key__in=keys)
    return {(version.key, version.version): version for version in found}


def _about(version: procedures.ProcedureVersion, issue: Issue) -> tuple[Text, Text | None]:
    step = procedures.profile_of(version).steps.get(issue.step_key)
    return version.name, step.name if step else None
