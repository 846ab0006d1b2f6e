"""The command screen in a browser: big screen, desk and phone, both languages; pictures below var/screens/board."""

from __future__ import annotations

from pathlib import Path

import pytest

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens" / "board"
SIZES = {"1920": (1920, 1080), "1440": (1440, 900), "390": (390, 844)}


@pytest.fixture
def town(transactional_db, clock):
    """The furnished territory, committed so that the served pages see it."""
    from tests.board.conftest import furnish
    from tests.desk import town as towns

    made = towns.build()
    made.late = furnish(made, clock)
    return made


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_command_screen_fits_and_lives(town, served, browser, size, locale):
    from django.conf import settings
    from django.test import Client

    width, height = SIZES[size]
    client = Client()
    client.force_login(town.account("commander", "D"))
    context = browser.new_context(viewport={"width": width, "height": height}, locale=locale, base_url=served)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": served}])
    language = {"name": settings.LANGUAGE_COOKIE_NAME, "value": locale[:2].replace("zh", "zh-hans")}
    context.add_cookies([{**language, "url": served}])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto("/board/")
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"board-{size}-{locale}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    before = page.locator("a[href*='/board/cases/opened/']").inner_text()
    town.case()
    page.wait_for_timeout(100)
    page.locator(f"a[href*='/board/cases/opened/']:text-is('{int(before) + 1}')").wait_for(timeout=4_000)
    assert faults == []
    context.close()
