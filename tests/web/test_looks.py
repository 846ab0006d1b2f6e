"""How the shared parts look and answer in a real browser: widths, targets, colours, keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHELLS = ("staff", "phone", "public", "board")
#: Links inside sentences, heads and tables may be smaller than a finger.
SMALL = """
() => [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")]
  .filter(e => e.offsetParent && !e.closest("p, td, th, h2, .pick, .sw-check, .sw-errors, .sw-skip"))
  .filter(e => e.getBoundingClientRect().height < 43.5)
  .map(e => e.outerHTML.slice(0, 120))
"""
CONTRAST = """
() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c; } return "rgb(255, 255, 255)"; };
  return [...document.querySelectorAll("body *")]
    .filter(e => e.offsetParent && !e.closest(".sw-vh, .sw-skip") &&
      [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .map(e => { const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
      return [(a + .05) / (b + .05), e.outerHTML.slice(0, 100)]; })
    .filter(([ratio]) => ratio < 4.5);
}
"""


@pytest.fixture(autouse=True)
def demo(settings, test_pages):
    settings.IS_DEMO = True


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("width", [320, 390, 1440, 1920])
def test_nothing_is_wider_than_the_screen(open_page, shell, locale, width):
    page = open_page(f"/styleguide/?shell={shell}", width=width, locale=locale)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("shell", SHELLS[:3])
def test_fingers_find_every_control(open_page, shell):
    assert open_page(f"/styleguide/?shell={shell}").evaluate(SMALL) == []


@pytest.mark.parametrize("shell", ["staff", "board"])
def test_every_word_can_be_read(open_page, shell):
    assert open_page(f"/styleguide/?shell={shell}", width=1440).evaluate(CONTRAST) == []


def test_buttons_wear_the_accent_and_the_alarm(open_page):
    page = open_page("/styleguide/")
    expect(page.locator(".btn-primary").first).to_have_css("background-color", "rgb(11, 91, 102)")
    expect(page.locator(".btn-danger").first).to_have_css("background-color", "rgb(179, 41, 27)")
    expect(page.locator(".clock.late .left").first).to_have_css("color", "rgb(179, 41, 27)")


def test_the_first_tab_leads_past_the_navigation(open_page):
    page = open_page("/t/entry/once/", width=1440)
    page.locator("body").press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    skip.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_big_type_grows_everything_and_still_fits(open_page):
    page = open_page("/styleguide/?shell=phone")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-type", "big")
    expect(page.locator("body")).to_have_css("font-size", "20px")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_switch_changes_the_language_and_stays(open_page):
    page = open_page("/styleguide/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Parts")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Parts")


def test_without_scripts_the_page_still_works(browser, served, test_pages):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{served}/t/entry/once/")
    page.get_by_label("车牌").fill("豫A1")
    page.get_by_role("button", name="交", exact=True).click()
    expect(page.get_by_role("heading", name="收到")).to_be_visible()
    context.close()
