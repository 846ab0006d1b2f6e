"""My work: what waits, done where it is listed; refusals beside the item with what was typed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.util.ids import new_uuid
from tests.desk.town import GOOD, the_offer, the_step

WORKER = ("community_worker", "C1")
GUARD = ("guard", "K1")


def chinese(text) -> set[str]:
    """Return the Chinese words of a text, names of people aside (in the tiny territory: 某 and 裴)."""
    return {found for found in re.findall(r"[\u4e00-\u9fff]+", text) if found[0] not in "某裴"}


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_empty_desk_says_what_comes_next(page):
    answer = page(*WORKER).get("/work/")
    assert answer.status_code == 200
    assert "现在没有要做的事" in words(answer)


def test_a_step_is_done_where_it_is_listed(town, page):
    case = town.case()
    step = the_step(case)
    worker = page(*WORKER)
    listed = worker.get("/work/")
    assert "核住处" in words(listed)
    assert "裴**" in words(listed)
    assert "裴听澜" not in listed.content.decode()
    done = worker.post(f"/steps/{step.pk}/complete/", {**GOOD, "next": "/work/"}, follow=True)
    assert "办完：核住处" in words(done)
    assert "送照护包" in words(done)
    step.refresh_from_db()
    assert (step.state, step.form["days"]) == ("DONE", 14)
    assert cases.Evidence.objects.get(step=step).note == "CN-1"


def test_the_same_tap_twice_does_it_once(town, page):
    step = the_step(town.case())
    worker = page(*WORKER)
    worker.post(f"/steps/{step.pk}/complete/", GOOD)
    again = worker.post(f"/steps/{step.pk}/complete/", GOOD, follow=True)
    assert again.status_code == 200
    assert "已经办过了" in words(again)
    assert cases.Step.objects.filter(case=step.case).count() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer-is_fit": ""}, "还没选这一项"),
        ({"ticks": ["met"]}, "有单独房间"),
        ({"evidence": []}, "还缺凭据：承诺书已签"),
        ({"answer-days": "十四"}, "要填整数"),
        ({"answer-note": "字" * 40_000}, "最多 300 字"),
        ({"answer-note": "<script>alert(1)</script>", "answer-days": "x"}, "要填整数"),
    ],
)
def test_what_is_wrong_stands_beside_what_was_typed(town, page, change, said):
    step = the_step(town.case())
    typed = {**GOOD, "answer-note": "住三楼", **change, "next": "/work/"}
    answer = page(*WORKER).post(f"/steps/{step.pk}/complete/", typed)
    assert answer.status_code == 422
    assert said in words(answer)
    html = answer.content.decode()
    assert typed["answer-note"][:200] in html or "&lt;script&gt;" in html
    assert "<script>alert" not in html
    assert 'value="HOME" id' in html.replace(" checked", "") or "checked" in html
    step.refresh_from_db()
    assert step.state == "OPEN"
    assert not cases.Evidence.objects.filter(step=step).exists(), "nothing is stored half"


def test_a_tick_is_kept_at_once(town, page):
    step = the_step(town.case())
    worker = page(*WORKER)
    answer = worker.post(f"/steps/{step.pk}/tick/", {"item": "met", "ticks": ["met"]})
    assert "还差 1 项没勾" in words(answer)
    step.refresh_from_db()
    assert list(step.ticks) == ["met"]
    worker.post(f"/steps/{step.pk}/tick/", {"item": "met"})
    step.refresh_from_db()
    assert step.ticks == {}


def test_a_car_is_one_item_and_one_tap(town, page):
    batch = new_uuid()
    three = [town.case(offer_from=town.answer(*GUARD), batch=batch) for _ in range(3)]
    worker = page(*WORKER)
    listed = words(worker.get("/work/"))
    assert "一车 3 人" in listed
    assert "现在要做 1 件" in listed
    assert "你接收前由他负责" in listed
    assert "到时不接，升到" in listed
    done = worker.post(f"/handovers/{the_offer(three[0]).pk}/accept/", {"next": "/work/"}, follow=True)
    assert "接收了 3 件" in words(done)
    assert {the_step(case).holder for case in three} == {town.people[WORKER]}


def test_declining_needs_a_reason_and_keeps_what_was_typed(town, page):
    offer = the_offer(town.case(offer_from=town.answer(*GUARD)))
    worker = page(*WORKER)
    short = worker.post(f"/handovers/{offer.pk}/decline/", {"reason": "不", "next": "/work/"})
    assert short.status_code == 422
    assert "还没写为什么不接" in words(short)
    assert ">不</textarea>" in short.content.decode()
    done = worker.post(
        f"/handovers/{offer.pk}/decline/", {"reason": "不住这里", "next": "/work/"}, follow=True
    )
    assert "没有接" in words(done)
    again = worker.post(f"/handovers/{offer.pk}/decline/", {"reason": "不住这里", "next": "/work/"})
    assert again.status_code == 302
    offer.refresh_from_db()
    assert (offer.state, offer.reason) == ("DECLINED", "不住这里")


def test_an_offer_settled_by_somebody_else_is_told_in_words(town, page):
    case = town.case(offer_from=town.answer(*GUARD))
    offer = the_offer(case)
    cases.recall(offer.pk, town.people[GUARD])
    answer = page(*WORKER).post(f"/handovers/{offer.pk}/accept/", {"next": "/work/"}, follow=True)
    assert "移交的人已经收回" in words(answer)


def test_a_late_step_climbs_to_the_director_who_takes_it(town, page, clock):
    case = town.case()
    step = the_step(case)
    clock.advance(timedelta(hours=2, minutes=5))
    cases.sweep()
    director = page("community_director", "C1")
    listed = words(director.get("/work/"))
    assert "已升到你这里" in listed
    assert "接过来办" in listed
    assert "打给" in listed
    assert "升到街道" in listed
    done = director.post(f"/steps/{step.pk}/take/", {"next": "/work/"}, follow=True)
    assert "接过来了" in words(done)
    step.refresh_from_db()
    assert step.holder == town.people["community_director", "C1"]


def test_numbers_open_and_chips_filter(town, page, clock):
    town.case()
    town.case(offer_from=town.answer(*GUARD))
    worker = page(*WORKER)
    clock.advance(timedelta(hours=3))
    assert words(worker.get("/work/?show=late")).count("超时") >= 2
    offers = words(worker.get("/work/?show=offer"))
    assert "不接，写原因" in offers
    assert "办这一步" not in offers
    assert "这一类现在没有" in words(worker.get("/work/?procedure=NOTHING"))


def test_what_was_done_today_is_listed(town, page):
    step = the_step(town.case())
    worker = page(*WORKER)
    worker.post(f"/steps/{step.pk}/complete/", GOOD)
    assert "核住处" in words(worker.get("/work/done/"))


def test_english_is_whole(town, page):
    town.case()
    town.case(offer_from=town.answer(*GUARD))
    html = page(*WORKER, language="en").get("/work/").content.decode()
    main = html.split('id="main"')[1].split("</main>")[0]
    shown = re.sub(r"<[^>]+>", " ", main)
    assert chinese(shown) == set(), "only names of people are Chinese"


@pytest.mark.parametrize("count", [2, 12])
def test_the_number_of_reads_does_not_grow_with_the_work(town, page, django_assert_max_num_queries, count):
    for _ in range(count):
        town.case()
        town.case(offer_from=town.answer(*GUARD))
    worker = page(*WORKER)
    worker.get("/work/")
    with django_assert_max_num_queries(40):
        worker.get("/work/")


def test_whoever_has_no_hand_in_a_case_any_more_comes_back_to_their_own_work(town, page):
    case = town.case()
    step = the_step(case)
    team = ("courtyard_team", "Y1")  # sees no case but those in which it has a hand
    cases.Step.objects.filter(pk=step.pk).update(holder=town.people[team], post=town.posts[team])
    member = page(*team)
    back = f"/cases/{case.pk}/"
    assert member.post(f"/steps/{step.pk}/complete/", {**GOOD, "next": back})["Location"] == back
    last = member.post(f"/steps/{the_step(case).pk}/complete/", {"ticks": ["asked"], "next": back})
    assert last["Location"] == "/work/"
    assert "案件已结" in words(member.get("/work/"))


def test_what_is_due_much_later_is_one_line_for_its_kind(town, page, clock):
    for case in (town.case(), town.case()):
        cases.Step.objects.filter(case=case).update(due_at=clock.now() + timedelta(days=14))
    worker = page(*WORKER)
    listed = words(worker.get("/work/"))
    assert "核住处 2 件" in listed
    assert "办这一步" not in listed
    assert words(worker.get("/work/?step=visit")).count("办这一步") == 2
