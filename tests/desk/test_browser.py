"""The desk in a browser: phone and desk, both languages; pictures of every page below var/screens/desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import looking
from tests.desk.town import the_step

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens" / "desk"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
WORKER, DIRECTOR, DUTY = "community-worker", "community-director", "district-duty"


@pytest.fixture
def street(transactional_db, district, clock):
    """The small district with some life in it."""
    from tests.desk import street as streets

    return streets.build(district, clock)


@pytest.fixture
def sign_in(street, served):
    """Let a context be the device of one of the cast from now on."""
    from django.conf import settings
    from django.test import Client

    def signed_in(context, username, language="zh-hans"):
        client = Client()
        client.force_login(street.district.account(username))
        session = settings.SESSION_COOKIE_NAME
        cookies = {session: client.cookies[session].value, settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies([{"name": k, "value": v, "url": served} for k, v in cookies.items()])

    return signed_in


@pytest.fixture
def open_as(sign_in, served, browser):
    """Open a browser page signed in as one of the cast."""
    contexts = []

    def opened(username, size=PHONE, language="zh-hans"):
        context = browser.new_context(viewport=size, base_url=served)
        sign_in(context, username, language)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def picture(page, name):
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


def watched(page, faults):
    page.on("console", lambda said: said.type == "error" and faults.append(f"{page.url}: {said.text}"))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    return page


@pytest.mark.browser
@pytest.mark.parametrize(("size", "label"), [(PHONE, "390"), (DESK, "1440")])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_and_is_photographed(street, open_as, sign_in, size, label, language):
    step = the_step(street.fresh)
    paths = {
        "work": (WORKER, "/work/"),
        "case": (WORKER, f"/cases/{street.fresh.pk}/"),
        "case-going": (WORKER, f"/cases/{street.going.pk}/"),
        "case-late": (DIRECTOR, f"/cases/{street.late.pk}/"),
        "work-director": (DIRECTOR, "/work/"),
        "work-team": ("courtyard-team", "/work/"),
        "work-done": (WORKER, "/work/done/"),
        "step": (WORKER, f"/steps/{step.pk}/"),
        "offer": (WORKER, f"/steps/{step.pk}/offer/"),
        "reveal": (WORKER, f"/cases/{street.fresh.pk}/reveal/"),
        "cases": (DUTY, "/cases/"),
        "duties": (DUTY, "/duties/"),
        "duties-community": (DIRECTOR, "/duties/"),
        "post": (DUTY, f"/duties/{street.district.answer('courtyard-team').post.pk}/"),
        "places": (DUTY, "/places/"),
        "place": (DUTY, "/places/410105/"),
        "place-community": (WORKER, "/places/410105006001/"),
        "flow": (DUTY, "/places/410105/flow/opened/"),
        "procedures": (WORKER, "/procedures/"),
        "procedure": (WORKER, "/procedures/HOME_QUARANTINE/"),
        "check": (WORKER, "/procedures/check/"),
        "journal": ("auditor", "/journal/"),
    }
    faults = []
    page = watched(open_as(WORKER, size, language), faults)
    for name, (username, path) in paths.items():
        sign_in(page.context, username, language)  # one device for all: it fetches scripts and styles once
        answer = page.goto(path)
        assert answer.status == 200, path
        looking.settle(page)
        picture(page, f"{name}-{label}-{language[:2]}")
        assert looking.is_fitting(page), f"{path} scrolls sideways at {label}"
        assert faults == [], path


@pytest.mark.browser
def test_a_step_is_ticked_filled_and_done_on_a_phone(street, open_as):
    page = open_as(WORKER)
    page.goto("/work/")
    step = the_step(street.fresh)
    card = page.locator(f"#step-{step.pk}")
    card.get_by_text("办这一步").click()
    for words in ("见到本人并核对身份", "有单独房间，能通风", "电话打得通"):
        card.get_by_label(words).check()
    card.get_by_text("还差 1 项没勾").wait_for()
    step.refresh_from_db()
    assert len(step.ticks) == 3, "ticks are kept at once"
    card.get_by_role("button", name="办完这一步").click()
    page.get_by_text("还没选这一项").first.wait_for()
    card = page.locator(f"#step-{step.pk}")
    assert card.get_by_label("见到本人并核对身份").is_checked(), "what was ticked is kept"
    card.get_by_label("生活有人照应").check()
    card.get_by_role("radio", name="是", exact=True).check()
    card.get_by_role("button", name="办完这一步").click()
    page.get_by_text("办完：核住处合不合。接下来：").wait_for()
    picture(page, "done-390-zh")


@pytest.mark.browser
def test_an_offer_is_declined_without_network_and_sent_when_it_is_back(street, open_as):
    from shouwang.kernel.cases import api as cases

    page = open_as(WORKER)
    page.goto("/work/")
    offer = cases.Handover.objects.filter(state="OFFERED").order_by("pk").first()
    card = page.locator(f"#offer-{offer.pk}")
    card.get_by_text("不接，写原因").click()
    card.get_by_label("为什么不接").fill("三个人都不住这里")
    page.context.set_offline(True)
    card.get_by_role("button", name="不接", exact=True).click()
    page.get_by_text("现在没网，照常记。").wait_for()
    picture(page, "offline-390-zh")
    page.context.set_offline(False)
    page.get_by_text("没有接，原因已告诉").wait_for(timeout=20_000)
    assert set(cases.Handover.objects.filter(batch=offer.batch).values_list("state", flat=True)) == {
        "DECLINED"
    }


@pytest.mark.browser
def test_the_drawing_shows_where_the_case_stands_and_moves_by_buttons(street, open_as):
    page = open_as(WORKER, DESK)
    page.goto(f"/cases/{street.fresh.pk}/")
    here = page.locator('#drawing-HOME_QUARANTINE [data-element-id="suitability"].sw-here')
    here.wait_for()
    before = here.bounding_box()["x"]
    page.get_by_role("button", name="往右看").click()
    assert here.bounding_box()["x"] < before
    page.get_by_role("button", name="全图").click()
    assert looking.is_fitting(page)
    page.get_by_text("看成表").first.click()
    assert page.get_by_role("row", name="核住处合不合").is_visible()


@pytest.mark.browser
def test_work_of_others_appears_by_itself(street, open_as):
    from shouwang.kernel.cases import api as cases

    page = open_as(DIRECTOR)
    page.goto("/work/")
    page.wait_for_load_state("networkidle")
    worker, director = street.district.person(WORKER), street.district.answer(DIRECTOR)
    cases.offer(the_step(street.fresh).pk, director, worker)
    page.get_by_text("等你接收 · ").first.wait_for(timeout=15_000)
