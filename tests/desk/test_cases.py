"""The list of cases and the case page: who holds it, by when, where it stands, and what happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from tests.desk.test_work import GUARD, WORKER, words
from tests.desk.town import GOOD, the_offer, the_step

DIRECTOR = ("community_director", "C1")
STRANGER = ("community_worker", "C2")


def test_the_case_page_answers_who_what_and_by_when(town, page):
    case = town.case()
    shown = words(page(*WORKER).get(f"/cases/{case.pk}/"))
    assert f"编号 {case.number}" in shown
    assert "入户核住处：裴**" in words(page(*WORKER).get(f"/cases/{case.pk}/")).replace(" ： ", "：")
    for part in ("现在由", "限时 2 小时", "过时升到", "见到本人", "流程走到哪", "经过", "交接", "凭据"):
        assert part in shown
    assert "裴听澜" not in shown


def test_another_sub_district_sees_nothing_of_it(town, page):
    case = town.case()
    step = the_step(case)
    stranger = page(*STRANGER)
    assert case.number not in words(stranger.get("/cases/"))
    for path in (
        f"/cases/{case.pk}/",
        f"/cases/{case.pk}/reveal/",
        f"/steps/{step.pk}/",
        f"/steps/{step.pk}/offer/",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in ("complete", "tick", "take", "proof", "offer"):
        assert stranger.post(f"/steps/{step.pk}/{path}/", GOOD).status_code == 404, path
    assert stranger.post(f"/cases/{case.pk}/call/").status_code == 404
    step.refresh_from_db()
    assert step.holder == town.people[WORKER]


def test_who_does_not_hold_it_sees_why_not_and_takes_it_over(town, page):
    case = town.case()
    director = page(*DIRECTOR)
    answer = director.get(f"/cases/{case.pk}/")
    html = answer.content.decode()
    assert 'aria-disabled="true"' in html
    assert "只有" in words(answer)
    assert "接过来办" in words(answer)
    assert "/complete/" not in html
    done = director.post(f"/steps/{the_step(case).pk}/take/", {"next": f"/cases/{case.pk}/"}, follow=True)
    assert "/complete/" in done.content.decode()
    assert "接过来办：核住处" in words(done)


def test_whoever_completes_what_another_holds_is_told_who_does(town, page):
    case = town.case()
    answer = page(*DIRECTOR).post(
        f"/steps/{the_step(case).pk}/complete/", {**GOOD, "next": f"/cases/{case.pk}/"}
    )
    assert answer.status_code == 422
    assert "这一步由" in words(answer)


def test_handing_over_recalling_and_accepting(town, page, clock):
    other = town.hold(*WORKER)
    town.people["community_worker", "second"] = other
    case = town.case()
    step = the_step(case)
    worker = page(*WORKER)
    form = worker.get(f"/steps/{step.pk}/offer/")
    assert other.name in words(form)
    assert "社区主任" in words(form)
    nobody = worker.post(f"/steps/{step.pk}/offer/", {})
    assert nobody.status_code == 422
    assert "还没选移交给谁" in words(nobody)
    held = next(holding.pk for holding in town.posts[WORKER].holdings.all() if holding.person_id == other.pk)
    sent = worker.post(f"/steps/{step.pk}/offer/", {"receiver": held}, follow=True)
    assert "已移交给" in words(sent)
    offer = the_offer(case)
    back = worker.post(f"/handovers/{offer.pk}/recall/", {"next": f"/cases/{case.pk}/"}, follow=True)
    assert "收回来了" in words(back)
    again = worker.post(f"/steps/{step.pk}/offer/", {"receiver": held})
    assert again.status_code == 302
    clock.advance(timedelta(minutes=3))
    cases.accept(the_offer(case).pk, other)
    assert "已接收，用时 3 分" in words(worker.get(f"/cases/{case.pk}/"))


def test_looking_at_the_person_needs_a_purpose_and_is_seen(town, page):
    case = town.case()
    worker = page(*WORKER)
    blank = worker.post(f"/cases/{case.pk}/reveal/", {"fields_wanted": ["NAME", "PHONE"]})
    assert blank.status_code == 422
    assert "写明为什么要看" in words(blank)
    shown = worker.post(
        f"/cases/{case.pk}/reveal/",
        {"fields_wanted": ["NAME", "PHONE", "ADDRESS"], "purpose": "上门核对身份"},
    )
    assert "裴听澜" in words(shown)
    assert "100 0371 5555" in words(shown)
    assert "没有登记" in words(shown)
    assert "no-store" in shown["Cache-Control"]
    look = parties.looks(case.person)[0]
    assert (look.who, look.purpose.zh) == (town.people[WORKER].name, "上门核对身份")
    story = words(worker.get(f"/cases/{case.pk}/?story=looks"))
    assert "上门核对身份" in story
    assert "裴听澜" not in story


def test_ringing_the_person_names_the_step_as_purpose(town, page):
    case = town.case()
    shown = page(*WORKER).post(f"/cases/{case.pk}/call/")
    assert 'href="tel:10003715555"' in shown.content.decode()
    assert parties.looks(case.person)[0].purpose.zh == "电话联系：核住处"


@pytest.mark.parametrize("role", [("district_duty", "D"), ("commander", "D")])
def test_who_only_commands_sees_no_names(town, page, role):
    case = town.case()
    reader = page(*role)
    shown = words(reader.get(f"/cases/{case.pk}/"))
    assert "你的职责不看全名" in shown
    assert reader.get(f"/cases/{case.pk}/reveal/").status_code == 403


def test_the_story_is_told_with_actors_duties_and_filters(town, page, clock):
    case = town.case(offer_from=town.answer(*GUARD))
    worker = page(*WORKER)
    worker.post(f"/handovers/{the_offer(case).pk}/accept/")
    clock.advance(timedelta(hours=2, minutes=1))
    cases.sweep()
    everything = words(worker.get(f"/cases/{case.pk}/"))
    for part in ("开案", "已接收：核住处", "超时升到社区：核住处", "系统", town.people[WORKER].name):
        assert part in everything
    clocks = words(worker.get(f"/cases/{case.pk}/?story=clocks")).split("经过")[1]
    assert "超时升到社区" in clocks
    assert "开案" not in clocks


def test_a_closed_case_says_its_outcome_in_words(town, page):
    case = town.case()
    worker = page(*WORKER)
    worker.post(f"/steps/{the_step(case).pk}/complete/", GOOD)
    worker.post(f"/steps/{the_step(case).pk}/complete/", {"ticks": ["asked"]})
    shown = words(worker.get(f"/cases/{case.pk}/"))
    assert "已结：办结" in shown
    assert "结案 " in shown
    assert "SETTLED" not in shown
    assert case.number in words(worker.get("/cases/?state=CLOSED"))


def test_a_proof_is_added_by_itself(town, page):
    case = town.case()
    step = the_step(case)
    worker = page(*WORKER)
    done = worker.post(
        f"/steps/{step.pk}/proof/",
        {"key": "paper", "note": "当面签", "next": f"/cases/{case.pk}/"},
        follow=True,
    )
    assert "当面签" in words(done)
    wrong = worker.post(f"/steps/{step.pk}/proof/", {"key": "", "note": "字" * 400})
    assert wrong.status_code == 422
    assert "最多 300 个字" in words(wrong)


def test_the_list_is_filtered_sorted_and_paged(town, page, clock, monkeypatch):
    from shouwang.desk.queries import case_list

    monkeypatch.setattr(case_list, "PAGE", 2)
    made = []
    for _ in range(5):
        made.append(town.case())
        clock.advance(timedelta(minutes=1))
    town.case(place="Y2")
    worker = page(*WORKER)
    seen, path = [], "/cases/"
    while path:
        answer = worker.get(path)
        listed = answer.context["page"]
        seen += [row.case.pk for row in listed.rows]
        path = f"/cases/{listed.next_url}" if listed.next_url else ""
    assert seen == [case.pk for case in made], "oldest clock first, each once"
    assert answer.context["page"].total == 5
    assert words(worker.get(f"/cases/?number={made[2].number}")).count(made[2].number) == 1
    assert "没有符合条件的案件" in words(worker.get("/cases/?late=1"))
    assert worker.get("/cases/?place=Y1").context["page"].total == 5
    assert worker.get("/cases/?place=Y2").status_code == 404
    clock.advance(timedelta(hours=3))
    assert worker.get("/cases/?late=1&procedure=HOME_VISIT&campaign=COMMUNITY").context["page"].total == 5
    assert page("district_duty", "D").get("/cases/").context["page"].total == 6


@pytest.mark.parametrize("rounds", [1, 8])
def test_the_number_of_reads_does_not_grow_with_the_case(
    town, page, clock, django_assert_max_num_queries, rounds
):
    case = town.case()
    other = town.hold(*WORKER)
    for _ in range(rounds):
        step = the_step(case)
        receiver = (
            town.answer(*WORKER) if step.holder == other else type(town.answer(*WORKER))(other, step.post)
        )
        cases.offer(step.pk, receiver, step.holder)
        cases.accept(the_offer(case).pk, receiver.person)
        parties.reveal(step.holder, case.person, ["NAME"], "核对身份信息")
    worker = page(*WORKER)
    worker.get(f"/cases/{case.pk}/")
    with django_assert_max_num_queries(60):
        worker.get(f"/cases/{case.pk}/")


@pytest.mark.parametrize("count", [2, 20])
def test_the_number_of_reads_does_not_grow_with_the_list(town, page, django_assert_max_num_queries, count):
    for _ in range(count):
        town.case()
    worker = page(*WORKER)
    worker.get("/cases/")
    with django_assert_max_num_queries(30):
        worker.get("/cases/")


def test_the_journal_is_never_told_a_name(town, page):
    case = town.case()
    page(*WORKER).post(f"/steps/{the_step(case).pk}/complete/", GOOD)
    for entry in journal.entries(thread=case.thread):
        assert "裴" not in str(entry.data)
