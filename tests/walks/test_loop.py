"""The whole loop in a browser, from the road to the release: one car, one traveller, everybody's own device.

The traveller registers, the guard checks, the community accepts, the team serves the papers, the resident
measures for fourteen days (one reading missed, one fever that the doctor excludes), the doctor signs, the
certificate verifies for anybody, and the commander's figures move on the way.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from shouwang.districts.jinshui import cast as casts
from shouwang.domains.gates.forms import PLATE_PROVINCES
from shouwang.domains.gates.models import Registration
from shouwang.domains.quarantine.models import MissedReading, Reading
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents.services import issuing
from shouwang.kernel.parties import api as parties
from shouwang.util.identity import synthetic_id_number
from tests.domains.quarantine.stay import SUITABLE, Stay
from tests.walks.phones import Phones

pytestmark = pytest.mark.browser

NAME, PLATE, DOOR = "程晚舟", "豫A·D20T6", "4 号楼 2 单元 703"
ID_NUMBER = synthetic_id_number(date(1985, 5, 5), 1)
TYPED = (NAME, PLATE, "豫A D20T6", "豫AD20T6", "豫A", DOOR, *PLATE_PROVINCES)


class Walk:
    """One walk: the district, the clock, the devices, and the stay once it has begun."""

    def __init__(self, district: casts.District, clock: Any, phones: Phones, tokens: list[str]) -> None:
        self.district, self.clock, self.phones, self.tokens = district, clock, phones, tokens
        self.stay: Stay

    def staff(self, username: str) -> Any:
        """Return a page of one of the cast."""
        return self.phones.of(self.district.person(username))

    def holder_of(self, key: str) -> Any:
        """Return a page of whoever holds an open step."""
        return self.phones.of(self.stay.step(key).holder)

    def begin_stay(self) -> None:
        """Find the case that the checkpoint opened."""
        self.stay = Stay(None, self.clock, cases.Case.objects.get(procedure_key="HOME_QUARANTINE").pk)

    def work(self, page: Any, key: str, name: str, answers: dict[str, str] | None = None) -> None:
        """Do a step where the list of work shows it: tick everything, answer, complete."""
        step = self.stay.step(key)
        page.goto("/work/")
        if self._is_folded(page, step):
            page.locator(".sw-rows a", has_text=self.phones.say(step.name_zh, step.name_en)).click()
        form = page.locator(f"form[action='/steps/{step.pk}/complete/']")
        if not form.is_visible():
            page.locator(f"#do-{step.pk} > summary").click()
        for box in form.locator("input[name='ticks']").all():
            with page.expect_response(f"**/steps/{step.pk}/tick/"):
                box.check()
        for field, value in (answers or {}).items():
            form.locator(f"input[name$='{field}'][value='{value}']").check()
        self.phones.look(page, f"step-{name}")
        with page.expect_event("load"):
            form.locator(".btn-primary").click()
        assert page.locator(".note", has_text=self.phones.say(step.name_zh, step.name_en)).is_visible()
        if key in ("suitability", "call"):
            self.phones.look(page, f"done-{name}")
        step.refresh_from_db()
        assert step.state == "DONE"

    def look_at_step(self, key: str, name: str) -> None:
        """Look at a step on its own page, as its holder."""
        page = self.holder_of(key)
        page.goto(f"/steps/{self.stay.step(key).pk}/")
        self.phones.look(page, name)

    @staticmethod
    def _is_folded(page: Any, step: cases.Step) -> bool:
        """Return whether the step is due so late that the list holds one line for all of its kind."""
        return page.locator(f"#step-{step.pk}").count() == 0

    def type_temperature(self, page: Any, celsius: str) -> None:
        """Tap a temperature on the resident's page and send it."""
        degree, tenth = celsius.split(".")
        if not page.locator("form.qr-form").is_visible():
            page.locator("details:has(form.qr-form) > summary").click()
        page.locator(f"[data-degree='{degree}']").click()
        page.locator(f"[data-tenth='{tenth}']").click()
        page.locator("form.qr-form .btn-primary").click()
        page.wait_for_selector(".note.success")


@pytest.fixture
def walk(transactional_db, clock, settings, browser, served, monkeypatch, request):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    tokens: list[str] = []
    address = issuing.verify_url

    def verify_url(token: str) -> str:
        tokens.append(token)  # what the code on the paper holds
        return address(token)

    monkeypatch.setattr(issuing, "verify_url", verify_url)
    size, language = request.param
    phones = Phones(browser, served, size, language, TYPED)
    yield Walk(casts.build_small_district(), clock, phones, tokens)
    phones.close()


def wait_for_contained(page: Any, count: int) -> None:
    """Wait until the screen of the commander shows so many people under control, without a reload."""
    page.locator(".control .huge .n", has_text=re.compile(rf"^{count}$")).wait_for(timeout=30_000)


def register(walk: Walk, page: Any) -> None:
    page.goto(f"/c/{casts.CHECKPOINT}/")
    walk.phones.look(page, "traveller-form")
    page.fill("#plate", "A D20T6")
    page.fill("#phone", "100 0371 4408")
    page.fill("#origin", walk.phones.say("奉节", "fengjie"))
    page.locator("#origin-list li").first.click()
    home = walk.district.at(casts.COURTYARD)
    page.fill("#destination", walk.phones.say(home.name_zh, home.name_en))
    page.locator("#destination-list li").first.click()
    page.fill("#door", DOOR)
    page.fill("#p0-name", NAME)
    page.fill("#p0-number", ID_NUMBER)
    page.locator("#visited [value='no']").check()
    page.locator("#symptoms [value='no']").check()
    walk.phones.look(page, "traveller-filled")
    page.locator(".gt-send button").click()
    page.wait_for_url(re.compile("/c/r/"))
    walk.phones.look(page, "traveller-waiting")


def check(walk: Walk, page: Any) -> None:
    notify = walk.phones.say("通行并告知", "Pass and notify")
    page.goto("/gate/")
    walk.phones.look(page, "guard-queue")
    page.locator(".gt-car").first.click()
    page.locator("[data-degree='36']").click()
    page.locator("[data-tenth='4']").click()
    for box in page.locator("[name='ticks']").all():
        box.check()
    walk.phones.look(page, "guard-check")
    page.locator(".gt-send button").click()
    page.wait_for_selector(".verdict")
    assert notify in page.inner_text(".verdict")
    walk.phones.look(page, "guard-verdict")


def accept(walk: Walk, page: Any) -> None:
    page.goto("/work/")
    walk.phones.look(page, "worker-offer")
    with page.expect_event("load"):
        page.locator("form[action$='/accept/'] button").click()
    page.wait_for_selector("form[action$='/complete/']", state="attached")
    assert walk.stay.step("suitability").holder == walk.district.person("community-worker")


def settle_in(walk: Walk, page: Any) -> None:
    case = walk.stay.case_pk
    page.goto(f"/quarantine/{case}/papers/")
    walk.phones.look(page, "team-papers")
    for act in ("notice", "undertaking", "signed"):
        page.locator(f"button[name='act'][value='{act}']").click()
        page.wait_for_selector(f"button[name='act'][value='{act}']", state="detached")
    for box in page.locator("input[name='ticks']").all():
        box.check()
    walk.phones.look(page, "team-papers-signed")
    page.locator("button[name='act'][value='done']").click()
    page.wait_for_url(f"**/quarantine/{case}/")
    walk.phones.look(page, "team-order")
    page.locator("form[action$='/link/'] button").click()
    page.wait_for_selector(".qr-code svg")
    walk.phones.look(page, "team-link")
    walk.work(page, "kit", "team-kit")


def live_to_the_fever(walk: Walk, resident: Any, address: str) -> None:
    stay, phones = walk.stay, walk.phones
    stay.go_to(1, "17:10")
    resident.goto(address)
    phones.look(resident, "resident-evening")
    walk.type_temperature(resident, "36.5")
    phones.look(resident, "resident-recorded")
    stay.live_through(2, 3, skip=((3, "EVENING"),))
    stay.go_to(3, "19:05")
    assert stay.waiting == ["make_up", "watch"]
    team = walk.holder_of("make_up")
    team.goto("/work/")
    phones.look(team, "team-missed")
    team.goto("/quarantine/")
    phones.look(team, "team-list")
    resident.goto(address)
    phones.look(resident, "resident-missed")
    walk.type_temperature(resident, "36.6")
    assert stay.waiting == ["watch"]
    stay.live_through(4, 4)
    stay.go_to(5, "07:20")
    resident.goto(address)
    walk.type_temperature(resident, "37.6")
    phones.look(resident, "resident-fever")
    assert stay.waiting == ["assess", "watch"]


def live_to_the_check(walk: Walk, resident: Any, address: str) -> None:
    stay, phones = walk.stay, walk.phones
    stay.go_to(5, "17:10")
    stay.measure()
    stay.live_through(6, 13)
    stay.go_to_instant(stay.order.release_check_at)
    assert stay.waiting == ["check_readings", "watch"]
    resident.goto(address)
    phones.look(resident, "resident-last-day")
    for part in ("readings", "unwell", "held"):
        resident.goto(f"{address}{part}/")
        phones.look(resident, f"resident-{part}")


def release(walk: Walk, resident: Any, address: str) -> None:
    stay, phones = walk.stay, walk.phones
    stay.live_through(14, 14)
    stay.go_to_instant(stay.order.until_at)
    number = stay.order.certificate_number
    assert number
    resident.goto(address)
    phones.look(resident, "resident-released")
    paper = resident.request.get(resident.locator(".qr-do a.btn-primary").get_attribute("href"))
    assert paper.body().startswith(b"%PDF")
    anybody = phones.open()
    anybody.goto(f"/verify/{walk.tokens[-1]}/")
    assert phones.say("是真的", "Genuine") in anybody.inner_text("h1")
    assert number in anybody.inner_text("main")
    phones.look(anybody, "verify-genuine")
    anybody.goto(f"/verify/{walk.tokens[-1][:-6]}AAAAAA/")
    assert number not in anybody.inner_text("main")


@pytest.mark.parametrize("walk", [("390", "zh"), ("1440", "en")], indirect=True, ids="-".join)
def test_from_the_checkpoint_to_the_release(walk):
    phones = walk.phones
    board, traveller = walk.staff("commander"), phones.open()
    board.goto("/board/")
    phones.look(board, "board-before")
    wait_for_contained(board, 0)

    register(walk, traveller)
    guard = walk.staff("guard")
    check(walk, guard)
    traveller.wait_for_selector(".verdict")
    phones.look(traveller, "traveller-verdict")
    walk.begin_stay()

    worker = walk.staff("community-worker")
    accept(walk, worker)
    walk.clock.advance(timedelta(minutes=20))
    walk.work(worker, "suitability", "worker-suitability", {"is_suitable": "true"})
    wait_for_contained(board, 1)
    phones.look(board, "board-contained")

    traveller.reload()
    traveller.locator("form[action*='/people/'] button").click()
    traveller.wait_for_url(re.compile("/p/"))
    address = traveller.url
    phones.look(traveller, "resident-first")
    settle_in(walk, walk.holder_of("documents"))

    live_to_the_fever(walk, traveller, address)
    doctor = walk.staff("community-doctor")
    walk.work(doctor, "assess", "doctor-fever", {"result": "EXCLUDED"})
    live_to_the_check(walk, traveller, address)
    walk.work(worker, "check_readings", "worker-readings")
    walk.work(doctor, "sign", "doctor-sign", {"decision": "RELEASE"})
    release(walk, traveller, address)

    walk.work(walk.holder_of("plate_off"), "plate_off", "team-plate")
    walk.work(walk.holder_of("call"), "call", "worker-call")
    stay = walk.stay
    assert (stay.case.state, stay.case.outcome) == ("CLOSED", "RELEASED")
    worker.goto(f"/cases/{stay.case_pk}/")
    phones.look(worker, "case-closed")
    wait_for_contained(board, 0)
    board.locator("#bd-day", has_text=phones.say("4 月 1 日", "1 Apr")).wait_for()  # it hung there for weeks
    phones.look(board, "board-after")

    assert Registration.objects.count() == 1
    assert MissedReading.objects.filter(settled_at=None).count() == 0
    assert Reading.objects.filter(is_counted=True).count() == 2 * 14 - 1  # the first morning was on the road
    assert not parties.Person.objects.filter(name=NAME).exclude(pk=stay.case.person_id).exists()
    assert list(cases.unaccounted(walk.district.place)) == []
    assert phones.faults == []


def offer_and_home(walk: Walk, board: Any) -> None:
    """Look at the offer in the worker's list and at the step; both are done by the services."""
    worker = walk.district.person("community-worker")
    walk.phones.of(worker).goto("/work/")
    walk.phones.look(walk.phones.of(worker), "worker-offer")
    cases.accept(cases.Handover.objects.get(state="OFFERED").pk, worker)
    walk.begin_stay()
    walk.look_at_step("suitability", "worker-suitability")
    walk.stay.do("suitability", SUITABLE, {"is_suitable": True})
    wait_for_contained(board, 1)
    walk.phones.look(board, "board-contained")


def days_at_home(walk: Walk, resident: Any) -> None:
    """Look at the papers, the list and the resident's page on the day of a fever, and at the doctor's steps."""
    stay, phones = walk.stay, walk.phones
    team = walk.holder_of("documents")
    team.goto(f"/quarantine/{stay.case_pk}/papers/")
    phones.look(team, "team-papers")
    stay.settle_in()
    stay.go_to(1, "17:10")
    stay.measure()
    stay.live_through(2, 4)
    stay.go_to(5, "07:20")
    stay.measure("37.6")
    for name, path in (("list", "/quarantine/"), ("order", f"/quarantine/{stay.case_pk}/")):
        team.goto(path)
        phones.look(team, f"team-{name}")
    resident.reload()
    phones.look(resident, "resident-fever")
    walk.look_at_step("assess", "doctor-fever")
    stay.do("assess", ["axillary", "asked"], {"result": "EXCLUDED"})
    stay.go_to(5, "17:10")
    stay.measure()
    stay.live_through(6, 13)
    stay.go_to_instant(stay.order.release_check_at)
    stay.do("check_readings", ["complete", "symptoms"])
    walk.look_at_step("sign", "doctor-sign")
    stay.do("sign", ["records", "person"], {"decision": "RELEASE"})


@pytest.mark.parametrize("walk", [("390", "en"), ("1440", "zh")], indirect=True, ids="-".join)
def test_what_everybody_reads_on_the_way(walk):
    phones = walk.phones
    board, traveller = walk.staff("commander"), phones.open()
    board.goto("/board/")
    register(walk, traveller)
    check(walk, walk.staff("guard"))
    traveller.wait_for_selector(".verdict")
    phones.look(traveller, "traveller-verdict")
    offer_and_home(walk, board)
    traveller.reload()
    traveller.locator("form[action*='/people/'] button").click()
    traveller.wait_for_url(re.compile("/p/"))
    address = traveller.url
    days_at_home(walk, traveller)
    release(walk, traveller, address)
    traveller.goto(f"{address}held/")
    phones.look(traveller, "resident-held")
    worker = walk.staff("community-worker")
    worker.goto(f"/cases/{walk.stay.case_pk}/")
    phones.look(worker, "case-released")
    wait_for_contained(board, 0)
    assert phones.faults == []
