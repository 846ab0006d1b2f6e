"""The handbook's pages through HTTP: reporting in one tap, what was typed is kept, links from the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from shouwang.domains.handbook.models import Issue, Reason
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.util.ids import new_uuid
from tests.desk.street import arrival
from tests.domains.handbook.issue import MENDED, do, reported

REPORT = "/issues/report/?procedure=HOME_QUARANTINE&at=suitability"
AT_HOME = {"procedure": "HOME_QUARANTINE", "at": "suitability"}


def test_a_reason_is_one_tap_and_the_answer_names_who_has_it(read, district):
    guard = read("guard")
    page = guard.get("/issues/report/?procedure=CHECKPOINT&at=measure").content.decode()
    assert all(str(label) in page for label in Reason.labels)
    typed = {"reason": "NOBODY", "severity": "ORDINARY", "what": "", "request_key": str(new_uuid())}
    for _again in range(2):
        answer = guard.post("/issues/report/?procedure=CHECKPOINT&at=measure", typed)
        assert answer.status_code == 302
    issue = Issue.objects.get()
    assert answer["Location"] == f"/issues/{issue.pk}/"
    shown = guard.get(answer["Location"]).content.decode()
    step = cases.open_steps(issue.case)[0]
    assert f"记下了，编号 {issue.case.number}，由 {step.holder.name} 办。" in shown


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ({"reason": "OTHER", "severity": "SERIOUS", "what": "坏"}, "还没写哪里不对"),
        ({"severity": "SERIOUS", "what": "缺一支体温枪"}, "按一个原因"),
        ({"reason": "NOBODY", "what": "缺一支体温枪"}, "还没选有多急"),
        ({"reason": "NOBODY", "severity": "MINOR", "what": "长" * 301}, "最多 300 个字"),
        ({"reason": "NO_SUCH", "severity": "MINOR", "what": "缺一支体温枪"}, "按一个原因"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(read, typed, word):
    answer = read("community-worker").post(REPORT, typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert word in html
    assert typed["what"] in html
    assert not Issue.objects.exists()


def test_somebody_off_duty_is_told_why_they_cannot_report(read, district, clock):
    clock.advance(timedelta(hours=1))
    holding = duties.duty_of(district.person("community-police"))
    duties.end_holding(holding, actor=journal.SYSTEM)
    page = read("community-police").get(REPORT)
    assert page.status_code == 403
    assert "你现在没有值守的岗位" in page.content.decode()


def test_a_closed_issue_is_taken_up_again_from_its_page(read, district):
    worker = district.person("community-worker")
    closed = do(do(reported(worker, AT_HOME), MENDED), {"is_solved": True})
    reader = read("community-worker")
    assert "其实没解决" in reader.get(f"/issues/{closed.pk}/").content.decode()
    refused = reader.post(f"/issues/{closed.pk}/reopen/", {"what": "坏"})
    assert refused.status_code == 422
    assert "还没写哪里不对" in refused.content.decode()
    again = reader.post(f"/issues/{closed.pk}/reopen/", {"what": "体温枪又坏了一支"})
    new = Issue.objects.get(reopens=closed)
    assert again["Location"] == f"/issues/{new.pk}/"
    assert "其实没解决" not in reader.get(f"/issues/{closed.pk}/").content.decode()


def test_who_reported_sees_it_without_seeing_the_case(read, district):
    issue = reported(district.person("community-police"), AT_HOME)
    html = read("community-police").get(f"/issues/{issue.pk}/").content.decode()
    assert "体温枪只有一支" in html
    assert reverse("desk:case", args=[issue.pk]) not in html
    assert read("other-worker").get(f"/issues/{issue.pk}/").status_code == 404
    assert issue.case.number not in read("other-worker").get("/issues/?show=all").content.decode()


def test_the_desk_leads_to_lists_guides_and_reports(read, district):
    case = arrival(district, "裴听澜")
    step = cases.open_steps(case)[0]
    reader = read("community-worker")
    work = reader.get("/work/").content.decode()
    assert 'href="/guide/community_worker/"' in work
    assert f'href="/issues/report/?step={step.pk}"' in work
    assert f'href="/issues/report/?step={step.pk}"' in reader.get(f"/cases/{case.pk}/").content.decode()
    assert f'href="/issues/report/?step={step.pk}"' in reader.get(f"/steps/{step.pk}/").content.decode()
    procedure = reader.get("/procedures/RELEASE/").content.decode()
    assert 'href="/procedures/RELEASE/lists/"' in procedure
    assert 'href="/issues/report/?procedure=RELEASE"' in procedure
    director = read("community-director")
    assert 'href="/handbook/"' in director.get("/duties/").content.decode()
    post = district.answer("community-worker").post
    assert 'href="/guide/community_worker/"' in director.get(f"/duties/{post.pk}/").content.decode()


def test_the_case_page_says_what_is_wrong_and_what_was_done(read, district):
    issue = reported(district.person("community-worker"), AT_HOME, what="楼院里找不到专班的人")
    director = read("community-director")
    page = director.get(f"/cases/{issue.pk}/").content.decode()
    assert "楼院里找不到专班的人" in page
    assert "报问题：核住处合不合：找不到人、没人接，第 1 版" in page
    do(issue, MENDED)
    assert MENDED["done"] in read("subdistrict-duty").get(f"/cases/{issue.pk}/").content.decode()


def test_the_index_puts_ones_own_duties_first(read):
    html = read("community-doctor").get("/handbook/").content.decode()
    assert html.index("/guide/community_doctor/") < html.index("/guide/guard/")
    guides = read("community-doctor").get("/guide/").content.decode()
    assert guides.index("/guide/community_doctor/") < guides.index("/guide/guard/")


def test_a_report_by_somebody_who_may_not_see_the_step_is_refused(read, district):
    case = arrival(district, "裴听澜")
    step = cases.open_steps(case)[0]
    assert read("other-worker").get(f"/issues/report/?step={step.pk}").status_code == 404
    assert read("guard").get(f"/issues/report/?case={case.pk}").status_code == 404
    assert read("guard").get("/issues/report/?step=x&case=y").status_code == 404
