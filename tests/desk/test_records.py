"""Duties, places, procedures and the journal."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from tests.desk.test_cases import DIRECTOR, STRANGER
from tests.desk.test_work import WORKER, chinese, words
from tests.desk.town import VISIT, the_step

DESK = ("district_duty", "D")


def test_the_board_shows_gaps_first_with_since_when(town, page, clock):
    holding = duties.Holding.objects.get(post=town.posts["courtyard_team", "Y1"])
    clock.advance(timedelta(minutes=10))
    duties.end_holding(holding, actor=journal.SYSTEM)
    clock.advance(timedelta(minutes=34))
    answer = page(*DIRECTOR).get("/duties/")
    shown = words(answer)
    assert "空 34 分" in shown
    assert "派人" in shown
    assert "is-alarm" in answer.content.decode().split("现在没人的岗")[1].split("</section>")[0]
    assert "楼院 1 = 有人 0 + 没人 1" in shown
    cadre = page("subdistrict_cadre", "S1").get("/duties/")
    assert "is-alarm" not in cadre.content.decode().split("现在没人的岗")[1].split("</section>")[0]


def test_assigning_and_ending_a_duty(town, page, clock):
    holding = duties.Holding.objects.get(post=town.posts["courtyard_team", "Y1"])
    clock.advance(timedelta(minutes=10))
    director = page(*DIRECTOR)
    ended = director.post(f"/holdings/{holding.pk}/end/", follow=True)
    assert "已离岗" in words(ended)
    post = town.posts["courtyard_team", "Y1"]
    nobody = director.post(f"/duties/{post.pk}/assign/", {"person": "", "kind": "SUBSTITUTE"})
    assert nobody.status_code == 422
    assert "还没选派谁" in words(nobody)
    past = director.post(
        f"/duties/{post.pk}/assign/",
        {"person": town.people[WORKER].pk, "kind": "SUBSTITUTE", "until_at": "2020-03-01T08:00"},
    )
    assert "结束时间要晚于开始时间" in words(past)
    done = director.post(
        f"/duties/{post.pk}/assign/", {"person": town.people[WORKER].pk, "kind": "SUBSTITUTE"}, follow=True
    )
    assert f"{town.people[WORKER].name} 从现在起在岗" in words(done)
    assert duties.holder("courtyard_team", town.places["Y1"]).person == town.people[WORKER]


def test_duties_of_another_sub_district_are_not_found(town, page):
    director = page(*DIRECTOR)
    other = town.posts["courtyard_team", "Y2"]
    assert director.get("/duties/?place=S2").status_code == 404
    assert director.get(f"/duties/{other.pk}/").status_code == 404
    assert director.post(f"/duties/{other.pk}/assign/", {}).status_code == 404
    held = duties.Holding.objects.get(post=other)
    assert director.post(f"/holdings/{held.pk}/end/").status_code == 404
    assert page(*WORKER).get("/duties/").status_code == 403


def test_who_sees_duties_without_assigning_is_told_whom_to_ask(town, page):
    post = town.posts["courtyard_team", "Y1"]
    cadre = page("subdistrict_cadre", "S1")
    assert "你的职责不派人" in words(cadre.get(f"/duties/{post.pk}/"))
    assert cadre.post(f"/duties/{post.pk}/assign/", {}).status_code == 403


def test_held_and_empty_courtyards_open_from_their_number(town, page):
    desk = page(*DESK)
    assert "地点Y1" in words(desk.get("/duties/?show=held")) or "专班" in words(
        desk.get("/duties/?show=held")
    )
    assert desk.get("/duties/?show=empty").status_code == 200
    assert desk.get("/duties/?show=held&after=nonsense").status_code == 200


def test_a_place_writes_its_day_as_a_sum(town, page, clock):
    town.case()
    shown = words(page(*DESK).get("/places/D/"))
    assert "开案前 0 + 新开 1 + 接进 0 − 结案 0 − 交出 0 = 应有 1" in shown
    assert "实有 1" in shown
    assert "差 0" in shown
    assert page(*DESK).get("/places/D/?day=2020-03-17").status_code == 200
    assert page(*DESK).get("/places/D/?day=nonsense").status_code == 200


def test_places_are_searched_within_reach_only(town, page):
    worker = page(*WORKER)
    assert worker.get("/places/Y1/").status_code == 200
    assert worker.get("/places/Y2/").status_code == 404
    assert worker.get("/places/S1/").status_code == 404
    found = words(worker.get("/places/?q=地点"))
    assert "地点Y1" in found
    assert "地点Y2" not in found


def test_an_auditor_sees_counts_and_no_case(town, page):
    case = town.case()
    auditor = page("auditor", "D")
    place = auditor.get("/places/D/")
    assert "现在在办 1" in words(place)
    assert "/cases/?place" not in place.content.decode()
    assert auditor.get(f"/cases/{case.pk}/").status_code == 403


def test_procedures_show_the_four_fixed_things(town, page):
    worker = page(*WORKER)
    assert "核住处" in words(worker.get("/procedures/"))
    shown = words(worker.get("/procedures/HOME_VISIT/"))
    for part in ("定职责", "定流程", "定规范", "定时限", "见到本人", "承诺书已签", "2 小时", "第 1 版"):
        assert part in shown
    assert worker.get("/procedures/NOTHING/").status_code == 404
    drawing = worker.get("/procedures/HOME_VISIT/1.bpmn?language=zh-hans")
    assert 'name="核住处"' in drawing.content.decode()
    english = worker.get("/procedures/HOME_VISIT/1.bpmn?language=en").content.decode()
    assert 'name="Check the home"' in english


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (VISIT.replace("<sw:limit>PT2H</sw:limit>", "", 1), "visit"),
        ("<not xml", "不是完好的 XML"),
        ("", "选一个文件，或者把内容贴在下面"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x/>', "文档类型声明"),
    ],
)
def test_the_linter_says_what_is_missing_and_stores_nothing(town, page, text, said):
    answer = page(*WORKER).post("/procedures/check/", {"text": text})
    assert said in words(answer)


def test_the_linter_reads_an_upload_and_refuses_a_picture(town, page):
    worker = page(*WORKER)
    good = worker.post("/procedures/check/", {"file": SimpleUploadedFile("visit.bpmn", VISIT.encode())})
    assert "四定齐全" in words(good)
    picture = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n\xff\xfe")
    wrong = worker.post("/procedures/check/", {"file": picture})
    assert wrong.status_code == 422
    assert "这不是 BPMN 文件" in words(wrong)


def test_the_journal_is_read_filtered_and_verified(town, page):
    case = town.case()
    journal.seal_pending()
    auditor = page("auditor", "D")
    assert case.number in words(auditor.get("/journal/"))
    assert case.number not in words(auditor.get("/journal/?kind=duty."))
    assert case.number in words(auditor.get("/journal/?place=C1"))
    assert case.number not in words(auditor.get("/journal/?place=C2"))
    assert "没有被改过" in words(auditor.post("/journal/verify/"))
    assert page(*STRANGER).get("/journal/").status_code == 403


def test_every_page_wants_somebody_signed_in(client, town):
    step = the_step(town.case())
    for path in (
        "/work/",
        "/work/done/",
        "/cases/",
        f"/cases/{step.case_id}/",
        f"/steps/{step.pk}/",
        "/duties/",
        "/places/",
        "/places/D/",
        "/procedures/",
        "/procedures/check/",
        "/journal/",
    ):
        assert client.get(path)["Location"].startswith("/sign-in/"), path


def test_the_sweep_and_the_pages_agree(town, page, clock):
    town.case()
    clock.advance(timedelta(hours=7))
    cases.sweep()
    assert "已升到你这里" in words(page(*DESK).get("/work/"))


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (WORKER, "/cases/"),
        (WORKER, "/cases/{case}/"),
        (WORKER, "/cases/{case}/reveal/"),
        (WORKER, "/steps/{step}/"),
        (WORKER, "/steps/{step}/offer/"),
        (WORKER, "/work/done/"),
        (DESK, "/duties/?show=held"),
        (DESK, "/duties/{post}/"),
        (DESK, "/places/?q=Place"),
        (DESK, "/places/D/"),
        (WORKER, "/procedures/"),
        (WORKER, "/procedures/HOME_VISIT/"),
        (WORKER, "/procedures/check/"),
        (("auditor", "D"), "/journal/"),
    ],
)
def test_english_is_whole_on_every_page(town, page, role, path):
    step = the_step(town.case())
    keys = {"case": step.case_id, "step": step.pk, "post": town.posts[WORKER].pk}
    html = page(*role, language="en").get(path.format(**keys)).content.decode()
    shown = re.sub(r"<[^>]+>", " ", html.split('class="st-body"')[1].split("</main>")[0])
    assert chinese(shown) == set()


@pytest.mark.parametrize(
    "part", ["open_before", "opened", "received", "closed", "handed_on", "counted", "contained"]
)
def test_every_number_of_the_sum_opens(town, page, part):
    case = town.case()
    desk = page(*DESK)
    answer = desk.get(f"/places/D/flow/{part}/")
    assert answer.status_code == 200
    assert (case.number in words(answer)) is (part in {"opened", "counted"})
    assert page(*DIRECTOR).get(f"/places/D/flow/{part}/").status_code == 404
    assert desk.get("/places/D/flow/nonsense/").status_code == 404
