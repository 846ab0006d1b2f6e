"""A change of a procedure: edited, checked by a second person, published from a day; running cases keep theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices.models import Notice
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock as clocks
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text
from tests.desk.street import arrival
from tests.desk.town import the_step
from tests.kernel.procedures.samples import HOME_QUARANTINE
from tests.races import at_once

STEP = "suitability"
NOTE = "核住处两小时太赶，改成四小时。"


@pytest.fixture
def author(district):
    return district.person("district-duty")


@pytest.fixture
def second(district):
    return district.person("commander")


def with_limit(bpmn: str, limit: str) -> str:
    return procedures.edit_element(bpmn, STEP, procedures.Edit(limit=limit))


def begun(author, limit: str = "PT4H") -> procedures.Draft:
    draft = procedures.begin_draft(author, procedures.in_force("HOME_QUARANTINE").bpmn)
    return procedures.save_draft(draft.pk, author, with_limit(draft.bpmn, limit), NOTE, draft.revision)


def submitted(author, days: int = 0) -> procedures.Draft:
    draft = begun(author)
    return procedures.submit_draft(draft.pk, author, draft.revision, clocks.today() + timedelta(days=days))


def test_a_limit_that_was_changed_governs_the_next_case_and_not_the_last(district, author, second):
    last = arrival(district, "裴听澜")
    draft = submitted(author)
    procedures.approve_draft(draft.pk, second, draft.revision)
    version = procedures.publish_draft(draft.pk, author)
    following = arrival(district, "宁采薇")
    assert version.version == 2
    assert procedures.step_standard(the_step(last)).limit == timedelta(hours=2)
    assert procedures.step_standard(the_step(following)).limit == timedelta(hours=4)
    assert the_step(following).due_at == clocks.now() + timedelta(hours=4)


def test_a_version_from_a_later_day_waits_for_it(district, author, second, clock):
    draft = submitted(author, days=2)
    procedures.approve_draft(draft.pk, second, draft.revision)
    procedures.publish_draft(draft.pk, author)
    assert procedures.step_standard(the_step(arrival(district, "裴听澜"))).limit == timedelta(hours=2)
    clock.advance(timedelta(days=2))
    assert procedures.step_standard(the_step(arrival(district, "宁采薇"))).limit == timedelta(hours=4)


def test_nobody_who_edited_it_approves_it(district, author, second):
    draft = procedures.begin_draft(author, HOME_QUARANTINE)
    procedures.save_draft(draft.pk, second, with_limit(HOME_QUARANTINE, "PT5H"), NOTE, 1)
    procedures.submit_draft(draft.pk, author, 2, clocks.today())
    for person in (author, second):
        with pytest.raises(Problem, match="改过的人不能自己审"):
            procedures.approve_draft(draft.pk, person, 2)
    assert procedures.draft_by_pk(draft.pk).state == "SUBMITTED"
    with pytest.raises(Problem), transaction.atomic():
        procedures.publish_draft(draft.pk, author)


def test_the_database_holds_the_four_eyes(district, author):
    draft = begun(author)
    with pytest.raises(IntegrityError), transaction.atomic():
        procedures.Draft.objects.filter(pk=draft.pk).update(state="APPROVED", reviewed_by=author)
    with pytest.raises(IntegrityError), transaction.atomic():
        procedures.Draft.objects.filter(pk=draft.pk).update(state="APPROVED")


def test_a_stale_save_changes_nothing_and_says_who_was_faster(district, author, second):
    draft = begun(author)
    with pytest.raises(Problem) as refused:
        procedures.save_draft(draft.pk, second, HOME_QUARANTINE, "", draft.revision - 1)
    assert author.name in refused.value.what.zh
    assert procedures.draft_by_pk(draft.pk).note == NOTE


def test_what_the_linter_refuses_is_not_submitted(district, author):
    draft = begun(author)
    bare = procedures.edit_element(draft.bpmn, STEP, procedures.Edit(limit="soon"))
    draft = procedures.save_draft(draft.pk, author, bare, NOTE, draft.revision)
    with pytest.raises(procedures.Refused) as refused:
        procedures.submit_draft(draft.pk, author, draft.revision, clocks.today())
    assert {one.element for one in refused.value.findings} == {STEP}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"note": ""}, "procedure.draft_words"),
        ({"days": -1}, "procedure.draft_day"),
        ({"revision": 1}, "procedure.draft_stale"),
    ],
)
def test_what_is_missing_for_a_review_is_named(district, author, change, code):
    draft = begun(author)
    if "note" in change:
        draft = procedures.save_draft(draft.pk, author, draft.bpmn, change["note"], draft.revision)
    with pytest.raises(Problem) as refused:
        procedures.submit_draft(
            draft.pk,
            author,
            change.get("revision", draft.revision),
            clocks.today() + timedelta(days=change.get("days", 0)),
        )
    assert refused.value.code == code


def test_the_second_person_is_told_and_the_author_hears_the_answer(district, author, second):
    draft = submitted(author)
    assert Notice.objects.filter(recipient=second, kind="procedure.draft", closed_at=None).count() == 1
    procedures.return_draft(draft.pk, second, "四小时太长", draft.revision)
    assert not Notice.objects.filter(recipient=second, kind="procedure.draft", closed_at=None).exists()
    told = Notice.objects.get(recipient=author, kind="procedure.draft", closed_at=None)
    assert "退回" in told.title_zh
    assert told.body_zh == "四小时太长"
    assert procedures.draft_by_pk(draft.pk).state == "DRAFT"


def test_a_draft_that_was_overtaken_is_not_published(district, author, second):
    first, other = submitted(author), submitted(author)
    for draft in (first, other):
        procedures.approve_draft(draft.pk, second, draft.revision)
    procedures.publish_draft(first.pk, author)
    with pytest.raises(Problem) as refused:
        procedures.publish_draft(other.pk, author)
    assert refused.value.code == "procedure.draft_overtaken"


@pytest.mark.django_db(transaction=True)
def test_published_twice_at_once_is_one_version(district, author, second):
    draft = submitted(author)
    procedures.approve_draft(draft.pk, second, draft.revision)
    versions = at_once(*[lambda: procedures.publish_draft(draft.pk, author).version] * 3)
    assert versions == [2, 2, 2]


@pytest.mark.parametrize("state", ["SUBMITTED", "APPROVED", "WITHDRAWN"])
def test_what_is_under_review_or_over_is_not_edited(district, author, second, state):
    draft = submitted(author)
    if state == "APPROVED":
        procedures.approve_draft(draft.pk, second, draft.revision)
    if state == "WITHDRAWN":
        procedures.withdraw_draft(draft.pk, author)
    with pytest.raises(Problem) as refused:
        procedures.save_draft(draft.pk, author, HOME_QUARANTINE, NOTE, draft.revision)
    assert refused.value.code == "procedure.draft_state"


def test_a_draft_does_not_become_another_procedure(district, author):
    draft = begun(author)
    other = draft.bpmn.replace('id="HOME_QUARANTINE"', 'id="OTHER"').replace(
        'processRef="HOME_QUARANTINE"', 'processRef="OTHER"'
    )
    with pytest.raises(Problem) as refused:
        procedures.save_draft(draft.pk, author, other, NOTE, draft.revision)
    assert refused.value.code == "procedure.other_key"


@pytest.mark.parametrize(
    "text", ["", "<a", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a/>", "x" * 3_000_000]
)
def test_what_cannot_be_read_begins_nothing(district, author, text):
    with pytest.raises(Problem):
        procedures.begin_draft(author, text)
    assert not procedures.Draft.objects.exists()


def test_missing_drafts_answer_as_everything_missing(district, author):
    with pytest.raises(NotFoundOrNotYours):
        procedures.save_draft(0, author, HOME_QUARANTINE, "", 1)
    with pytest.raises(NotFoundOrNotYours):
        procedures.draft_by_pk(0)


def test_the_journal_tells_who_did_what(district, author, second):
    draft = submitted(author)
    procedures.approve_draft(draft.pk, second, draft.revision)
    procedures.publish_draft(draft.pk, author)
    told = [entry.verb for entry in journal.entries(thread=f"procedure-draft:{draft.pk}")]
    acts = ("approved", "submitted", "saved", "begun")
    assert told == [f"procedure.draft_{act}" for act in acts]
    assert journal.entries(verbs=["procedure.published"], limit=1)[0].data["version"] == 2


# --- comparing and editing -----------------------------------------------------------------------------------


def differences(before: str, after: str) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.element, one.what.en) for one in procedures.compare(before, after)]


def test_a_file_does_not_differ_from_itself_nor_by_its_layout():
    moved = HOME_QUARANTINE.replace('<dc:Bounds x="', '<dc:Bounds x="1')
    assert moved != HOME_QUARANTINE
    assert differences(HOME_QUARANTINE, HOME_QUARANTINE) == differences(HOME_QUARANTINE, moved) == []


def test_a_changed_limit_and_name_are_told_in_words():
    edit = procedures.Edit(name=Text("核住处", "Check the home"), limit="PT1H30M")
    after = procedures.edit_element(HOME_QUARANTINE, STEP, edit)
    told = differences(HOME_QUARANTINE, after)
    assert ("CHANGED", STEP, "limit: 2 h → 1 h 30 min") in told
    assert any(what.startswith("name: ") for _, _, what in told)
    assert len(told) == 2


def test_lists_are_compared_item_by_item():
    spec = procedures.read_profile(HOME_QUARANTINE).steps[STEP]
    items = [*spec.checklist[1:], procedures.ChecklistItem("item_1", Text("有自来水", "Has tap water"))]
    after = procedures.edit_element(HOME_QUARANTINE, STEP, procedures.Edit(checklist=items))
    gone = spec.checklist[0].text.en
    assert {what for _, _, what in differences(HOME_QUARANTINE, after)} == {
        "checklist: “Has tap water” added",
        f"checklist: “{gone}” removed",
    }
    assert [one.key for one in procedures.read_profile(after).steps[STEP].checklist][-1] == "item_1"


def test_an_edit_leaves_everything_else_as_it_is():
    same = procedures.read_profile(HOME_QUARANTINE).steps[STEP]
    edit = procedures.Edit(
        name=same.name, checklist=same.checklist, evidence=same.evidence, form=same.form, limit="PT2H"
    )
    after = procedures.edit_element(HOME_QUARANTINE, STEP, edit)
    assert procedures.read_profile(after) == procedures.read_profile(HOME_QUARANTINE)
    assert procedures.compare(HOME_QUARANTINE, after) == []


def test_removed_and_added_elements_are_told():
    after = HOME_QUARANTINE.replace(f'"{STEP}"', '"suitable_home"').replace(f">{STEP}<", ">suitable_home<")
    kinds = {(kind, element) for kind, element, _ in differences(HOME_QUARANTINE, after)}
    assert {("ADDED", "suitable_home"), ("REMOVED", STEP)} <= kinds


def test_an_unknown_element_is_not_edited():
    with pytest.raises(NotFoundOrNotYours):
        procedures.edit_element(HOME_QUARANTINE, "nowhere", procedures.Edit(limit="PT1H"))


# --- what a second person must not miss -------------------------------------------------------------------------


def published(author, second, bpmn: str) -> procedures.ProcedureVersion:
    draft = procedures.begin_draft(author, procedures.versions_of("HOME_QUARANTINE")[0].bpmn)
    draft = procedures.save_draft(draft.pk, author, bpmn, NOTE, draft.revision)
    draft = procedures.submit_draft(draft.pk, author, draft.revision, clocks.today())
    procedures.approve_draft(draft.pk, second, draft.revision)
    return procedures.publish_draft(draft.pk, author)


def test_going_back_to_what_an_earlier_version_said_is_a_version_of_its_own(district, author, second):
    original = procedures.in_force("HOME_QUARANTINE").bpmn
    published(author, second, with_limit(original, "PT4H"))
    version = published(author, second, original)
    assert version.version == 3
    assert procedures.in_force("HOME_QUARANTINE").version == 3
    assert procedures.step_standard(the_step(arrival(district, "裴听澜"))).limit == timedelta(hours=2)


def test_loading_the_same_files_again_publishes_nothing(district):
    from shouwang.districts.jinshui.methods import load_methods

    before = {one.key: one.version for one in procedures.list_in_force()}
    load_methods()
    assert {one.key: one.version for one in procedures.list_in_force()} == before


def test_a_reviewer_approves_only_what_they_have_seen(district, author, second):
    draft = submitted(author)
    seen = draft.revision
    procedures.return_draft(draft.pk, second, "四小时太长", seen)
    again = procedures.save_draft(draft.pk, author, with_limit(draft.bpmn, "PT9H"), NOTE, seen)
    procedures.submit_draft(draft.pk, author, again.revision, clocks.today())
    with pytest.raises(Problem) as refused:
        procedures.approve_draft(draft.pk, second, seen)
    assert refused.value.code == "procedure.draft_stale"
    assert procedures.draft_by_pk(draft.pk).state == "SUBMITTED"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("is_suitable == false", "is_suitable == true", "is_suitable == true"),
        ('<bpmn:lane id="lane_community_police" name="社区民警">', '<bpmn:lane id="lane_community_police" name="民警">',
         "民警"),
        ('name="missed_reading"', 'name="reading_missed"', "reading_missed"),
        ('windows="07:00-09:00 17:00-19:00"', 'windows="06:00-09:00 17:00-19:00"', "06:00-09:00"),
        ("<bpmn:incoming>start__suitability</bpmn:incoming>",
         '<bpmn:multiInstanceLoopCharacteristics isSequential="true"/>'
         "<bpmn:incoming>start__suitability</bpmn:incoming>", "other settings"),
        ('isExecutable="true"', 'isExecutable="false"', "other settings"),
    ],
)  # fmt: skip
def test_no_change_of_a_file_is_hidden_from_the_second_person(old, new, told):
    assert old in HOME_QUARANTINE
    after = HOME_QUARANTINE.replace(old, new, 1)
    words = [f"{one.what.zh} {one.what.en}" for one in procedures.compare(HOME_QUARANTINE, after)]
    assert any(told in one for one in words), words


PYTHON = "__import__('os').system('touch /tmp/owned')"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HOME_QUARANTINE.partition("?>")[2],
        "<a>" * 5_000,
        HOME_QUARANTINE[: len(HOME_QUARANTINE) // 2],
        HOME_QUARANTINE.replace("is_suitable == false", PYTHON),
        HOME_QUARANTINE.replace("<sw:limit>PT2H</sw:limit>", "", 1),
        HOME_QUARANTINE.replace('key="community_worker"', 'key="wizard"'),
        HOME_QUARANTINE.replace("userTask", "sendTask"),
    ],
    ids=["huge", "entities", "deep", "broken", "python", "no limit", "unknown duty", "unsupported"],
)
def test_an_upload_that_is_malformed_huge_hostile_or_wrong_is_refused_and_leaves_nothing(
    district, author, text
):
    with pytest.raises(Problem) as refused:
        procedures.upload_draft(author, text)
    findings = refused.value.findings
    assert findings
    assert all(one.what.zh and one.what.en for one in findings)
    assert not procedures.Draft.objects.exists()


def test_an_upload_that_could_be_published_is_a_draft_of_its_procedure(district, author):
    draft = procedures.upload_draft(author, with_limit(HOME_QUARANTINE, "PT4H"))
    assert draft.based_on == procedures.in_force("HOME_QUARANTINE")
    assert draft.state == "DRAFT"


NEW = procedures.Skeleton(
    "BORROW_TOOLS", Text('借"工具" & <还>', "Borrow & <return>"), "COMMUNITY", "JY", "community_worker",
    Text("社区工作者", "Community worker"),
)  # fmt: skip


def test_a_new_procedure_begins_whole_and_can_be_published(district, author, second):
    draft = procedures.begin_new(author, NEW)
    assert procedures.draft_findings(draft) == []
    assert procedures.read_profile(draft.bpmn).name == NEW.name
    draft = procedures.save_draft(draft.pk, author, draft.bpmn, NOTE, draft.revision)
    draft = procedures.submit_draft(draft.pk, author, draft.revision, clocks.today())
    procedures.approve_draft(draft.pk, second, draft.revision)
    assert procedures.publish_draft(draft.pk, author).version == 1
    assert procedures.in_force("BORROW_TOOLS").name == NEW.name


def test_a_key_that_is_taken_begins_nothing(district, author):
    taken = procedures.Skeleton(
        "HOME_QUARANTINE", NEW.name, NEW.campaign, NEW.prefix, NEW.role, NEW.role_name
    )
    with pytest.raises(Problem) as refused:
        procedures.begin_new(author, taken)
    assert refused.value.field == "key"
    assert not procedures.Draft.objects.exists()
