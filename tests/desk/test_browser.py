"""The desk in a browser: phone and desk, both languages; pictures of every page below var/screens/desk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.town import the_step
from tests.kernel.procedures.samples import HOME_QUARANTINE, RELEASE

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens" / "desk"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
FACTS = {"origin_group": "OTHER_PROVINCE", "arrived_at": "2020-03-18T09:00:00+08:00", "source": "CHECKPOINT"}
WORKER, GUARD = ("community_worker", "C1"), ("guard", "K1")


@pytest.fixture
def town(transactional_db, clock):
    """The tiny territory with one home quarantine, a car of three offered and a late step."""
    from shouwang.kernel.cases import api as cases
    from shouwang.util.ids import new_uuid
    from tests.desk import town as towns
    from tests.kernel import world

    made = towns.build()
    made.late = made.case()
    clock.advance(timedelta(hours=2, minutes=42))
    cases.sweep()
    batch = new_uuid()
    for name in ("骆一舟", "骆鸣", "宁采薇"):
        made.case(name=name, offer_from=made.answer(*GUARD), batch=batch)
    for text in (RELEASE, HOME_QUARANTINE):
        world.publish(text)
    made.one = made.case(name="温如言", key="HOME_QUARANTINE", facts=FACTS)
    return made


@pytest.fixture
def open_as(town, served, browser):
    """Open a browser page signed in as a duty."""
    from django.conf import settings
    from django.test import Client

    contexts = []

    def opened(role, code, size=PHONE, language="zh-hans"):
        client = Client()
        client.force_login(town.account(role, code))
        context = browser.new_context(viewport=size, base_url=served)
        session = settings.SESSION_COOKIE_NAME
        cookies = {session: client.cookies[session].value, settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies([{"name": k, "value": v, "url": served} for k, v in cookies.items()])
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def picture(page, name):
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


def no_sideways_scrolling(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize(("size", "label"), [(PHONE, "390"), (DESK, "1440")])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_and_is_photographed(town, open_as, size, label, language):
    step = the_step(town.one)
    paths = {
        "work": (WORKER, "/work/"),
        "case": (WORKER, f"/cases/{town.one.pk}/"),
        "case-late": (("community_director", "C1"), f"/cases/{town.late.pk}/"),
        "work-director": (("community_director", "C1"), "/work/"),
        "step": (WORKER, f"/steps/{step.pk}/"),
        "offer": (WORKER, f"/steps/{step.pk}/offer/"),
        "reveal": (WORKER, f"/cases/{town.one.pk}/reveal/"),
        "cases": (("district_duty", "D"), "/cases/"),
        "duties": (("district_duty", "D"), "/duties/"),
        "post": (("district_duty", "D"), f"/duties/{town.posts['courtyard_team', 'Y1'].pk}/"),
        "places": (("district_duty", "D"), "/places/"),
        "place": (("district_duty", "D"), "/places/D/"),
        "procedures": (WORKER, "/procedures/"),
        "procedure": (WORKER, "/procedures/HOME_QUARANTINE/"),
        "check": (WORKER, "/procedures/check/"),
        "journal": (("auditor", "D"), "/journal/"),
    }
    for name, (duty, path) in paths.items():
        page = open_as(*duty, size, language)
        faults = []
        page.on(
            "console", lambda message, faults=faults: message.type == "error" and faults.append(message.text)
        )
        page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
        answer = page.goto(path)
        assert answer.status == 200, path
        page.wait_for_load_state("networkidle")
        picture(page, f"{name}-{label}-{language[:2]}")
        assert no_sideways_scrolling(page), f"{path} scrolls sideways at {label}"
        assert faults == [], path
