"""The resident's and the team's pages in a browser: 390 and 1440 px, Chinese and English, without network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shouwang.domains.quarantine import api as quarantine
from shouwang.domains.quarantine.models import Reading
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from tests.domains.quarantine import stay as stays

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Names a folder for pictures to be looked at.
SHOTS = os.environ.get("SHOTS", "")
SIZES = {"390": {"width": 390, "height": 844}, "1440": {"width": 1440, "height": 900}}
LOCALES = {"zh": "zh-CN", "en": "en-US"}


def look(page, name):
    """Nothing is wider than the window; keep a picture where SHOTS names a folder."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def type_temperature(page, celsius):
    degree, tenth = celsius.split(".")
    page.locator(f"[data-degree='{degree}']").click()
    page.locator(f"[data-tenth='{tenth}']").click()
    assert page.locator("[data-celsius]").input_value() == celsius


@pytest.fixture
def world(transactional_db, clock):
    return stays.build_world()


@pytest.fixture
def walked(world, clock):
    """Somebody on day 3 at 17:32: settled in, the first evening missed and made up, this evening due."""
    stay = stays.begin(world, clock)
    stay.settle_in()
    for day, at, celsius in ((2, "07:40", "36.4"), (2, "17:20", "36.8"), (3, "07:52", "36.5")):
        stay.go_to(day, at)
        stay.measure(celsius)
    stay.go_to(3, "17:32")
    return stay


@pytest.fixture
def link(walked):
    return f"/p/{parties.issue_personal_link(walked.case.person, 60, journal.SYSTEM)}/"


@pytest.fixture
def opened(browser, served):
    """Open pages of one size and language, signed in where a person is given; no script may fail."""
    from django.conf import settings
    from django.test import Client

    contexts, faults = [], []

    def door(size="390", language="zh", person=None):
        context = browser.new_context(
            viewport=SIZES[size], locale=LOCALES[language], timezone_id="Asia/Shanghai", base_url=served
        )
        if person is not None:
            account = parties.Account.objects.filter(person=person).first() or parties.create_account(
                username=f"user{person.pk}",
                person=person,
                password="a long enough one",
                actor=journal.SYSTEM,
                language={"zh": "zh-hans", "en": "en"}[language],
            )
            client = Client()
            client.force_login(account)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": served}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield door
    for context in contexts:
        context.close()
    assert faults == []


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("size", SIZES)
def test_the_resident_records_a_temperature(opened, served, link, size, language):
    page = opened(size, language)
    page.goto(link)
    look(page, f"resident-{size}-{language}")
    type_temperature(page, "36.6")
    page.locator("form.qr-form .btn-primary").click()
    page.wait_for_selector(".note.success")
    assert Reading.objects.filter(celsius="36.6", window="EVENING", is_counted=True).count() == 1
    look(page, f"resident-{size}-{language}-recorded")
    page.context.add_cookies([{"name": "type_size", "value": "big", "url": served}])
    page.goto(link)
    look(page, f"resident-{size}-{language}-big")
    for part in ("unwell", "readings", "held"):
        page.goto(f"{link}{part}/")
        look(page, f"{part}-{size}-{language}")


def test_what_cannot_be_a_temperature_is_explained_and_kept(opened, link):
    page = opened()
    page.goto(link)
    page.locator("[data-celsius]").fill("3.75")
    page.locator("form.qr-form .btn-primary").click()
    page.wait_for_selector(".why")
    assert "37.5" in page.locator(".why").first.inner_text()
    assert page.locator("[data-celsius]").input_value() == "3.75"
    look(page, "resident-390-wrong")


def test_a_fever_is_answered_with_what_happens_next(opened, link, walked):
    page = opened()
    page.goto(link)
    type_temperature(page, "37.8")
    page.locator("form.qr-form .btn-primary").click()
    page.wait_for_selector(".note.success")
    assert "社区医生" in page.locator(".note.success").inner_text()
    assert "assess" in walked.waiting
    look(page, "resident-390-fever")


def test_feeling_ill_calls_the_doctor(opened, link, walked):
    page = opened()
    page.goto(f"{link}unwell/")
    page.get_by_text("咳嗽").click()
    page.get_by_role("button", name="叫社区医生").click()
    page.wait_for_url(f"**{link}")
    assert "assess" in walked.waiting


def test_a_reading_typed_without_network_counts_for_its_window(opened, link, walked, clock):
    page = opened()
    page.goto(link)
    page.context.set_offline(True)
    type_temperature(page, "36.7")
    page.locator("form.qr-form .btn-primary").click()
    page.wait_for_selector(".offline.show")
    look(page, "resident-390-offline")
    assert not Reading.objects.filter(celsius="36.7").exists()
    walked.go_to(3, "19:40")
    assert "make_up" in walked.waiting
    page.context.set_offline(False)
    for _attempt in range(100):
        if Reading.objects.filter(celsius="36.7").exists():
            break
        page.wait_for_timeout(200)
    reading = Reading.objects.get(celsius="36.7")
    assert (reading.window, reading.is_counted) == ("EVENING", True)
    assert "make_up" not in walked.waiting


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("size", SIZES)
def test_the_team_works_through_its_list(opened, world, walked, clock, size, language):
    team = world.people["courtyard_team", "Y1"]
    others = [stays.begin(world, clock, origin) for origin in ("HUBEI", "IN_PROVINCE")]
    quarantine.report_symptoms(others[0].case_pk, ["cough"], journal.SYSTEM)
    page = opened(size, language, team)
    page.goto("/quarantine/")
    look(page, f"list-{size}-{language}")
    page.locator(f"#celsius-{walked.case_pk}").fill("36.4")
    page.locator(f"#celsius-{others[1].case_pk}").fill("367")
    page.locator(".qr-save .btn-primary").click()
    page.wait_for_selector(".why")
    assert Reading.objects.filter(order=walked.case_pk, via="PHONE").count() == 1
    assert page.locator(f"#celsius-{others[1].case_pk}").input_value() == "367"
    look(page, f"list-{size}-{language}-refused")
    page.goto(f"/quarantine/{walked.case_pk}/")
    look(page, f"order-{size}-{language}")
    page.goto(f"/quarantine/{others[0].case_pk}/papers/")
    look(page, f"papers-{size}-{language}")
    page.goto(f"/cases/{walked.case_pk}/")
    look(page, f"case-{size}-{language}")


def test_the_papers_are_served_signed_and_the_step_is_done(opened, world, clock):
    stay = stays.begin(world, clock)
    page = opened(person=world.people["courtyard_team", "Y1"])
    page.goto(f"/quarantine/{stay.case_pk}/papers/")
    page.get_by_role("button", name="这一步办完了").click()
    page.wait_for_selector(".note.error")
    page.get_by_role("button", name="出告知书").click()
    page.get_by_role("button", name="出承诺书").click()
    page.get_by_role("button", name="本人已签").click()
    for box in page.locator("input[name='ticks']").all():
        box.check()
    look(page, "papers-390-zh-ticked")
    page.get_by_role("button", name="这一步办完了").click()
    page.wait_for_url(f"**/quarantine/{stay.case_pk}/")
    assert stay.waiting == ["kit", "watch"]
    page.get_by_role("button", name="给他手机页面").click()
    page.wait_for_selector(".qr-code svg")
    look(page, "link-390-zh")


@pytest.mark.parametrize("language", LOCALES)
def test_the_certificate_verifies_for_anybody(opened, served, world, clock, language):
    stay = stays.begin(world, clock)
    stay.release()
    page = opened("390", language)
    page.goto(f"/p/{parties.issue_personal_link(stay.case.person, 60, journal.SYSTEM)}/")
    look(page, f"released-390-{language}")
    paper = documents.get(stay.order.certificate_number)
    said = {"masked_name": "某*", "case": stay.case.number, "from_on": "2020-03-18", "until_on": "2020-03-31"}
    token = documents.sign(paper.kind, {"number": paper.number, **said}, None)
    page.goto(f"/verify/{token}/")
    assert paper.number in page.locator("main").inner_text()
    look(page, f"verify-390-{language}")
    page.goto(f"/verify/{token[:-4]}AAAA/")
    assert paper.number not in page.locator("main").inner_text()
    look(page, f"verify-390-{language}-false")
    documents.revoke(paper, reason="写错了", actor=journal.SYSTEM)
    page.goto(f"/verify/{token}/")
    assert {"zh": "已撤销", "en": "Revoked"}[language] in page.locator("h1").inner_text()
    assert cases.Case.objects.filter(pk=stay.case_pk).exists()
