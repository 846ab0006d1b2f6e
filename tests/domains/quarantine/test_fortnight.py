"""Fourteen days at home through the services: quiet, missed, feverish, away, extended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.domains.quarantine import api as quarantine
from shouwang.domains.quarantine.models import MissedReading, Via
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.util.problems import Problem

CHECKED = ["complete", "symptoms"]
SIGNED = ["records", "person"]


def token_of(paper: documents.Document) -> str:
    """Return the token that stands on an issued paper, signed again from what it says."""
    return documents.sign(paper.kind, {"number": paper.number}, None)


def test_a_quiet_fortnight_ends_in_release_at_midnight(stay):
    stay.settle_in()
    assert stay.waiting == ["watch"]
    stay.measure()
    stay.live_through(2, 12)
    assert stay.waiting == ["watch"]
    stay.live_through(13, 13)
    stay.go_to_instant(stay.order.release_check_at)
    assert stay.waiting == ["check_readings", "watch"]
    assert stay.case.is_order_in_force
    stay.do("check_readings", CHECKED)
    stay.do("sign", SIGNED, {"decision": "RELEASE"})
    stay.live_through(14, 14)
    end = stay.order.until_at
    stay.go_to_instant(end)
    order = stay.order
    assert (order.ended_at, order.end_reason) == (end, "ASYMPTOMATIC")
    assert not cases.Containment.objects.filter(person=order.person, until_at=None).exists()
    assert stay.waiting == ["plate_off"]
    paper = documents.get(order.certificate_number)
    assert documents.verify_token(token_of(paper)).number == paper.number
    stay.do("plate_off", ["plate", "certificate"])
    stay.do("call", ["called"])
    assert (stay.case.state, stay.case.outcome) == ("CLOSED", "RELEASED")
    assert not cases.Escalation.objects.filter(step__case=stay.case_pk).exists()


def test_a_missed_reading_raises_its_step_and_a_late_one_closes_it(stay):
    stay.settle_in()
    stay.go_to(1, "19:00")
    assert stay.waiting == ["make_up", "watch"]
    stay.run_jobs()
    assert stay.waiting == ["make_up", "watch"]
    recorded = stay.measure(via=Via.TEAM)
    assert "补上" in recorded.words.zh
    assert stay.waiting == ["watch"]
    assert MissedReading.objects.get(order=stay.case_pk).settled_at is not None
    assert stay.order.readings.get().is_counted


def test_two_missed_raise_two_steps_and_one_reading_makes_up_for_both(stay):
    stay.settle_in()
    stay.go_to(2, "09:00")
    assert stay.waiting == ["make_up", "make_up", "watch"]
    stay.measure()
    assert stay.waiting == ["watch"]


def test_made_up_is_not_believed_without_a_temperature(stay):
    stay.settle_in()
    stay.go_to(1, "19:00")
    with pytest.raises(Problem) as refused:
        stay.do("make_up", ["reached"], {"result": "MEASURED"})
    assert refused.value.code == "quarantine.not_made_up"
    stay.do("make_up", ["reached"], {"result": "NOT_HOME"})
    assert stay.waiting == ["visit", "watch"]
    stay.do("visit", ["asked"], {"is_back": "false"})
    stay.do("police", ["law"], {"is_back": "true"})
    assert stay.waiting == ["watch"]


def test_a_reading_in_its_window_raises_nothing(stay):
    stay.settle_in()
    stay.go_to(1, "17:30")
    stay.measure()
    stay.go_to(1, "19:30")
    assert stay.waiting == ["watch"]


def test_a_late_reading_that_beats_the_job_raises_nothing(stay, clock):
    stay.settle_in()
    clock.move_to(clock.now().replace(hour=11, minute=1))  # 19:01 local, before any job ran
    assert "晚了一点" in stay.measure().words.zh
    stay.run_jobs()
    assert stay.waiting == ["watch"]


def test_a_fever_goes_to_the_doctor_once_and_may_be_excluded(stay):
    stay.settle_in()
    stay.go_to(3, "07:10")
    stay.measure("37.3")
    assert "assess" in stay.waiting
    stay.measure("37.6", via=Via.DOCTOR)
    assert stay.waiting.count("assess") == 1
    assert {one.code for one in quarantine.obstacles(stay.order)} >= {"FEVER"}
    stay.do("assess", ["axillary", "asked"], {"result": "EXCLUDED"})
    assert "assess" not in stay.waiting
    assert "FEVER" not in {one.code for one in quarantine.obstacles(stay.order)}


def test_a_fever_that_is_referred_ends_the_order_in_hospital(stay):
    stay.settle_in()
    stay.go_to(2, "07:10")
    assert quarantine.report_symptoms(stay.case_pk, ["cough"], journal.SYSTEM)
    assert not quarantine.report_symptoms(stay.case_pk, ["cough"], journal.SYSTEM)
    stay.do("assess", ["axillary", "asked"], {"result": "REFER"})
    assert stay.waiting == ["transfer"]
    stay.do("transfer", ["vehicle", "clinic"])
    order = stay.order
    assert order.end_reason == "ISOLATED_AS_CASE"
    assert cases.Containment.objects.get(person=order.person, until_at=None).kind == "HOSPITAL"
    assert stay.case.outcome == "CASE"
    with pytest.raises(Problem):
        stay.measure()


def test_a_breach_opens_a_visit_of_an_hour_once(stay, clock):
    stay.settle_in()
    quarantine.report_breach(stay.case_pk, quarantine.Found.DOOR, journal.SYSTEM)
    assert stay.step("visit").due_at == clock.now() + timedelta(hours=1)
    with pytest.raises(Problem) as refused:
        quarantine.report_breach(stay.case_pk, quarantine.Found.GATE, journal.SYSTEM)
    assert refused.value.code == "quarantine.breach_open"
    stay.do("visit", ["asked"], {"is_back": "true"})
    assert stay.waiting == ["watch"]


def test_an_extension_needs_days_and_a_reason_and_moves_everything(stay):
    stay.settle_in()
    stay.measure()
    stay.live_through(2, 13)
    stay.go_to_instant(stay.order.release_check_at)
    stay.do("check_readings", CHECKED)
    for form in (
        {"extra_days": "0", "reason": "还咳嗽，再看"},
        {"extra_days": "2"},
        {"reason": "还咳嗽，再看"},
    ):
        with pytest.raises(Problem):
            stay.do("sign", SIGNED, {"decision": "EXTEND", **form})
    before = stay.order.until_at
    stay.do("sign", SIGNED, {"decision": "EXTEND", "extra_days": "2", "reason": "还咳嗽，再看两天"})
    order = stay.order
    assert order.until_at == before + timedelta(days=2)
    assert (order.extended_days, order.extension_reason) == (2, "还咳嗽，再看两天")
    assert stay.step("watch").due_at == order.until_at + timedelta(hours=4)
    assert quarantine.day_count(order).total == 16
    stay.live_through(14, 15)
    stay.go_to_instant(order.release_check_at)
    stay.do("check_readings", CHECKED)
    stay.do("sign", SIGNED, {"decision": "RELEASE"})
    stay.live_through(16, 16)
    stay.go_to_instant(order.until_at)
    assert stay.order.end_reason == "ASYMPTOMATIC"


def test_release_is_held_over_a_gap_until_it_is_made_up(stay):
    stay.settle_in()
    stay.measure()
    stay.live_through(2, 13)
    stay.go_to_instant(stay.order.release_check_at)
    stay.do("check_readings", CHECKED)
    stay.do("sign", SIGNED, {"decision": "RELEASE"})
    stay.live_through(14, 14, skip=((14, "EVENING"),))
    stay.go_to_instant(stay.order.until_at)
    assert stay.order.is_in_force
    assert stay.waiting == ["make_up", "sign", "watch"]
    assert [one.code for one in quarantine.obstacles(stay.order)] == ["GAP"]
    stay.measure()
    stay.do("sign", SIGNED, {"decision": "RELEASE"})
    assert stay.order.end_reason == "ASYMPTOMATIC"
    assert stay.waiting == ["plate_off"]


def test_an_order_past_its_term_alarms_the_district_once(stay, world):
    stay.settle_in()
    stay.go_to_instant(stay.order.until_at + timedelta(hours=3, minutes=59))
    commander = world.people["district_duty", "D"]
    overdue = [n for n in notices.inbox(commander, 50) if n.kind == "quarantine.overdue"]
    assert overdue == []
    stay.go_to_instant(stay.order.until_at + timedelta(hours=4))
    stay.run_jobs()
    overdue = [n for n in notices.inbox(commander, 50) if n.kind == "quarantine.overdue"]
    assert len(overdue) == 1
    assert overdue[0].urgency == "EMERGENCY"


def test_somebody_who_comes_back_from_hospital_can_be_quarantined_again(stay, world, clock):
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util.text import Text

    quarantine.report_symptoms(stay.case_pk, ["fever"], journal.SYSTEM)
    stay.do("assess", ["axillary", "asked"], {"result": "REFER"})
    stay.do("transfer", ["vehicle", "clinic"])
    person = stay.case.person
    clock.advance(timedelta(days=20))
    case = procedures.start(
        "HOME_QUARANTINE",
        procedures.Start(
            place=world.places["Y2"],
            subject=journal.Ref("person", person.pk),
            title=Text("居家隔离", "Home quarantine"),
            person=person,
            facts={"origin_group": "HUBEI"},
        ),
        journal.SYSTEM,
    )
    again = type(stay)(world, clock, case.pk)
    again.do("suitability", ["met", "room", "phone", "helper"], {"is_suitable": "true"})
    assert [row.kind for row in cases.Containment.objects.filter(person=person, until_at=None)] == ["HOME"]


def test_a_home_that_is_not_suitable_opens_no_order(world, clock):
    from tests.domains.quarantine.stay import begin

    stay = begin(world, clock, is_suitable=False)
    assert not quarantine.Order.objects.exists()
    assert stay.case.outcome == "TRANSFERRED"
    (admission,) = cases.children_of(stay.case)
    assert (admission.procedure_key, admission.person) == ("FACILITY_ADMISSION", stay.case.person)
    assert cases.open_steps(admission)[0].key == "bed"
