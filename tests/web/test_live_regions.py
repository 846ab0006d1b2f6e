"""Live regions and clocks in a real browser: what changes is shown, what somebody is doing stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from playwright.sync_api import expect

from shouwang.kernel.notices import api as notices
from shouwang.util import clock as clocks
from shouwang.web import wording

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_changed_topic_renews_its_region_and_keeps_what_somebody_does(open_page, test_pages):
    page = open_page("/t/live/")
    expect(page.locator("#figure")).to_have_text("1")
    page.locator("#more summary").click()
    page.locator("#typed").fill("写到一半")
    page.locator("#link").focus()
    test_pages.figure = 2
    notices.touch("board")
    expect(page.locator("#figure")).to_have_text("2", timeout=3000)
    assert page.locator("#typed").input_value() == "写到一半"
    assert page.locator("#more").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.id") == "link"
    test_pages.figure = 3
    notices.touch("board")
    expect(page.locator("#figure")).to_have_text("3", timeout=3000)


def test_an_unchanged_topic_asks_for_no_page(open_page, test_pages):
    page = open_page("/t/live/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert len([url for url in asked if "/live/stamps" in url]) >= 3
    assert not [url for url in asked if "/t/live/" in url]


def test_without_answers_the_page_says_of_when_it_is(open_page, test_pages):
    page = open_page("/t/live/")
    page.wait_for_timeout(600)
    page.route("**/live/stamps*", lambda route: route.fulfill(status=500, body=""))
    expect(page.locator("[data-stale]")).to_contain_text("的情况，正在重连", timeout=8000)
    page.unroute("**/live/stamps*")
    expect(page.locator("[data-stale]")).to_be_hidden(timeout=8000)


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh-hans"), ("en-US", "en")])
def test_the_page_counts_in_the_words_in_which_the_server_began(open_page, locale, language):
    page = open_page("/t/clocks/", locale=locale)
    seconds = [
        -200_000,
        -86_400,
        -7_380,
        -3_600,
        -120,
        -60,
        -59,
        -1,
        0,
        1,
        59,
        60,
        61,
        1_080,
        3_600,
        7_800,
        86_400,
        93_600,
        700_000,
    ]
    counted = page.evaluate(
        "async seconds => seconds.map((await import('/static/web/clock.js')).leftText)",
        seconds,
    )
    with translation.override(language):
        assert counted == [wording.left_text(second) for second in seconds]


def test_a_clock_runs_out_before_the_eyes_and_is_said_aloud(open_page):
    page = open_page("/t/clocks/")
    first, second = page.locator("[data-clock]").all()
    expect(first).to_contain_text("剩 1 分")
    expect(first).to_contain_text("刚超时", timeout=5000)
    expect(first).to_have_class("clock late")
    expect(first.locator("use")).to_have_attribute("href", "/static/web/shapes.svg#late")
    expect(first).to_contain_text("应在")
    expect(page.locator("#sw-say")).to_have_text("又有 1 件超时")
    expect(second).to_contain_text("剩 18 分")
    expect(page.locator("[data-countdown]")).to_contain_text("9:5")


def test_times_are_written_by_hand(clock):
    now = clocks.now()
    assert wording.when_text(now) == "3 月 18 日 10:00"
    assert wording.until_text(now + timedelta(hours=8)) == "18:00"
    assert wording.until_text(now + timedelta(hours=14)) == "24:00"
    assert wording.until_text(now + timedelta(days=9, hours=14)) == "3 月 27 日 24:00"
    with translation.override("en"):
        assert wording.when_text(now) == "18 Mar 10:00"
        assert wording.when_text(now.replace(year=2019)) == "18 Mar 2019 10:00"
