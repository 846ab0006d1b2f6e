"""A family drives up to the checkpoint, in a real browser: they register, a guard checks, all read why.

Pictures go to `var/screens/gates`, to be looked at.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from shouwang.domains.gates import api as gates
from shouwang.domains.gates.models import Registration
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places.api import Place
from tests.domains.gates import road

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).resolve().parents[3] / "var/screens/gates"
NAMES = {
    "D": ("金水区", "Jinshui District"),
    "S1": ("南阳路街道", "Nanyang Road Sub-district"),
    "C1": ("砚湖社区", "Yanhu Community"),
    "Y1": ("云坡里", "Yunpoli"),
    "K1": ("北环服务站", "North Ring Station"),
}
SIZES = {"phone": (390, 844), "desk": (1440, 900)}
WORDS = {
    "zh-CN": {"next": "下一辆就是你", "notify": "通行并告知", "hold": "留观", "short": "少 1 位"},
    "en-US": {"next": "You are next", "notify": "Pass and notify", "hold": "Hold", "short": "1 too few"},
}


@pytest.fixture
def world(transactional_db, clock):
    """The territory, committed, with names that people would read."""
    world = road.build()
    for code, (zh, en) in NAMES.items():
        Place.objects.filter(code=code).update(name_zh=zh, name_en=en)
    return world


@pytest.fixture(params=[(size, locale) for size in SIZES for locale in WORDS], ids="-".join)
def look(request):
    """A size of window and a language."""
    return request.param


@pytest.fixture
def open_page(browser, served, look):
    """Open pages as a traveller or, with an account, as staff; close them at the end."""
    size, locale = look
    contexts = []

    def open_one(account=None):
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        contexts.append(context)
        if account is not None:
            client = Client()
            client.force_login(account)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": served}])
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        return page

    yield open_one
    for context in contexts:
        context.close()


def shoot(page, look, name):
    SCREENS.mkdir(parents=True, exist_ok=True)
    size = dict(page.viewport_size)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({**size, "height": max(height, size["height"])})  # sticky bars cover nothing
    page.wait_for_timeout(150)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        f"{name} scrolls sideways"
    )
    page.screenshot(path=SCREENS / f"{name}-{'-'.join(look)}.png", full_page=True)
    page.set_viewport_size(size)


def register_family(page, served, look):
    page.goto(f"{served}/c/K1/")
    shoot(page, look, "1-form")
    page.fill("#plate", "豫A D20T6")
    page.fill("#phone", "100 0371 4408")
    page.fill("#origin", "奉节" if look[1] == "zh-CN" else "fengjie")
    page.locator("#origin-list li").first.click()
    page.fill("#destination", NAMES["Y1"][look[1] != "zh-CN"][:3])
    page.locator("#destination-list li").first.click()
    page.fill("#door", "4 号楼 2 单元 703")
    page.fill("#p0-name", "程晚舟")
    page.fill("#p0-number", road.DRIVER_ID)
    page.locator("[data-add]").click()
    page.fill("#p1-name", "程小满")
    page.fill("#p1-number", road.CHILD_ID[:-1])
    page.press("#p1-number", "Tab")
    assert WORDS[look[1]]["short"] in page.locator("#p1-number-why").inner_text()
    shoot(page, look, "2-filling")
    page.fill("#p1-number", road.CHILD_ID)
    page.press("#p1-number", "Tab")
    assert page.locator("[name='p1-is_minor']").is_checked()
    page.locator("#visited [value='no']").check()
    page.locator("#symptoms [value='no']").check()
    assert page.locator("[data-missing]").inner_text() == ""
    shoot(page, look, "3-filled")
    page.locator(".gt-send button").click()
    page.wait_for_url(re.compile("/c/r/"))


def take_temperature(page, *taps):
    for degree, tenth in taps:
        page.locator(f"[data-degree='{degree}']").click()
        page.locator(f"[data-tenth='{tenth}']").click()


@pytest.fixture
def account(world, look):
    return parties.create_account(
        username="guard",
        person=road.guards(world)[0],
        password="secret-word-1",
        actor=journal.SYSTEM,
        language="en" if look[1] == "en-US" else "zh-hans",
    )


def test_a_family_passes_and_the_community_is_told(world, account, served, open_page, look):
    words = WORDS[look[1]]
    traveller, guard = open_page(), open_page(account)
    register_family(traveller, served, look)
    assert words["next"] in traveller.inner_text("#car")
    shoot(traveller, look, "4-waiting")
    guard.goto(f"{served}/gate/")
    shoot(guard, look, "5-queue")
    guard.locator(".gt-car").first.click()
    shoot(guard, look, "6-check")
    take_temperature(guard, ("36", "4"), ("36", "6"))
    for box in guard.locator("[name='ticks']").all():
        box.check()
    shoot(guard, look, "7-checked")
    guard.locator(".gt-send button").click()
    guard.wait_for_selector(".verdict")
    assert words["notify"] in guard.inner_text(".verdict")
    shoot(guard, look, "8-notify")
    traveller.wait_for_selector(".verdict", timeout=15_000)
    assert words["notify"] in traveller.inner_text(".verdict")
    shoot(traveller, look, "9-told")
    car = Registration.objects.get()
    assert [str(one.forehead_celsius) for one in gates.people_of(car)] == ["36.4", "36.6"]
    traveller.goto(f"{served}/c/K1/")
    assert "程**" in traveller.inner_text(".gt-people")
    shoot(traveller, look, "10-again")


def test_a_fever_is_held_and_measured_again(world, account, served, open_page, look, clock):
    car = road.came(world, *road.family())
    guard = open_page(account)
    guard.goto(f"{served}/gate/{car.pk}/")
    take_temperature(guard, ("36", "4"), ("37", "6"), ("36", "5"))
    for box in guard.locator("[name='ticks']").all():
        box.check()
    guard.locator(".gt-send button").click()
    guard.wait_for_selector(".verdict")
    assert WORDS[look[1]]["hold"] in guard.inner_text(".verdict")
    shoot(guard, look, "11-hold")
    guard.goto(f"{served}/gate/")
    shoot(guard, look, "12-queue-held")
    traveller = open_page()
    traveller.goto(f"{served}/c/r/{car.status_token}/")
    shoot(traveller, look, "13-held")


def test_what_is_wrong_stands_beside_it(world, served, open_page, look):
    page = open_page()
    page.goto(f"{served}/c/K1/")
    page.fill("#plate", "A 1")
    page.fill("#origin", "朝阳")
    page.fill("#p0-name", "<script>alert(1)</script>")
    page.locator(".gt-send button").click()
    page.wait_for_selector(".sw-errors")
    assert page.input_value("#plate") == "A 1"
    shoot(page, look, "14-errors")


def test_the_phone_loses_its_network_and_nothing_is_lost(world, served, open_page, look):
    page = open_page()
    page.goto(f"{served}/c/K1/")
    page.locator("#origin").focus()
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    page.fill("#plate", "A D20T6")
    page.fill("#phone", road.PHONE)
    page.fill("#origin", "奉节")
    page.locator("#origin-list li").first.click()
    page.fill("#destination", "云坡里")
    page.fill("#door", "4 号楼")
    page.fill("#p0-name", "程晚舟")
    page.fill("#p0-number", road.DRIVER_ID)
    page.locator("#visited [value='no']").check()
    page.locator("#symptoms [value='no']").check()
    page.locator(".gt-send button").click()
    page.wait_for_selector(".sw-kept")
    shoot(page, look, "15-offline")
    assert Registration.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_url(re.compile("/c/r/"), timeout=30_000)
    assert Registration.objects.count() == 1


def test_big_type_wraps_and_never_scrolls_sideways(world, account, served, open_page, look):
    car = road.came(world, *road.family(), plate="豫A12345")
    held = road.check(world, road.came(world, road.adult("许今禾", road.WIFE_ID, is_driver=True)), "37.9")
    page = open_page(account)
    page.context.add_cookies([{"name": "type_size", "value": "big", "url": served}])
    for name, path in (
        ("form", "/c/K1/"),
        ("queue", "/gate/"),
        ("check", f"/gate/{car.pk}/"),
        ("held", f"/gate/{held.pk}/"),
        ("status", f"/c/r/{held.status_token}/"),
    ):
        page.goto(served + path)
        assert page.evaluate("document.documentElement.dataset.type") == "big"
        shoot(page, look, f"17-big-{name}")


def test_the_form_works_without_scripts(world, served, browser, look):
    size, locale = look
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=locale, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{served}/c/K1/")
    page.fill("#plate", "A D20T6")
    page.fill("#phone", road.PHONE)
    page.fill("#origin", "奉节")
    page.fill("#destination", "云坡里")
    page.fill("#door", "4 号楼")
    page.fill("#p0-name", "程晚舟")
    page.fill("#p0-number", road.DRIVER_ID)
    page.locator("[data-add]").click()
    assert page.input_value("#p0-name") == "程晚舟"
    page.fill("#p1-name", "许今禾")
    page.fill("#p1-number", road.WIFE_ID)
    page.locator("#visited [value='no']").check()
    page.locator("#symptoms [value='no']").check()
    page.screenshot(path=SCREENS / f"16-no-script-{size}-{locale}.png", full_page=True)
    page.locator(".gt-send button").click()
    page.wait_for_url(re.compile("/c/r/"))
    assert Registration.objects.get().people_count == 2
    context.close()
