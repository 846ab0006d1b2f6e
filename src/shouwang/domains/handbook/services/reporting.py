"""Reporting an issue, and taking up again one that was closed too soon. Each is one case of ISSUE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import pgettext

from shouwang.domains.handbook.models import CONCERN_OF, LONGEST, Concern, Issue, Reason, Severity
from shouwang.domains.handbook.queries.about import About
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import CHINESE, ENGLISH, Text

PROCEDURE = "ISSUE"
#: Below this nobody could tell what is meant.
SHORTEST = 4


@dataclass(frozen=True)
class Found:
    """What was found. `request_key` is made where it is typed: the same key twice is one issue."""

    reason: Reason
    severity: Severity
    what: str
    request_key: UUID


def report(about: About, found: Found, by: Person, reopens: Issue | None = None) -> Issue:
    """Open an issue and its case; doing so again with the same request key changes nothing.

    Raises:
        Problem: the words are missing where the reason alone says nothing, or are too long.
    """
    what = _checked(found)
    with transaction.atomic():
        known = Issue.objects.select_related("case").filter(request_key=found.request_key).first()
        if known is not None:
            return known
        concern = reopens.concern if reopens else CONCERN_OF[found.reason]
        case = _start(about, found, Concern(concern), by, reopens)
        issue = Issue.objects.create(
            case=case,
            procedure_key=about.version.key,
            procedure_version=about.version.version,
            step_key=about.step_key,
            role=about.role,
            about_case=about.case,
            reason=found.reason,
            concern=concern,
            severity=found.severity,
            what=what,
            found_by=by,
            found_at=clock.now(),
            request_key=found.request_key,
            reopens=reopens,
        )
        record("issue.reopened" if reopens else "issue.reported", issue, journal.person(by.pk))
    return issue


def reopen(issue: Issue, what: str, request_key: UUID, by: Person) -> Issue:
    """Take a closed issue up again, as a new one that names it.

    Raises:
        Problem: it is still open, somebody has taken it up already, or nothing says what is still wrong.
    """
    with transaction.atomic():
        locked = Issue.objects.select_for_update(of=("self",)).select_related("case__place").get(pk=issue.pk)
        if locked.is_open:
            raise Problem(
                "issue.open",
                Text("这个问题还没销号", "This issue is not closed yet"),
                do=Text("在它的案件里接着办", "Go on with it in its case"),
            )
        later = Issue.objects.filter(reopens=locked).exclude(request_key=request_key).first()
        if later is not None:
            raise Problem(
                "issue.reopened",
                Text(
                    f"已经有人重新提出：{later.case.number}",
                    f"It has been taken up again as {later.case.number}",
                ),
                do=Text("看那一件办得怎么样", "Look how that one is going"),
            )
        found = Found(Reason(locked.reason), Severity(locked.severity), what, request_key)
        _require_words(what)
        return report(_about(locked), found, by, reopens=locked)


def due_at(severity: str, concern: str) -> datetime:
    """Return by when an issue must be put right, from now."""
    key = "issue_method_due_hours" if concern == Concern.METHOD else "issue_due_hours"
    return clock.now() + timedelta(hours=rules.parameter(key)[severity])


def record(verb: str, issue: Issue, actor: journal.Actor) -> journal.Entry:
    """Tell the journal, in the thread of the issue's case; words that were typed stay out of it."""
    case = issue.case
    return journal.record(
        verb,
        actor,
        journal.Ref("case", case.pk),
        thread=case.thread,
        place_path=case.place_path,
        data={
            "name_zh": case.title_zh,
            "name_en": case.title_en,
            "procedure": issue.procedure_key,
            "version": issue.procedure_version,
            "step": issue.step_key,
        },
    )


def _start(about: About, found: Found, concern: Concern, by: Person, reopens: Issue | None) -> cases.Case:
    source = reopens.case if reopens else about.case
    start = procedures.Start(
        place=about.place,
        subject=journal.Ref("procedure", about.version.key),
        title=_title(about, found.reason),
        facts={"concern": str(concern), "due_at": due_at(found.severity, concern).isoformat()},
        source_case=source,
    )
    return procedures.start(PROCEDURE, start, journal.person(by.pk))


def _title(about: About, reason: Reason) -> Text:
    """Return what the case is called: the step or procedure, and the reason. What was typed stays out of it."""
    name = about.step.name if about.step else about.version.name
    sides = []
    for language, words in ((CHINESE, name.zh), (ENGLISH, name.en)):
        with translation.override(language):
            sides.append(f"{words}{pgettext('colon', '：')}{reason.label}")
    return Text(*sides)


def _about(issue: Issue) -> About:
    version = procedures.ProcedureVersion.objects.get(
        key=issue.procedure_key, version=issue.procedure_version
    )
    return About(version, issue.step_key, issue.case.place, issue.about_case)


def _checked(found: Found) -> str:
    what = found.what.strip()
    if found.reason == Reason.OTHER:
        _require_words(what)
    if len(what) > LONGEST:
        raise Problem(
            "issue.too_long",
            Text(
                f"写了 {len(what)} 个字，最多 {LONGEST} 个字",
                f"{len(what)} characters are too long; at most {LONGEST}",
            ),
            do=Text("写最要紧的，别写人的姓名和号码", "Write what matters most, without names or numbers"),
            field="what",
        )
    return what


def _require_words(what: str) -> None:
    if len(what.strip()) < SHORTEST:
        raise Problem(
            "issue.no_words",
            Text("还没写哪里不对", "It does not say yet what is wrong"),
            do=Text(f"写至少 {SHORTEST} 个字", f"Write at least {SHORTEST} characters"),
            field="what",
        )
