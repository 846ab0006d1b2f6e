"""Signing in: kept words, no guessing, the demo cast only in the demo."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.portal.services import attempts as services
from tests.kernel import world as worlds

PASSWORD = "correct horse battery"


@pytest.fixture
def account(db, clock, settings):
    settings.ROOT_URLCONF = "tests.web.pages"
    world = worlds.build()
    return parties.create_account(
        username="guard",
        person=world.people["guard", "K1"],
        password=PASSWORD,
        actor=journal.SYSTEM,
        demo_duty="guard",
    )


def try_(client: Client, password: str = "wrong", username: str = "guard", **more):
    return client.post("/sign-in/", {"username": username, "password": password, "next": "/me/"}, **more)


def test_the_right_password_leads_where_one_wanted_to_go(client, account):
    answer = try_(client, PASSWORD)
    assert answer.headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert client.get("/me/").status_code == 302


def test_a_full_width_name_is_the_same_name(client, account):
    assert try_(client, PASSWORD, username=" ｇｕａｒｄ ").status_code == 302


def test_nobody_is_led_elsewhere(client, account):
    fields = {"username": "guard", "password": PASSWORD, "next": "//elsewhere.example/"}
    assert client.post("/sign-in/", fields).headers["Location"] == "/work/"


def test_a_wrong_password_keeps_the_name_and_forgets_the_password(client, account):
    page = try_(client, "hunter2")
    assert page.status_code == 422
    assert 'value="guard"' in page.text
    assert "用户名或密码不对。" in page.text
    assert "hunter2" not in page.text


@pytest.mark.parametrize("typed", ["", "x" * 40_000, "<script>alert(1)</script>", "\x00"])
def test_bad_input_is_answered_in_words(client, account, typed):
    page = client.post("/sign-in/", {"username": typed, "password": "p"})
    assert page.status_code == 422
    assert "<script>alert" not in page.text


def test_the_sixth_guess_is_not_looked_at_and_time_heals(client, account, clock):
    for _time in range(services.LIMIT_PAIR):
        assert try_(client).status_code == 422
    refused = try_(client, PASSWORD)
    assert refused.status_code == 429
    assert "15 分钟后再试" in refused.text
    assert try_(Client(REMOTE_ADDR="10.0.0.9"), PASSWORD).status_code == 302
    clock.advance(timedelta(minutes=16))
    assert try_(client, PASSWORD).status_code == 302


def test_a_right_password_clears_the_count(client, account):
    for _time in range(3):
        for _guess in range(services.LIMIT_PAIR - 1):
            assert try_(client).status_code == 422
        assert try_(client, PASSWORD).status_code == 302


def test_an_account_is_guarded_from_many_addresses_too(account):
    codes = [
        try_(Client(REMOTE_ADDR=f"10.0.{n // 250}.{n % 250}")).status_code
        for n in range(services.LIMIT_ACCOUNT + 3)
    ]
    assert codes.count(422) == services.LIMIT_ACCOUNT
    assert codes[-1] == 429


def test_counts_keep_no_names_and_no_addresses(client, account):
    try_(client)
    kept = list(services.SignInCount.objects.values_list("key", flat=True))
    assert len(kept) == 2
    assert all(len(key) == 64 and "guard" not in key for key in kept)


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_all_counted(clock):
    def guess(_n: int) -> bool:
        try:
            services.count_attempt("guard", "10.0.0.1")
        except services.TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(40))) == services.LIMIT_PAIR


def test_the_demo_cast_is_one_tap_in_the_demo_and_nowhere_else(client, account, settings):
    settings.IS_DEMO = False
    assert "sign-in/demo" not in client.get("/sign-in/").text
    assert client.post("/sign-in/demo/", {"account": account.pk}).status_code == 404
    settings.IS_DEMO = True
    page = client.get("/sign-in/").text
    assert account.person.name in page
    assert (
        client.post("/sign-in/demo/", {"account": account.pk, "next": "/me/"}).headers["Location"] == "/me/"
    )


@pytest.mark.parametrize("pk", ["", "x", "0", "99999999999999999999999"])
def test_the_demo_door_opens_for_the_cast_only(client, account, settings, pk):
    settings.IS_DEMO = True
    assert client.post("/sign-in/demo/", {"account": pk}).status_code == 404


def test_the_landing_page_shows_the_ways_in(client, db):
    page = client.get("/")
    assert page.status_code == 200
    assert "/sign-in/" in page.text
    assert "Staff sign-in" in client.get("/", headers={"accept-language": "en"}).text
