"""Pages and doors: the resident's through their link, the team's by duty, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from shouwang.domains.quarantine.models import Reading
from shouwang.kernel.documents import api as documents
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties import api as parties
from tests.domains.quarantine.stay import begin


@pytest.fixture
def link(stay):
    token = parties.issue_personal_link(stay.case.person, 60, journal.SYSTEM)
    return f"/p/{token}/"


@pytest.fixture
def sign_in(world):
    def door(role, code):
        person = world.people[role, code]
        account = parties.Account.objects.filter(person=person).first() or parties.create_account(
            username=f"u{person.pk}", person=person, password="long enough", actor=journal.SYSTEM
        )
        client = Client()
        client.force_login(account)
        return client

    return door


def test_the_resident_page_says_day_readings_people_and_end(stay, link, client):
    page = client.get(link)
    words = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    for part in ("第 1 天", "共 14 天", "3 月 31 日 24:00", "早上 07:00", "对我负责的 5 个人", "100"):
        assert part in words


@pytest.mark.parametrize("path", ["", "reading/", "readings/", "unwell/", "held/", "papers/JT-1.pdf"])
def test_a_wrong_link_opens_nothing(stay, client, path):
    assert client.get(f"/p/{'a' * 32}/{path}").status_code in (404, 405)
    assert client.post(f"/p/{'a' * 32}/{path}").status_code in (404, 405)


def test_a_link_expires_and_can_be_taken_back(stay, link, client, clock):
    other = parties.issue_personal_link(stay.case.person, 1, journal.SYSTEM)
    assert client.get(f"/p/{other}/").status_code == 200
    clock.advance(timedelta(days=1))
    assert client.get(f"/p/{other}/").status_code == 404
    assert client.get(link).status_code == 200
    parties.revoke_personal_links(stay.case.person, journal.SYSTEM)
    assert client.get(link).status_code == 404


def test_before_the_order_the_page_says_what_will_come(world, clock, client):
    stay = begin(world, clock, is_suitable=None)
    token = parties.issue_personal_link(stay.case.person, 60, journal.SYSTEM)
    assert "先直接回家" in client.get(f"/p/{token}/").content.decode()


def test_somebody_who_comes_again_sees_what_will_come(stay, world, clock, client, link):
    stay.release()
    assert "打开解除隔离通知书" in client.get(link).content.decode()
    begin(world, clock, person=stay.case.person, is_suitable=None)
    assert "先直接回家" in client.get(link).content.decode()


def test_a_form_sent_twice_is_one_reading(stay, link, client):
    typed = {"celsius": "36.5", "request_key": str(uuid4())}
    for _ in range(2):
        assert client.post(f"{link}reading/", typed).status_code == 302
    assert Reading.objects.count() == 1


@pytest.mark.parametrize(
    "typed", ["", "3.75", "37,5", "365", "x" * 40_000, "<script>alert(1)</script>", "99.9"]
)
def test_bad_input_is_explained_and_kept(stay, link, client, typed):
    page = client.post(f"{link}reading/", {"celsius": typed})
    words = page.content.decode()
    assert page.status_code == 422
    assert "why" in words
    assert "<script>alert" not in words
    assert not Reading.objects.exists()


def test_the_papers_of_somebody_else_stay_closed(stay, world, clock, client, link):
    stay.settle_in()
    paper = documents.documents_of(stay.case.thread).first()
    assert client.get(f"{link}papers/{paper.number}.pdf").content.startswith(b"%PDF")
    other = begin(world, clock)
    token = parties.issue_personal_link(other.case.person, 60, journal.SYSTEM)
    assert client.get(f"/p/{token}/papers/{paper.number}.pdf").status_code == 404


def test_another_sub_district_sees_nothing(stay, sign_in):
    stay.settle_in()
    paper = documents.documents_of(stay.case.thread).first()
    here, there = sign_in("courtyard_team", "Y1"), sign_in("courtyard_team", "Y2")
    for path in ("", "papers/", f"papers/{paper.number}.pdf"):
        assert here.get(f"/quarantine/{stay.case_pk}/{path}").status_code == 200
        assert there.get(f"/quarantine/{stay.case_pk}/{path}").status_code == 404
    for path in ("reading/", "breach/", "not-home/", "link/", "papers/"):
        typed = {"celsius": "36.5", "via": "TEAM", "found": "DOOR", "act": "notice"}
        assert there.post(f"/quarantine/{stay.case_pk}/{path}", typed).status_code == 404
    there.post("/quarantine/readings/", {f"celsius-{stay.case_pk}": "36.5"})
    assert not Reading.objects.exists()
    assert f"order-{stay.case_pk}" in here.get("/quarantine/").content.decode()
    assert f"order-{stay.case_pk}" not in there.get("/quarantine/").content.decode()


@pytest.mark.parametrize(
    ("role", "code"), [("guard", "K1"), ("subdistrict_duty", "S1"), ("district_duty", "D")]
)
def test_duties_that_do_not_watch_have_no_list(stay, sign_in, role, code):
    assert sign_in(role, code).get("/quarantine/").status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(stay, client):
    assert client.get("/quarantine/").status_code == 302


def test_the_police_see_the_order_only_while_a_step_is_theirs(stay, sign_in):
    police = sign_in("community_police", "C1")
    assert police.get(f"/quarantine/{stay.case_pk}/").status_code == 403


def test_lists_show_masked_names(stay, sign_in):
    words = sign_in("courtyard_team", "Y1").get("/quarantine/").content.decode()
    assert stay.case.person.name not in words.replace("某*", "")


@pytest.mark.parametrize("show", ["all", "due", "missed", "fever", "ending", "nonsense"])
def test_every_filter_answers(stay, sign_in, show):
    client = sign_in("courtyard_team", "Y1")
    assert client.get(f"/quarantine/?show={show}&place=Y1&page=1").status_code == 200
    assert client.get(f"/quarantine/?show={show}&place=nowhere").status_code == 404


def test_filters_count_what_they_list(stay, world, clock, sign_in):
    client = sign_in("courtyard_team", "Y1")

    def listed(show):
        return f"order-{stay.case_pk}" in client.get(f"/quarantine/?show={show}").content.decode()

    assert [listed(show) for show in ("due", "missed", "fever", "ending")] == [False] * 4
    stay.go_to(1, "17:10")
    assert listed("due")
    stay.go_to(1, "19:10")
    assert listed("missed")
    stay.measure("38.0")
    assert listed("fever")
    assert not listed("missed")
    stay.go_to(14, "12:00")
    assert listed("ending")


def test_not_home_leads_to_a_visit(stay, sign_in):
    stay.go_to(1, "19:10")
    client = sign_in("courtyard_team", "Y1")
    assert "人不在家" in client.get(f"/quarantine/{stay.case_pk}/").content.decode()
    client.post(f"/quarantine/{stay.case_pk}/not-home/")
    assert "visit" in stay.waiting


def test_an_objection_reaches_the_director_and_its_answer_the_person(stay, world, link, client, sign_in):
    typed = {"text": "我的楼号写错了，应该是 3 号楼", "request_key": "k1"}
    for _ in range(2):
        assert client.post(f"{link}held/", typed).status_code == 302
    director = world.people["community_director", "C1"]
    told = [notice for notice in notices.inbox(director, 9) if notice.kind == "person.objected"]
    assert len(told) == 1
    page = sign_in("community_director", "C1")
    assert "3 号楼" in page.get(told[0].link).content.decode()
    assert sign_in("community_director", "C2").get(told[0].link).status_code == 404
    assert page.post(told[0].link, {"text": "已改为 3 号楼"}).status_code == 302
    assert page.post(told[0].link, {"text": "再答一次吧"}).status_code == 422
    assert "已改为 3 号楼" in client.get(f"{link}held/").content.decode()


def test_an_objection_too_short_is_kept_and_explained(stay, link, client):
    page = client.post(f"{link}held/", {"text": "错"})
    assert page.status_code == 422
    assert "至少" in page.content.decode() or "4 到 500" in page.content.decode()


def test_looks_are_shown_to_the_person(stay, world, link, client):
    worker = world.people["community_worker", "C1"]
    parties.reveal(worker, stay.case.person, ["NAME"], "上门前核对姓名")
    assert "上门前核对姓名" in client.get(f"{link}held/").content.decode()
    assert "1 个人看过 1 次" in client.get(link).content.decode()
