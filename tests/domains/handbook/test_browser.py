"""The handbook in a browser: phone and desk, both languages; the guide without network, searched and renewed.

Pictures of every page below var/screens/handbook.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Error

from tests import looking
from tests.domains.handbook.issue import MENDED, changed, do, reported
from tests.domains.handbook.test_lists import LONGER

SCREENS = Path(__file__).resolve().parents[3] / "var" / "screens" / "handbook"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
WORKER, DIRECTOR = "community-worker", "community-director"
GUIDE = "/guide/community_worker/"
KEPT = "已存到这部手机，没网也能看。"
AT_HOME = {"procedure": "HOME_QUARANTINE", "at": "suitability"}


@pytest.fixture
def town(transactional_db, district):
    """The small district, written where the served product reads it."""
    return district


@pytest.fixture
def sign_in(town, served):
    """Let a context be the device of one of the cast from now on."""
    from django.conf import settings
    from django.test import Client

    def signed_in(context, username, language="zh-hans"):
        client = Client()
        client.force_login(town.account(username))
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


def watched(page, faults):
    page.on("console", lambda said: said.type == "error" and faults.append(f"{page.url}: {said.text}"))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    return page


@pytest.mark.browser
@pytest.mark.parametrize(("size", "label"), [(PHONE, "390"), (DESK, "1440")])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_speaks_one_language_and_is_photographed(
    town, open_as, sign_in, size, label, language
):
    worker = town.person(WORKER)
    closed = do(do(reported(worker, AT_HOME, what="体温枪没电"), MENDED), {"is_solved": True})
    going = reported(worker, AT_HOME, what="楼院里找不到专班的人")
    paths = {
        "index": (WORKER, "/handbook/"),
        "procedure-duties": (WORKER, "/procedures/HOME_QUARANTINE/lists/"),
        "procedure-process": (WORKER, "/procedures/HOME_QUARANTINE/lists/?list=process"),
        "procedure-standards": (WORKER, "/procedures/HOME_QUARANTINE/lists/?list=standards"),
        "procedure-limits": (WORKER, "/procedures/HOME_QUARANTINE/lists/?list=limits"),
        "procedure-issues": (DIRECTOR, "/procedures/HOME_QUARANTINE/lists/?list=issues&show=all"),
        "role-process": (WORKER, "/duties/roles/community_worker/lists/?list=process"),
        "issues": (DIRECTOR, "/issues/?show=all"),
        "report": (WORKER, "/issues/report/?procedure=HOME_QUARANTINE&at=suitability"),
        "issue-open": (DIRECTOR, f"/issues/{going.pk}/"),
        "issue-closed": (DIRECTOR, f"/issues/{closed.pk}/"),
        "guides": (WORKER, "/guide/"),
        "guide": (WORKER, GUIDE),
        "guide-without-steps": ("auditor", "/guide/auditor/"),
        "desk-procedure": (DIRECTOR, "/procedures/HOME_QUARANTINE/"),
        "desk-work": (DIRECTOR, "/work/"),
        "desk-case": (DIRECTOR, f"/cases/{going.pk}/"),
    }
    typed = {"体温枪没电", "楼院里找不到专班的人", MENDED["done"], "PDF", "English", "中文"}
    faults = []
    page = watched(open_as(WORKER, size, language), faults)
    for name, (username, path) in paths.items():
        sign_in(page.context, username, language)
        assert page.goto(path).status == 200, path
        looking.settle(page)
        looking.photograph(page, SCREENS / f"{name}-{label}-{language[:2]}.png")
        assert looking.is_fitting(page), f"{path} scrolls sideways at {label}"
        assert faults == [], path
        if not name.startswith("desk-"):
            names = {town.person(one).name for one in (WORKER, DIRECTOR, "subdistrict-duty", "auditor")}
            wrong = looking.in_the_wrong_language(page, language[:2], typed | names | {"守望"})
            assert wrong == [], path


@pytest.mark.browser
def test_the_guide_is_read_and_searched_without_network(town, open_as):
    page = open_as(WORKER)
    page.goto(GUIDE)
    page.get_by_text(KEPT).wait_for(timeout=15_000)
    page.context.set_offline(True)
    page.reload()
    page.get_by_role("heading", name="核住处合不合").wait_for()
    assert page.evaluate("getComputedStyle(document.querySelector('.hb-card')).borderRadius") != "0px", (
        "styled"
    )
    drawn = page.locator("svg.i use").first
    assert drawn.evaluate("(use) => use.getBoundingClientRect().width") > 0, "drawings are kept too"
    box, cards = page.get_by_label("找一张卡"), page.locator(".hb-card:visible")
    everything = cards.count()
    for typed in ("核住处", "hzchbh", "hezhuchu", "HZC"):
        box.fill(typed)
        page.get_by_text("找到 1 张").wait_for()
        assert cards.get_by_role("heading", name="核住处合不合").is_visible(), typed
    box.fill("没有这样的事")
    page.get_by_text("没有。换个字试试。").wait_for()
    assert cards.count() == 0
    box.fill("")
    assert cards.count() == everything
    looking.photograph(page, SCREENS / "guide-offline-390-zh.png")


@pytest.mark.browser
def test_only_guides_are_kept(town, open_as):
    page = open_as(WORKER)
    page.goto(GUIDE)
    page.get_by_text(KEPT).wait_for(timeout=15_000)
    page.goto("/work/")
    kept = page.evaluate(
        """async () => {
          const cache = await caches.open("shouwang-guide-1");
          return (await cache.keys()).map((one) => new URL(one.url).pathname);
        }"""
    )
    assert GUIDE in kept
    assert [path for path in kept if not path.startswith("/static/")] == [GUIDE]
    page.context.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/work/")


@pytest.mark.browser
def test_a_new_version_is_seen_at_once_with_network(town, open_as):
    page = open_as(WORKER)
    page.goto(GUIDE)
    page.get_by_text(KEPT).wait_for(timeout=15_000)
    assert page.get_by_text("7 小时").count() == 0
    changed("HOME_QUARANTINE", LONGER)
    page.goto(GUIDE)
    page.get_by_text("7 小时").first.wait_for()
    page.context.set_offline(True)
    page.goto(GUIDE)
    page.get_by_text("7 小时").first.wait_for()


@pytest.mark.browser
def test_a_page_from_the_phone_says_when_it_is_out_of_date(town, open_as):
    """The answer comes after the worker's patience is over: the kept page is shown, then told."""
    page = open_as(WORKER)
    page.goto(GUIDE)
    page.get_by_text(KEPT).wait_for(timeout=15_000)
    changed("HOME_QUARANTINE", LONGER)
    worker = next(one for one in page.context.service_workers)
    worker.evaluate(
        """() => {
          const quick = self.fetch.bind(self);
          self.fetch = async (...asked) => {
            await new Promise((resolve) => setTimeout(resolve, 4000));
            return quick(...asked);
          };
        }"""
    )
    page.goto(GUIDE)
    assert page.get_by_text("7 小时").count() == 0, "shown from the phone"
    page.get_by_text("规定换版了，这一页是旧的。").wait_for(timeout=15_000)
    page.get_by_role("link", name="看新的").click()


@pytest.mark.browser
def test_a_sign_in_page_never_takes_the_place_of_a_guide(town, open_as):
    page = open_as(WORKER)
    page.goto(GUIDE)
    page.get_by_text(KEPT).wait_for(timeout=15_000)
    page.context.clear_cookies()
    page.goto(GUIDE)
    assert "/sign-in/" in page.url, "with network, who is not signed in signs in"
    page.context.set_offline(True)
    page.goto(GUIDE)
    page.get_by_role("heading", name="核住处合不合").wait_for()


@pytest.mark.browser
def test_an_issue_is_reported_by_two_taps_from_a_step(town, open_as):
    from shouwang.domains.handbook.models import Issue
    from tests.desk.street import arrival

    arrival(town, "裴听澜")
    page = open_as(WORKER)
    page.goto("/work/")
    page.get_by_role("link", name="这一步有问题").first.click()
    page.get_by_role("button", name="时限不够").click()
    page.get_by_text("记下了，编号").wait_for()
    assert Issue.objects.order_by("-pk").first().reason == "LIMIT"
    looking.photograph(page, SCREENS / "reported-390-zh.png")


@pytest.mark.browser
def test_an_issue_waits_for_the_network(town, open_as):
    from shouwang.domains.handbook.models import Issue

    before = Issue.objects.count()
    page = open_as(WORKER)
    page.goto("/issues/report/?procedure=HOME_QUARANTINE&at=suitability")
    page.get_by_label("哪里不对").fill("四楼没有信号")
    page.context.set_offline(True)
    page.get_by_role("button", name="没按规定做").click()
    page.get_by_text("现在没网，照常记。").wait_for()
    page.context.set_offline(False)
    page.get_by_text("记下了，编号").wait_for(timeout=20_000)
    assert Issue.objects.count() == before + 1
    kept = Issue.objects.order_by("-pk").first()
    assert (kept.reason, kept.what) == ("NOT_DONE", "四楼没有信号")
