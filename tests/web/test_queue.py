"""Forms that survive the loss of the network, in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ENTRY = "/t/entry/once/"


def kept(page: Page) -> list[dict]:
    return json.loads(page.evaluate("localStorage.getItem('sw-queue') || '[]'"))


def fill_and_send(page: Page, plate: str = "豫AD20T6") -> None:
    page.get_by_label("车牌").fill(plate)
    page.get_by_role("button", name="交", exact=True).click()


def test_with_a_network_the_entry_goes_straight_through(open_page, test_pages):
    page = open_page(ENTRY)
    fill_and_send(page)
    expect(page.get_by_role("heading", name="收到")).to_be_visible()
    assert [entry["plate"] for entry in test_pages.entries.values()] == ["豫AD20T6"]
    assert all(len(key) == 36 for key in test_pages.entries)
    assert [entry["act"] for entry in test_pages.entries.values()] == ["go"]
    assert kept(page) == []


def test_without_a_network_it_is_kept_and_sent_by_itself_later(open_page, test_pages):
    page = open_page(ENTRY)
    page.context.set_offline(True)
    fill_and_send(page)
    banner = page.locator("[data-net-banner]")
    expect(banner).to_contain_text("现在没网，照常记。")
    expect(banner).to_contain_text("1 条在本机，最早")
    expect(page.locator("form[data-queue]")).to_contain_text("已记在本机，有网自动传。")
    assert page.get_by_label("车牌").input_value() == "豫AD20T6"
    assert test_pages.posts == 0
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="收到")).to_be_visible()
    assert len(test_pages.entries) == 1
    assert kept(page) == []


def test_an_answer_lost_on_the_way_makes_no_second_entry(open_page, test_pages):
    page = open_page(ENTRY)

    def take_but_never_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/t/entry/**", take_but_never_answer)
    fill_and_send(page)
    expect(page.locator("form[data-queue]")).to_contain_text("已记在本机")
    page.unroute("**/t/entry/**")
    page.locator("[data-net-retry]").click()
    expect(page.get_by_role("heading", name="收到")).to_be_visible()
    assert test_pages.posts == 2
    assert len(test_pages.entries) == 1


def test_a_guard_goes_on_with_the_next_car(open_page, test_pages):
    page = open_page("/t/entry/again/")
    page.context.set_offline(True)
    for plate in ("豫A11111", "豫A22222"):
        fill_and_send(page, plate)
        expect(page.get_by_label("车牌")).to_have_value("")
    expect(page.locator("[data-net-banner]")).to_contain_text("2 条在本机")
    page.context.set_offline(False)
    expect(page.get_by_text("已传：车辆登记")).to_have_count(2)
    assert sorted(entry["plate"] for entry in test_pages.entries.values()) == ["豫A11111", "豫A22222"]
    expect(page.locator("[data-net-banner]")).to_be_hidden()


def test_a_faulty_entry_comes_back_with_what_was_typed(open_page, test_pages):
    page = open_page(ENTRY)
    page.get_by_label("备注").fill("后备箱有行李")
    fill_and_send(page, "bad")
    expect(page.locator(".why")).to_contain_text("车牌不对。")
    assert page.get_by_label("备注").input_value() == "后备箱有行李"
    assert page.evaluate("document.activeElement.className").startswith("box raise")
    fill_and_send(page, "豫A33333")
    expect(page.get_by_role("heading", name="收到")).to_be_visible()
    assert [entry["note"] for entry in test_pages.entries.values()] == ["后备箱有行李"]


def test_a_kept_entry_that_is_refused_waits_for_its_person(open_page, test_pages):
    page = open_page("/t/entry/again/")
    page.context.set_offline(True)
    fill_and_send(page, "bad")
    page.context.set_offline(False)
    expect(page.get_by_text("没传成：车辆登记")).to_be_visible()
    page.get_by_role("button", name="打开看哪里要改").click()
    expect(page.locator(".why")).to_contain_text("车牌不对。")
    assert page.get_by_label("车牌").input_value() == "bad"
    assert kept(page) == []


def test_a_refusal_stands_above_the_form_which_stays(open_page, test_pages):
    page = open_page(ENTRY)
    test_pages.is_broken = True
    fill_and_send(page)
    expect(page.locator("#sw-problem")).to_contain_text("今天收满了。")
    expect(page.locator("#sw-problem")).to_contain_text("明天再来。")
    assert page.get_by_label("车牌").input_value() == "豫AD20T6"
    test_pages.is_broken = False
    page.get_by_role("button", name="交", exact=True).click()
    expect(page.get_by_role("heading", name="收到")).to_be_visible()


def test_signed_out_meanwhile_keeps_the_entry_and_shows_the_way(open_page, test_pages):
    page = open_page(ENTRY)
    test_pages.is_signed_out = True
    fill_and_send(page)
    banner = page.locator("[data-net-banner]")
    expect(banner).to_contain_text("1 条要登录后才能传。")
    expect(banner.get_by_role("link", name="去登录")).to_have_attribute(
        "href", "/sign-in/?next=/t/entry/once/"
    )
    assert len(kept(page)) == 1


def test_what_another_person_entered_is_not_sent_as_mine(open_page, test_pages):
    page = open_page(ENTRY)
    entry = {
        "key": "k",
        "url": ENTRY,
        "fields": [["plate", "豫A1"]],
        "label": "",
        "at": 0,
        "who": "99",
        "tries": 0,
    }
    page.evaluate("entry => localStorage.setItem('sw-queue', JSON.stringify([entry]))", entry)
    page.reload()
    expect(page.locator("[data-net-banner]")).to_contain_text("1 条是另一个人记的")
    assert test_pages.posts == 0


def test_files_are_not_kept_and_it_is_said(open_page, test_pages):
    page = open_page(ENTRY)
    page.locator("[name=photo]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"x"})
    page.context.set_offline(True)
    fill_and_send(page)
    expect(page.locator("form[data-queue]")).to_contain_text("照片和文件要有网才能传。")
    assert kept(page) == []


def test_a_stale_token_shows_everything_again(open_page, test_pages):
    page = open_page(ENTRY)
    page.evaluate(
        "document.querySelector('form[data-queue] [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)"
    )
    fill_and_send(page)
    expect(page.get_by_role("heading", name="再交一次")).to_be_visible()
    assert test_pages.posts == 0
    page.get_by_role("button", name="再交一次").click()
    expect(page.get_by_role("heading", name="收到")).to_be_visible()
    assert [entry["plate"] for entry in test_pages.entries.values()] == ["豫AD20T6"]


def test_half_filled_forms_survive_a_reload_but_not_their_sending(open_page, test_pages):
    page = open_page("/t/entry/plain/")
    page.get_by_label("车牌").fill("豫A5")
    page.locator("[name=secret]").fill("hunter2")
    page.reload()
    expect(page.get_by_label("车牌")).to_have_value("豫A5")
    expect(page.locator("[name=secret]")).to_have_value("")
    page.get_by_role("button", name="交", exact=True).click()
    expect(page.get_by_role("heading", name="收到")).to_be_visible()
    page.goto(page.url.replace("/t/done/", "/t/entry/plain/"))
    expect(page.get_by_label("车牌")).to_have_value("")
