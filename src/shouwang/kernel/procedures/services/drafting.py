"""Changing a procedure: a draft is edited, submitted, approved by a second person, and published from a date.

Nothing here touches a version that is in force or a case that runs (see `migrating` for those). Every
function is one transaction that locks the draft; who lost a race is told what the other did.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures.models import Draft, DraftState, ProcedureVersion
from shouwang.kernel.procedures.queries.profile import read_profile
from shouwang.kernel.procedures.services.findings import Finding
from shouwang.kernel.procedures.services.publishing import Refused, check, store_version
from shouwang.kernel.procedures.services.skeleton import Skeleton, skeleton
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

#: Who looks at a draft needs at least a few words on what changes and why, and on why it comes back.
SHORTEST_NOTE, LONGEST_NOTE = 4, 500
APPROVE = "procedure.approve"


def begin_draft(by: Person, bpmn: str) -> Draft:
    """Begin a draft from a file: a version to be changed, an upload, or a new procedure.

    Raises:
        Problem: the file cannot be read safely, or holds other than one process with an id.
    """
    profile = read_profile(bpmn)
    if not profile.key:
        raise Problem(
            "procedure.no_id",
            Text("流程没有 id", "The process has no id"),
            do=Text(
                "写大写字母和下划线，例如 HOME_QUARANTINE",
                "Give it capitals and underscores, such as HOME_QUARANTINE",
            ),
        )
    with transaction.atomic():
        draft = Draft.objects.create(
            key=profile.key[:40],
            based_on=_latest(profile.key),
            bpmn=bpmn,
            author=by,
            saved_by=by,
            saved_at=clock.now(),
        )
        draft.editors.add(by)
        _record("procedure.draft_begun", draft, by)
    return draft


def upload_draft(by: Person, bpmn: str) -> Draft:
    """Begin a draft from a file that was drawn elsewhere; of a file with findings nothing is stored.

    Raises:
        Refused: the linter found something; `findings` name each element and its mend.
    """
    findings = check(bpmn)
    if findings:
        raise Refused(findings)
    return begin_draft(by, bpmn)


def begin_new(by: Person, new: Skeleton) -> Draft:
    """Begin a draft of a procedure that there is not yet: a start, one step and an end, in one lane.

    Raises:
        Refused: a name is missing or the key or number prefix is not one.
        Problem: there is a procedure with this key already.
    """
    if ProcedureVersion.objects.filter(key=new.key).exists():
        raise Problem(
            "procedure.key_taken",
            Text(f"已经有流程“{new.key}”", f"There is a procedure “{new.key}” already"),
            do=Text("换一个代号，或者去改那个流程", "Choose another key, or change that procedure"),
            field="key",
        )
    return upload_draft(by, skeleton(new))


def save_draft(draft_pk: int, by: Person, bpmn: str, note: str, revision: int) -> Draft:
    """Store the next state of a draft.

    Args:
        revision: the revision that was edited.

    Raises:
        NotFoundOrNotYours: there is no such draft.
        Problem: it is under review or over, somebody saved meanwhile, or the file cannot be read or has
            become another procedure.
    """
    profile = read_profile(bpmn)
    with transaction.atomic():
        draft = _locked(draft_pk)
        _require_state(draft, DraftState.DRAFT)
        _require_revision(draft, revision)
        if profile.key != draft.key:
            raise Problem(
                "procedure.other_key",
                Text(f"流程 id 变成了“{profile.key}”", f"The process id has become “{profile.key}”"),
                do=Text(
                    f"改回“{draft.key}”，或者另起一份新流程",
                    f"Change it back to “{draft.key}”, or begin a new procedure",
                ),
            )
        draft.bpmn, draft.note = bpmn, note.strip()[:LONGEST_NOTE]
        draft.revision += 1
        draft.saved_by, draft.saved_at = by, clock.now()
        draft.save(update_fields=["bpmn", "note", "revision", "saved_by", "saved_at"])
        draft.editors.add(by)
        _record("procedure.draft_saved", draft, by)
    return draft


def submit_draft(draft_pk: int, by: Person, revision: int, effective_from: date) -> Draft:
    """Put a draft before the second person, to be in force from a local day.

    Raises:
        NotFoundOrNotYours: there is no such draft.
        Refused: the linter found something.
        Problem: it is not a draft any more, somebody saved meanwhile, it says nothing new, the day is past,
            or nobody wrote what changes and why.
    """
    with transaction.atomic():
        draft = _locked(draft_pk)
        _require_state(draft, DraftState.DRAFT)
        _require_revision(draft, revision)
        _require_words(draft.note, "note")
        _require_day(effective_from)
        findings = draft_findings(draft)
        if findings:
            raise Refused(findings)
        draft.state, draft.effective_from = DraftState.SUBMITTED, effective_from
        draft.submitted_at, draft.remark = clock.now(), ""
        draft.save(update_fields=["state", "effective_from", "submitted_at", "remark"])
        _record("procedure.draft_submitted", draft, by)
        notices.send(
            [one for one in duties.who_may(APPROVE) if one.pk not in _editor_pks(draft)],
            kind="procedure.draft",
            title=Text(
                f"等你审：流程“{_name(draft).zh}”要改", f"For your review: a change of “{_name(draft).en}”"
            ),
            body=Text(draft.note, draft.note),
            link=f"/procedures/drafts/{draft.pk}/",
            thread=_thread(draft),
        )
    return draft


def approve_draft(draft_pk: int, by: Person, revision: int, remark: str = "") -> Draft:
    """Approve a submitted draft as the second person.

    Args:
        revision: the revision that `by` has read: nobody approves what they have not seen.

    Raises:
        NotFoundOrNotYours: there is no such draft.
        Problem: it is not submitted, `by` has edited it, or it was changed and submitted again meanwhile.
    """
    with transaction.atomic():
        draft = _locked(draft_pk)
        _require_state(draft, DraftState.SUBMITTED)
        _require_revision(draft, revision)
        _require_other_eyes(draft, by)
        _review(draft, by, DraftState.APPROVED, remark)
        _record("procedure.draft_approved", draft, by)
    return draft


def return_draft(draft_pk: int, by: Person, remark: str, revision: int) -> Draft:
    """Give a submitted or approved draft back to be changed, with what is wrong with it.

    Args:
        revision: the revision that `by` has read.

    Raises:
        NotFoundOrNotYours: there is no such draft.
        Problem: it is not under review, `by` has edited it, it was changed meanwhile, or the remark is
            missing.
    """
    with transaction.atomic():
        draft = _locked(draft_pk)
        _require_state(draft, DraftState.SUBMITTED, DraftState.APPROVED)
        _require_revision(draft, revision)
        _require_other_eyes(draft, by)
        _require_words(remark, "remark")
        _review(draft, by, DraftState.DRAFT, remark)
        _record("procedure.draft_returned", draft, by)
    return draft


def publish_draft(draft_pk: int, by: Person) -> ProcedureVersion:
    """Publish an approved draft as the next version, in force from its day, or from today if that has passed.

    Raises:
        NotFoundOrNotYours: there is no such draft.
        Refused: what it refers to has gone meanwhile.
        Problem: it is not approved, or another version was published after it was begun.
    """
    with transaction.atomic():
        draft = _locked(draft_pk)
        if draft.state == DraftState.PUBLISHED and draft.published is not None:
            return draft.published
        _require_state(draft, DraftState.APPROVED)
        latest = _latest(draft.key)
        if latest != draft.based_on:
            raise Problem(
                "procedure.draft_overtaken",
                Text(
                    f"第 {latest.version if latest else 0} 版在这份修改之后发布了",
                    f"Version {latest.version if latest else 0} was published after this draft was begun",
                ),
                do=Text("从最新一版再起一份修改", "Begin a draft from the latest version"),
            )
        assert draft.effective_from is not None  # `submit_draft` asked for it
        day = max(draft.effective_from, clock.today())
        version = store_version(draft.bpmn, day, journal.person(by.pk), source=draft.note[:300])
        draft.state, draft.published = DraftState.PUBLISHED, version
        draft.save(update_fields=["state", "published"])
        notices.close_thread(_thread(draft))
    return version


def withdraw_draft(draft_pk: int, by: Person) -> Draft:
    """Drop a draft that shall not become a version.

    Raises:
        NotFoundOrNotYours: there is no such draft.
        Problem: it is published or dropped already.
    """
    with transaction.atomic():
        draft = _locked(draft_pk)
        _require_state(draft, DraftState.DRAFT, DraftState.SUBMITTED, DraftState.APPROVED)
        draft.state = DraftState.WITHDRAWN
        draft.save(update_fields=["state"])
        notices.close_thread(_thread(draft))
        _record("procedure.draft_withdrawn", draft, by)
    return draft


def draft_findings(draft: Draft) -> list[Finding]:
    """Return what keeps a draft from being published now."""
    return check(draft.bpmn)


def _locked(draft_pk: int) -> Draft:
    """Lock a draft and return it; what it refers to is read after the wait, as others left it."""
    try:
        return Draft.objects.select_for_update().get(pk=draft_pk)
    except Draft.DoesNotExist:
        raise NotFoundOrNotYours from None


def _latest(key: str) -> ProcedureVersion | None:
    return ProcedureVersion.objects.filter(key=key).order_by("-version").first()


def _review(draft: Draft, by: Person, state: DraftState, remark: str) -> None:
    draft.state, draft.reviewed_by, draft.reviewed_at = state, by, clock.now()
    draft.remark = remark.strip()[:LONGEST_NOTE]
    draft.save(update_fields=["state", "reviewed_by", "reviewed_at", "remark"])
    notices.close_thread(_thread(draft))
    is_approved = state == DraftState.APPROVED
    notices.send(
        [draft.author],
        kind="procedure.draft",
        title=Text(
            f"流程“{_name(draft).zh}”的修改{'通过了' if is_approved else '退回来了'}",
            f"The change of “{_name(draft).en}” was {'approved' if is_approved else 'returned'}",
        ),
        body=Text(draft.remark, draft.remark),
        link=f"/procedures/drafts/{draft.pk}/",
        thread=_thread(draft),
    )


def _require_state(draft: Draft, *states: DraftState) -> None:
    if draft.state not in states:
        now = DraftState(draft.state)
        english = {
            DraftState.DRAFT: "being edited",
            DraftState.SUBMITTED: "under review",
            DraftState.APPROVED: "approved",
            DraftState.PUBLISHED: "published",
            DraftState.WITHDRAWN: "dropped",
        }
        raise Problem(
            "procedure.draft_state",
            Text(f"这份修改现在是“{now.label}”", f"This draft is {english[now]} now"),
            do=Text("刷新页面，看现在能做什么", "Load the page again to see what can be done"),
        )


def _require_revision(draft: Draft, revision: int) -> None:
    if draft.revision != revision:
        at = clock.local(draft.saved_at)
        raise Problem(
            "procedure.draft_stale",
            Text(
                f"{draft.saved_by.name} {at:%H:%M} 存过新的一稿，你的没有存",
                f"{draft.saved_by.name} saved at {at:%H:%M}; yours was not stored",
            ),
            do=Text("下载你的这份，再打开新的一稿改", "Download yours, then open the new one and change it"),
        )


def _require_words(text: str, field: str) -> None:
    if len(text.strip()) < SHORTEST_NOTE:
        raise Problem(
            "procedure.draft_words",
            Text("没写改了什么、为什么", "It does not say what changes and why")
            if field == "note"
            else Text("没写哪里要改", "It does not say what has to change"),
            do=Text(f"至少写 {SHORTEST_NOTE} 个字", f"Write at least {SHORTEST_NOTE} characters"),
            field=field,
        )


def _require_day(day: date) -> None:
    if day < clock.today():
        raise Problem(
            "procedure.draft_day",
            Text("起用的日子已经过了", "The day from which it shall be in force is past"),
            do=Text("选今天或以后", "Choose today or later"),
            field="effective_from",
        )


def _require_other_eyes(draft: Draft, by: Person) -> None:
    if by.pk in _editor_pks(draft):
        raise Problem(
            "procedure.four_eyes",
            Text("改过的人不能自己审", "Who has edited it may not review it"),
            why=Text(
                "流程管着每一个人，要有第二双眼睛。",
                "A procedure binds everybody, so a second pair of eyes looks at it.",
            ),
            do=Text("请另一位有审核权的人来审", "Ask another person with the right to approve"),
        )


def _editor_pks(draft: Draft) -> set[int]:
    return set(draft.editors.values_list("pk", flat=True))


def _name(draft: Draft) -> Text:
    return read_profile(draft.bpmn).name


def _thread(draft: Draft) -> str:
    return f"procedure-draft:{draft.pk}"


def _record(verb: str, draft: Draft, by: Person) -> None:
    name = _name(draft)
    journal.record(
        verb,
        journal.person(by.pk),
        journal.Ref("procedure", draft.key),
        thread=_thread(draft),
        data={"name_zh": name.zh, "name_en": name.en, "draft": draft.pk, "revision": draft.revision},
    )
