"""The pages of a shift handover: all of it in one gesture, single items declined, a sheet without names."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from tests import looking
from tests.desk.test_browser import (  # noqa: F401 - fixtures
    DESK,
    PHONE,
    open_as,
    picture,
    sign_in,
    street,
)
from tests.desk.town import the_step

WORKER = ("community_worker", "C1")


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def evening(town, page, clock):
    """Two open visits, and a colleague on the same post with an account of their own."""
    open_cases = [town.case(), town.case(name="骆一舟")]
    clock.advance(timedelta(minutes=20))
    night = town.hold(*WORKER, town.somebody())
    town.people["night", "C1"] = night
    return open_cases


def holding_of(town, who="night"):
    return duties.Holding.objects.get(post=town.posts[WORKER], person=town.people[who, "C1"])


def test_everything_is_offered_with_notes_and_taken_in_one_tap(town, page, evening):
    giver, night = page(*WORKER), page("night", "C1")
    listed = giver.get("/shifts/new/")
    assert "一共 2 件" in words(listed)
    assert "骆一舟" not in listed.content.decode()
    step = the_step(evening[0])
    typed = {
        "post": town.posts[WORKER].pk,
        "receiver": holding_of(town).pk,
        "note": "夜里有事打我电话",
        f"note-{step.pk}": "门铃坏了",
    }
    offered = giver.post("/shifts/new/", typed, follow=True)
    assert "对方接收以前还由你负责" in words(offered)
    shift = cases.Shift.objects.get()
    assert giver.get("/shifts/new/").headers["Location"] == f"/shifts/{shift.pk}/"
    assert "已交班给" in words(giver.get("/work/"))
    work = night.get("/work/")
    assert "看一遍，接班" in words(work)
    assert "一次 2 件" not in words(work), "the shift has one card, not two"
    seen = night.get(f"/shifts/{shift.pk}/")
    assert "门铃坏了" in words(seen)
    assert "夜里有事打我电话" in words(seen)
    taken = night.post(f"/shifts/{shift.pk}/accept/", {}, follow=True)
    assert "接了 2 件" in words(taken)
    assert {the_step(case).holder for case in evening} == {town.people["night", "C1"]}


def test_single_items_stay_with_the_giver_and_a_useless_reason_is_kept(town, page, evening):
    shift = cases.offer_shift(town.posts[WORKER], town.people["night", "C1"], town.people[WORKER])
    first, _ = cases.handovers_of_shift(shift)
    night = page("night", "C1")
    short = night.post(f"/shifts/{shift.pk}/accept/", {f"reason-{first.pk}": "远"})
    assert short.status_code == 422
    assert 'value="远"' in short.content.decode()
    assert "不接的要写为什么" in words(short)
    night.post(f"/shifts/{shift.pk}/accept/", {f"reason-{first.pk}": "要他本人签字"})
    assert cases.Step.objects.get(pk=first.step_id).holder == town.people[WORKER]
    giver = page(*WORKER)
    assert "没接：要他本人签字" in words(giver.get(f"/shifts/{shift.pk}/"))


def test_the_whole_shift_is_declined_or_recalled_on_its_page(town, page, evening):
    post, night = town.posts[WORKER], town.people["night", "C1"]
    shift = cases.offer_shift(post, night, town.people[WORKER])
    reader = page("night", "C1")
    assert reader.post(f"/shifts/{shift.pk}/decline/", {"reason": ""}).status_code == 422
    assert "原因已告诉" in words(
        reader.post(f"/shifts/{shift.pk}/decline/", {"reason": "我在发烧"}, follow=True)
    )
    again = cases.offer_shift(post, night, town.people[WORKER])
    assert reader.post(f"/shifts/{again.pk}/recall/").status_code == 404
    assert "收回来了" in words(page(*WORKER).post(f"/shifts/{again.pk}/recall/", follow=True))
    late = reader.post(f"/shifts/{again.pk}/accept/", {}, follow=True)
    assert "移交的人已经收回" in words(late)


def test_who_is_missing_is_said_and_nothing_is_offered(town, page, evening):
    answer = page(*WORKER).post("/shifts/new/", {"post": town.posts[WORKER].pk, "note": "字" * 400})
    assert answer.status_code == 422
    assert "还没选谁接班" in words(answer)
    assert "最多 300 个字" in words(answer)
    assert not cases.Shift.objects.exists()
    director = page("community_director", "C1")
    assert "没有要交的事" in words(director.get("/shifts/new/"))
    assert director.get(f"/shifts/new/?post={town.posts[WORKER].pk}").status_code == 404


def test_nobody_comes_next_and_the_page_says_what_happens_then(town, page):
    town.case()
    answer = words(page(*WORKER).get("/shifts/new/"))
    assert "还没有人排在你后面" in answer
    assert "自动转给当时在岗负责的人" in answer


def test_the_sheet_is_printed_once_in_each_language_without_names(town, page, evening):
    shift = cases.offer_shift(town.posts[WORKER], town.people["night", "C1"], town.people[WORKER])
    from shouwang.desk.queries.shifts import sheet_facts

    facts = str(sheet_facts(shift))
    assert evening[0].number in facts
    for person in (evening[0].person, evening[1].person, town.people[WORKER], town.people["night", "C1"]):
        assert person.name not in facts
    giver = page(*WORKER)
    first = giver.post(f"/shifts/{shift.pk}/sheet/")
    assert first.content[:5] == b"%PDF-"
    assert giver.post(f"/shifts/{shift.pk}/sheet/").content == first.content
    english = page(*WORKER, language="en").post(f"/shifts/{shift.pk}/sheet/")
    assert english.content != first.content
    assert page("community_worker", "C2").post(f"/shifts/{shift.pk}/sheet/").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("size", "label"), [(PHONE, "390"), (DESK, "1440")])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_shift_changes_hands_in_the_browser(street, open_as, size, label, language):  # noqa: F811 - fixtures
    district = street.district
    giver, worker = district.answer("community-worker"), "community-worker"
    night = district.person("community-director")
    duties.assign(
        giver.post,
        night,
        kind="SUBSTITUTE",
        from_at=cases.Case.objects.first().opened_at,
        actor=journal.SYSTEM,
    )
    page = open_as(worker, size, language)
    page.goto(f"/shifts/new/?post={giver.post.pk}")
    picture(page, f"shift-new-{label}-{language[:2]}")
    assert looking.is_fitting(page)
    page.locator("textarea[name=note]").fill("703 的体温计没电了")
    page.locator(f"li:has-text('{night.name}') input[name=receiver]").first.check()
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(re.compile(r"/shifts/[0-9a-f-]{36}/"))
    picture(page, f"shift-given-{label}-{language[:2]}")
    shift = cases.Shift.objects.get()
    other = open_as("community-director", size, language)
    other.goto("/work/")
    picture(other, f"shift-work-{label}-{language[:2]}")
    assert looking.is_fitting(other)
    other.locator(f"#shift-{shift.pk} a.btn-primary").click()
    picture(other, f"shift-take-{label}-{language[:2]}")
    assert looking.is_fitting(other)
    other.locator("form[action$='accept/'] button.btn-primary").click()
    other.wait_for_url(re.compile(r"/work/"))
    shift.refresh_from_db()
    assert (shift.state, shift.settled_by) == ("ACCEPTED", night)
