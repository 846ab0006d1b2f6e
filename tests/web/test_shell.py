"""Every page's frame: language, type size, doors, problems, and forms whose token is stale."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties import api as parties
from shouwang.util.text import Text
from shouwang.web import access
from tests.kernel import world as worlds

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9,zh;q=0.1"}


@pytest.fixture
def world(clock, test_pages):
    return worlds.build()


def account_of(world, role: str, place: str, **more) -> parties.Account:
    person = world.people[role, place]
    return parties.create_account(
        username=f"{role}-{place}",
        person=person,
        password="a good long password",
        actor=journal.SYSTEM,
        **more,
    )


@pytest.mark.parametrize(
    ("accept", "cookie", "language"),
    [
        ("", "", "zh-CN"),
        ("en-GB,en;q=0.9", "", "en"),
        ("fr,de;q=0.9", "", "zh-CN"),
        ("zh-TW,en;q=0.9", "", "zh-CN"),
        ("en", "zh-hans", "zh-CN"),
        ("zh", "en", "en"),
        ("zh", "xx", "zh-CN"),
    ],
)
def test_the_page_speaks_the_readers_language(client, test_pages, accept, cookie, language):
    if cookie:
        client.cookies["django_language"] = cookie
    page = client.get("/sign-in/", headers={"accept-language": accept})
    assert f'<html lang="{language}"' in page.text
    assert page.headers["Content-Language"][:2] == language[:2]


def test_the_switches_come_back_and_are_kept(client, world):
    account = account_of(world, "guard", "K1")
    client.force_login(account)
    assert client.post("/language/", {"language": "en", "next": "/me/"}).headers["Location"] == "/me/"
    assert (
        client.post("/type-size/", {"size": "big", "next": "https://elsewhere.example/"}).headers["Location"]
        == "/"
    )
    account.refresh_from_db()
    assert (account.language, account.type_size) == ("en", "big")
    page = client.get("/me/").text
    assert '<html lang="en"' in page
    assert 'data-type="big"' in page
    client.post("/language/", {"language": "klingon"})
    account.refresh_from_db()
    assert account.language == "en"


def test_the_accounts_language_is_spoken_on_a_new_phone(client, world):
    client.force_login(account_of(world, "guard", "K1", language="en"))
    assert '<html lang="en"' in client.get("/me/", headers={"accept-language": "zh"}).text


def test_doors(client, world):
    assert client.get("/t/inside/").headers["Location"] == "/sign-in/?next=/t/inside/"
    assert client.get("/t/inside/", headers={"hx-request": "true"}).headers["HX-Redirect"]
    queued = client.post(
        "/t/inside/", headers={"x-shouwang-queue": "1", "referer": "http://testserver/t/entry/once/"}
    )
    assert (queued.status_code, queued.headers["X-Shouwang-Sign-In"]) == (
        401,
        "/sign-in/?next=/t/entry/once/",
    )
    client.force_login(account_of(world, "guard", "K1"))
    assert client.get("/t/inside/").text == world.people["guard", "K1"].name
    assert client.get("/t/gate/").text == "gate"
    other = Client()
    other.force_login(account_of(world, "community_worker", "C1"))
    refused = other.get("/t/gate/")
    assert refused.status_code == 403
    assert "你现在的职责不包括这一页。" in refused.text
    assert "怎么办" in refused.text


def test_a_view_carries_one_decorator_only():
    with pytest.raises(ValueError, match="two access decorators"):
        access.public(access.signed_in(lambda request: request))


def test_routes_name_their_doors(test_pages):
    found = {route.name: route.access for route in access.routes()}
    assert found["entry"] == access.Access(access.Door.PUBLIC)
    assert found["web:me"] == access.Access(access.Door.SIGNED_IN)
    assert None not in [route.access for route in access.routes()]


@pytest.mark.parametrize(
    ("path", "status", "zh", "en"),
    [
        ("/t/problem/", 400, "现在不能解除。", "No release yet."),
        ("/t/missing/", 404, "没有这一项，或者不在你的职责范围内。", "There is no such item"),
        ("/nowhere/", 404, "没有这一页。", "There is no such page."),
    ],
)
def test_problems_become_pages_in_the_readers_language(client, test_pages, path, status, zh, en):
    page = client.get(path)
    assert page.status_code == status
    assert zh in page.text
    assert "查询号" in page.text
    assert en in client.get(path, **ENGLISH).text


def test_a_problem_says_what_why_and_what_to_do(client, test_pages):
    page = client.get("/t/problem/").text
    assert page.index("现在不能解除。") < page.index("今天体温 37.6。") < page.index("等医生看过。")


def test_htmx_gets_a_part_for_the_place_of_problems(client, test_pages):
    part = client.get("/t/problem/", headers={"hx-request": "true"})
    assert part.headers["HX-Retarget"] == "#sw-problem"
    assert "<html" not in part.text


def test_a_fault_of_ours_has_a_number_that_stands_in_the_log(test_pages, caplog):
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR, "shouwang.web"):
        page = client.get("/t/broken/", **ENGLISH)
    assert page.status_code == 500
    assert "Something broke on our side" in page.text
    number = next(record.args[1] for record in caplog.records if record.name == "shouwang.web")
    assert number in page.text
    assert len(number) == 7


def test_too_much_at_once_is_refused_in_words(client, test_pages):
    page = client.post("/t/entry/once/", {"plate": "x" * 3_000_000})
    assert page.status_code == 400
    assert "可能太长" in page.text


def test_a_stale_form_from_our_page_can_be_sent_again(test_pages):
    client = Client(enforce_csrf_checks=True)
    fields = {"plate": "豫A<b>1", "secret_password": "hunter2"}
    page = client.post(
        "/t/entry/once/?a=1", fields, headers={"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    )
    assert page.status_code == 403
    assert 'action="/t/entry/once/?a=1"' in page.text
    assert 'value="豫A&lt;b&gt;1"' in page.text
    assert "hunter2" not in page.text


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_a_form_from_elsewhere_cannot(test_pages, headers):
    page = Client(enforce_csrf_checks=True).post("/t/entry/once/", {"plate": "x"}, headers=headers)
    assert page.status_code == 403
    assert 'name="plate"' not in page.text
    assert test_pages.posts == 0


def test_notices_are_counted_read_and_marked(client, world):
    account = account_of(world, "guard", "K1")
    client.force_login(account)
    title = Text("有一件等你接收", "Something waits for you")
    notices.send(
        [account.person], kind="handover.offered", title=title, link="/work/", urgency=notices.Urgency.URGENT
    )
    page = client.get("/notices/").text
    assert "有一件等你接收" in page
    assert "通知 1" in page
    assert client.post("/notices/").status_code == 302
    assert notices.unread_count(account.person) == 0


def test_every_page_forbids_foreign_scripts(client, test_pages):
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy


def test_the_style_guide_is_for_the_demo_only(client, test_pages, settings):
    settings.IS_DEMO = False
    assert client.get("/styleguide/").status_code == 404
    settings.IS_DEMO = True
    assert client.get("/styleguide/", **ENGLISH).status_code == 200


def test_the_frame_of_a_page_costs_few_questions(client, world, django_assert_max_num_queries):
    client.force_login(account_of(world, "community_director", "C1"))
    client.get("/me/")
    with django_assert_max_num_queries(5):  # session, account, person, holdings with posts, unread notices
        client.get("/me/")


def test_a_page_for_everybody_asks_the_database_nothing(client, test_pages, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/t/entry/once/").status_code == 200
