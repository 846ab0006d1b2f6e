"""The procedures that begin or are done on pages of their own: the checkpoint, home quarantine, release.

The same walk from the first page to each end, with the clock moved, as `test_walks` has it for the others.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from shouwang.domains.gates import api as gates
from shouwang.domains.quarantine import api as quarantine
from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.procedures.models import Run
from shouwang.kernel.rules import api as rules
from shouwang.util import clock as clocks
from shouwang.util.identity import synthetic_id_number
from tests.domains.procedures.paths import CHECKPOINT, COURTYARD, Path
from tests.domains.procedures.walker import Walker

HUBEI, CHONGQING = "420102", "500236"


@pytest.fixture
def walker(district, clock):
    return Walker(district, clock)


def car(origin=CHONGQING, destination="district", **more):
    """Register a car with its driver on the poster's form."""
    form = {
        "request_key": str(uuid4()),
        "plate_province": "豫",
        "plate": "A D20T6",
        "vehicle_kind": "CAR",
        "origin_code": origin,
        "origin": "外地",
        "phone": "100 0371 4408",
        "stays": destination,
        "destination_code": COURTYARD,
        "destination": "楼院",
        "door": "4 号楼 2 单元 703",
        "row": ["0"],
        "driver": "0",
        "p0-name": "程晚舟",
        "p0-number": synthetic_id_number(date(1985, 3, 2), 10),
        "visited": "no",
        "symptoms": "no",
        **more,
    }
    answer = Client().post(f"/c/{CHECKPOINT}/", form)
    assert answer.status_code == 302, answer.content.decode()
    return gates.Registration.objects.select_related("case").get()


def check(walker, registration, celsius):
    """Let the guard compare papers and take the temperature."""
    guard = walker.client_of(walker.district.person("guard"))
    (one,) = gates.people_of(registration)
    typed = {f"celsius-{one.pk}": celsius, "ticks": list(gates.VERIFY_TICKS)}
    assert guard.post(f"/gate/{registration.pk}/", typed).status_code in {200, 302}
    return guard, one


def outcome(registration):
    case = cases.Case.objects.get(pk=registration.case_id)
    return case.outcome, [child.procedure_key for child in cases.children_of(case)]


def test_a_car_passes_and_its_people_are_handed_to_the_community(walker):
    registration = car()
    check(walker, registration, "36.4")
    assert outcome(registration) == ("PASSED", ["HOME_QUARANTINE"])


def test_a_car_that_did_not_come_is_withdrawn(walker):
    registration = car()
    guard = walker.client_of(walker.district.person("guard"))
    assert guard.post(f"/gate/{registration.pk}/withdraw/", {"reason": "掉头走了"}).status_code == 302
    assert outcome(registration) == ("WITHDRAWN", [])


def test_a_fever_is_held_and_goes_on_as_fever_response(walker, clock):
    registration = car()
    guard, one = check(walker, registration, "37.6")
    clock.advance(timedelta(minutes=11))
    typed = {f"celsius-{one.pk}": "37.9", "ticks": list(gates.RECHECK_TICKS)}
    assert guard.post(f"/gate/{registration.pk}/recheck/", typed).status_code in {200, 302}
    lead = walker.client_of(walker.district.person("checkpoint-lead"))
    answer = lead.post(f"/gate/{registration.pk}/refer/", {"ticks": list(gates.REFER_TICKS)})
    assert answer.status_code in {200, 302}
    assert outcome(registration) == ("HELD", ["FEVER_RESPONSE"])
    fever = cases.Case.objects.get(procedure_key="FEVER_RESPONSE")
    (step,) = cases.open_steps(fever)
    assert (step.key, step.holder) == ("ask", walker.district.person("checkpoint-lead"))  # measured already
    assert fever.person == one.person
    assert "name" not in str(fever.facts)


def test_while_the_notice_holds_a_car_from_hubei_is_turned_back_with_its_reason(walker):
    rules.publish_parameter(
        {
            "key": "turn_back_groups",
            "effective_from": "2020-03-18",
            "value": ["HUBEI"],
            "unit": "",
            "source": "a test",
            "name_zh": "劝返的来源地",
            "name_en": "Origins from which people are turned back",
        }
    )
    registration = car(HUBEI)
    guard, one = check(walker, registration, "36.4")
    one.refresh_from_db()
    assert (one.decision_key, one.why[0].zh) == ("TURN_BACK", "防控通告期间，从这里来的车和人劝返。")
    page = guard.get(f"/gate/{registration.pk}/")
    assert "劝返" in page.content.decode()
    (step,) = cases.open_steps(registration.case)
    assert f"/steps/{step.pk}/" in page.content.decode()
    walker.do(step, Path("CHECKPOINT", "RETURNED", "guard", CHECKPOINT, {}))
    assert outcome(registration) == ("RETURNED", [])


class Stay:
    """Somebody in home quarantine, started from the desk and kept through the pages of the domain."""

    def __init__(self, walker, answers):
        self.walker = walker
        self.path = Path(
            "HOME_QUARANTINE",
            "",
            "community-worker",
            COURTYARD,
            {"origin_group": "OTHER_PROVINCE", "person_group": "ARRIVAL", "arrived_on": "2020-03-17"},
            answers,
            has_person=True,
        )
        self.case = walker.start(self.path)

    @property
    def order(self):
        return quarantine.Order.objects.get(pk=self.case.pk)

    def do(self, *keys):
        for key in keys:
            self.walker.do(self.case.steps.get(key=key, state="OPEN"), self.path)
        self.case.refresh_from_db()

    def measure(self, celsius="36.5"):
        team = self.walker.client_of(self.walker.district.person("courtyard-team"))
        typed = {"celsius": celsius, "via": "TEAM", "request_key": str(uuid4())}
        answer = team.post(f"/quarantine/{self.case.pk}/reading/", typed)
        assert answer.status_code == 302, answer.content.decode()

    def live_until(self, until):
        """Measure in both windows of every day that ends before `until`, and run the timers."""
        day = clocks.today() + timedelta(days=1)
        while clocks.at_local(day, time(19)) < until:
            for hour in (8, 18):
                self.walker.clock.move_to(clocks.at_local(day, time(hour)))
                procedures.run_timers()
                self.measure()
            day += timedelta(days=1)

    def go_to(self, at):
        self.walker.clock.move_to(at)
        procedures.run_timers()


def test_home_quarantine_ends_in_release_after_an_extension(walker):
    signatures = [{"decision": "EXTEND", "extra_days": "2", "reason": "再看两天"}, {"decision": "RELEASE"}]
    stay = Stay(walker, {"suitability": {"is_suitable": True}, "sign": signatures})
    stay.do("suitability", "documents", "kit")
    first_end = stay.order.until_at
    assert first_end == clocks.at_local(date(2020, 3, 31), time())
    stay.measure()
    stay.live_until(stay.order.release_check_at)
    stay.go_to(stay.order.release_check_at)
    stay.do("check_readings", "sign")  # RELEASE ends in EXTENDED here
    assert stay.order.until_at == first_end + timedelta(days=2)
    stay.live_until(stay.order.until_at)
    stay.go_to(stay.order.until_at - timedelta(minutes=1))
    stay.do("check_readings", "sign")  # and in RELEASED here
    stay.go_to(stay.order.until_at)
    stay.do("plate_off", "call")
    assert (stay.case.state, stay.case.outcome) == ("CLOSED", "RELEASED")
    assert walker.visits["sign"] == 2
    assert not cases.Containment.objects.filter(case=stay.case, until_at=None).exists()


def test_home_quarantine_ends_as_a_case_when_the_fever_is_referred(walker):
    stay = Stay(walker, {"suitability": {"is_suitable": True}, "assess": {"result": "REFER"}})
    stay.do("suitability", "documents", "kit")
    stay.measure("38.2")
    stay.do("assess", "transfer")
    assert (stay.case.state, stay.case.outcome) == ("CLOSED", "CASE")


def test_a_home_that_does_not_suit_ends_in_transfer_to_a_site(walker):
    stay = Stay(walker, {"suitability": {"is_suitable": False}})
    stay.do("suitability")
    assert (stay.case.state, stay.case.outcome) == ("CLOSED", "TRANSFERRED")
    (admission,) = cases.children_of(stay.case)
    assert (admission.procedure_key, admission.person) == ("FACILITY_ADMISSION", stay.case.person)


@pytest.mark.parametrize(
    ("key", "says"),
    [("CHECKPOINT", "去登记一辆车"), ("RELEASE", "居家隔离")],
)
def test_their_start_page_says_where_they_begin(walker, key, says):
    worker = walker.client_of(walker.district.person("community-worker"))
    page = worker.get(f"/procedures/{key}/start/")
    assert page.status_code == 200
    assert says in page.content.decode()
    assert not Run.objects.exists()
