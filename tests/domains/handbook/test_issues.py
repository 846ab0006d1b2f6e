"""The issue list: a closed loop in which another hand closes, late ones climb, and a closed one can come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwang.domains.handbook.models import Concern, Issue, Reason, Severity
from shouwang.domains.handbook.services.reporting import reopen
from shouwang.domains.handbook.services.retention import shred_expired
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.util import clock as clocks
from shouwang.util.ids import new_uuid
from shouwang.util.problems import NotFoundOrNotYours, Problem
from tests.domains.handbook.issue import MENDED, do, reported, the_step

AT_HOME = {"procedure": "HOME_QUARANTINE", "at": "suitability"}


@pytest.fixture
def worker(district):
    """A community worker, who finds things."""
    return district.person("community-worker")


def test_an_issue_of_the_place_goes_to_its_director_with_a_clock_by_severity(district, worker):
    issue = reported(worker, AT_HOME, severity=Severity.SERIOUS)
    step = the_step(issue)
    assert (step.key, step.holder) == ("mend", district.person("community-director"))
    assert step.due_at == clocks.now() + timedelta(hours=4)
    assert (issue.procedure_key, issue.procedure_version, issue.step_key) == (
        "HOME_QUARANTINE",
        1,
        "suitability",
    )
    assert issue.role == "community_worker"
    assert (issue.case.title_zh, issue.case.title_en) == (
        "核住处合不合：找不到人、没人接",
        "Check that the home is suitable: Nobody there, nobody takes it",
    )
    entries = journal.entries(thread=issue.case.thread, limit=9)
    assert "体温枪" not in str([issue.case.facts, issue.case.title_zh, *(one.data for one in entries)])


def test_an_issue_with_the_procedure_goes_to_whoever_may_change_it(district, worker):
    issue = reported(worker, AT_HOME, reason=Reason.LIMIT)
    assert issue.concern == Concern.METHOD
    assert (the_step(issue).key, the_step(issue).holder) == ("amend", district.person("commander"))
    assert the_step(issue).due_at == clocks.now() + timedelta(hours=72)


def test_another_hand_closes_it_and_the_finder_is_told(district, worker):
    issue = do(reported(worker, AT_HOME), MENDED)
    assert issue.mended_by == district.person("community-director")
    assert issue.done == "加了一支体温枪"
    checker = district.person("subdistrict-duty")
    assert (the_step(issue).key, the_step(issue).holder) == ("check", checker)
    issue = do(issue, {"is_solved": True})
    assert (issue.closed_by, issue.is_open, issue.case.outcome) == (checker, False, "SOLVED")
    assert next(one.kind for one in notices.inbox(worker, 5)) == "issue.closed"


def test_whoever_put_it_right_is_refused_to_close_it(district, worker):
    issue = do(reported(worker, AT_HOME), MENDED)
    director = district.answer("community-director")
    step = the_step(issue)
    handover = cases.offer(step.pk, director, step.holder)
    cases.accept(handover.pk, director.person)
    with pytest.raises(Problem, match="谁整改的，不能由谁销号"):
        do(issue, {"is_solved": True}, by=director.person)
    assert Issue.objects.get(pk=issue.pk).is_open
    assert the_step(issue).key == "check", "the step stays open for somebody else"


def test_the_database_itself_refuses_one_hand_for_both(district, worker):
    issue = do(reported(worker, AT_HOME), MENDED)
    with pytest.raises(IntegrityError, match="issue_closed_by_another"), transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(closed_by=issue.mended_by, closed_at=clocks.now())


def test_where_the_checker_would_be_the_same_person_the_district_checks(district):
    guard = district.person("guard")
    issue = reported(guard, {"procedure": "CHECKPOINT", "at": "measure"})
    mender = the_step(issue).holder
    issue = do(issue, MENDED)
    assert the_step(issue).holder != mender
    if mender == district.person("subdistrict-duty"):
        assert the_step(issue).key == "check_above"


def test_what_is_not_solved_goes_back_with_a_new_clock(district, worker, clock):
    issue = do(reported(worker, AT_HOME), MENDED)
    clock.advance(timedelta(hours=30))
    issue = do(issue, {"is_solved": False, "remark": "还是一支"})
    assert (issue.returns, issue.is_open) == (1, True)
    step = the_step(issue)
    assert (step.key, step.due_at) == ("mend", clocks.now() + timedelta(hours=24))
    issue = do(do(issue, {"result": "NOT_AN_ISSUE", "done": "一支够用，见记录"}), {"is_solved": True})
    assert issue.case.outcome == "NOT_AN_ISSUE"


def test_a_director_sends_up_what_only_a_new_version_can_mend(district, worker):
    issue = do(reported(worker, AT_HOME), {"result": "METHOD", "done": "两小时来不及，要改时限"})
    assert issue.concern == Concern.METHOD
    assert (the_step(issue).key, the_step(issue).holder) == ("amend", district.person("commander"))
    assert issue.mended_by is None
    issue = do(issue, {"result": "MENDED", "done": "改为 4 小时，第 2 版"})
    assert issue.mended_by == district.person("commander")
    assert do(issue, {"is_solved": True}).case.outcome == "SOLVED"


def test_a_late_issue_climbs(district, worker, clock):
    issue = reported(worker, AT_HOME)
    clock.advance(timedelta(hours=27))
    cases.sweep()
    assert the_step(issue).escalation_level == 2


def test_one_tap_twice_is_one_issue(district, worker):
    key = new_uuid()
    first, second = (reported(worker, AT_HOME, request_key=key) for _ in range(2))
    assert first == second
    assert cases.Case.objects.filter(procedure_key="ISSUE").count() == 1


def test_words_are_asked_for_where_the_reason_says_nothing(district, worker):
    with pytest.raises(Problem, match="还没写哪里不对"):
        reported(worker, AT_HOME, reason=Reason.OTHER, what="不行")
    with pytest.raises(Problem, match="最多 300 个字"):
        reported(worker, AT_HOME, what="长" * 301)
    assert not Issue.objects.exists()


def test_a_closed_issue_comes_back_once_and_names_what_it_takes_up(district, worker):
    closed = do(do(reported(worker, AT_HOME, what="体温枪不够"), MENDED), {"is_solved": True})
    with pytest.raises(Problem, match="还没写哪里不对"):
        reopen(closed, "", new_uuid(), worker)
    again = reopen(closed, "又坏了一支", new_uuid(), worker)
    assert (again.reopens, again.case.source_case) == (closed, closed.case)
    assert again.reason == closed.reason
    with pytest.raises(Problem, match="已经有人重新提出"):
        reopen(closed, "我也要重新提出", new_uuid(), worker)
    with pytest.raises(Problem, match="还没销号"):
        reopen(again, "还没办完就提", new_uuid(), worker)


def test_an_issue_from_a_step_names_the_version_of_that_case(district, worker, change):
    from tests.desk.street import arrival

    case = arrival(district, "裴听澜")
    change("HOME_QUARANTINE", ("<sw:limit>PT2H</sw:limit>", "<sw:limit>PT3H</sw:limit>"))
    step = cases.open_steps(case)[0]
    issue = reported(worker, {"step": str(step.pk)})
    assert (issue.procedure_version, issue.step_key, issue.about_case) == (1, step.key, case)
    assert reported(worker, AT_HOME).procedure_version == 2


def test_nobody_reports_on_what_is_not_theirs_or_does_not_exist(district, worker):
    from tests.desk.street import arrival

    case = arrival(district, "裴听澜")
    other = district.person("other-worker")
    for asked in ({"case": str(case.pk)}, {"procedure": "NONE"}, {**AT_HOME, "at": "nowhere"}, {}):
        with pytest.raises(NotFoundOrNotYours):
            reported(other, asked)


def test_words_leave_when_their_time_is_over_and_the_count_stays(district, worker, clock):
    closed = do(do(reported(worker, AT_HOME), MENDED), {"is_solved": True})
    clock.advance(timedelta(days=179))
    assert shred_expired() == 0
    clock.advance(timedelta(days=2))
    assert shred_expired() == 1
    assert shred_expired() == 0
    left = Issue.objects.get(pk=closed.pk)
    assert (left.what, left.done, left.closed_by_id) == ("", "", closed.closed_by_id)
