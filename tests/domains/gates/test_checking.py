"""Checking: the decisions and their reasons, the second measurement, fever, and who is handed on to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.domains.gates import api as gates
from shouwang.domains.gates.queries.passages import receivers_of
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours, Problem
from tests.domains.gates import road


def decisions(car):
    return [one.decision_key for one in gates.people_of(car)]


@pytest.mark.parametrize(
    ("more", "decision", "reason"),
    [
        ({"origin_code": road.ZHENGZHOU}, "PASS", "从本市来"),
        ({"origin_code": road.LUOYANG}, "PASS_AND_NOTIFY", "从省内其他市来"),
        ({"origin_code": road.CHONGQING}, "PASS_AND_NOTIFY", "从外省来"),
        ({"origin_code": road.WUHAN}, "PASS_AND_NOTIFY", "从湖北来"),
        ({"origin_code": "000000"}, "PASS_AND_NOTIFY", "从境外来"),
        ({"origin_code": road.WUHAN, "stays_in_district": False, "door": ""}, "PASS", "不住本区"),
    ],
)
def test_the_rules_decide_and_say_why(world, more, decision, reason):
    car = road.check(world, road.came(world, **more))
    assert (car.decision_key, car.state) == (decision, "CHECKED")
    one = gates.people_of(car)[0]
    assert one.why[0].zh.startswith(reason)
    assert one.why[0].en
    assert one.rule_version == "1"
    assert (car.case.state, car.case.outcome) == ("CLOSED", "PASSED")


def test_the_strictest_of_the_car_decides(world):
    car = road.came(world, *road.family(), origin_code=road.ZHENGZHOU)
    road.check(world, car, "36.4", "37.6", "36.9")
    assert decisions(car) == ["PASS", "HOLD", "PASS"]
    assert car.decision_key == "HOLD"
    held = gates.people_of(car)[1]
    assert held.why[0].zh == "额温 37.6，到了 37 ℃ 要复测。"
    assert [todo.zh for todo in held.what_to_do] == ["休息 10 分钟", "再量腋温，低于 37.3 ℃"]
    assert [step.key for step in cases.open_steps(car.case)] == ["recheck"]


@pytest.mark.parametrize(("celsius", "decision"), [("36.9", "PASS"), ("37.0", "HOLD"), ("43.0", "HOLD")])
def test_the_forehead_threshold_is_thirty_seven(world, celsius, decision):
    assert road.check(world, road.came(world, origin_code=road.ZHENGZHOU), celsius).decision_key == decision


def test_declared_symptoms_hold(world):
    people = [road.adult(is_driver=True, has_symptoms=True)]
    car = road.check(world, road.came(world, *people, origin_code=road.ZHENGZHOU, anyone_symptoms=True))
    assert car.decision_key == "HOLD"


def test_a_visit_to_a_priority_area_notifies_for_that_person_alone(world):
    people = [road.adult(is_driver=True), road.adult("许今禾", road.WIFE_ID, has_visited_priority_area=True)]
    car = road.check(world, road.came(world, *people, origin_code=road.ZHENGZHOU, anyone_visited=True))
    assert decisions(car) == ["PASS", "PASS_AND_NOTIFY"]
    case = gates.people_of(car)[1].quarantine_case
    assert case.facts["origin_group"] == "PRIORITY_AREA"


def test_the_community_is_offered_the_whole_car_in_one_gesture(world):
    guard = road.guards(world)[1]
    car = road.check(world, road.came(world, *road.family()), guard=guard)
    opened = cases.children_of(car.case)
    assert [case.procedure_key for case in opened] == ["HOME_QUARANTINE"] * 3
    assert {case.place.code for case in opened} == {"Y1"}
    assert opened[0].facts["source"] == "CHECKPOINT"
    receivers = receivers_of(gates.people_of(car))
    assert len(receivers) == 3
    offers = [receiver.handover for receiver in receivers.values()]
    assert len({offer.batch for offer in offers}) == 1
    assert {offer.giver for offer in offers} == {guard}
    worker = world.people["community_worker", "C1"]
    assert {offer.receiver for offer in offers} == {worker}
    assert {offer.step.holder for offer in offers} == {guard}
    cases.accept(offers[0].pk, worker)
    assert all(one.is_accepted for one in receivers_of(gates.people_of(car)).values())


def test_contact_goes_into_the_vault_once_papers_were_seen(world):
    car = road.check(world, road.came(world, *road.family()))
    assert car.sealed_contact is None
    for one in gates.people_of(car):
        assert parties.masked(one.person).phone_hint == "4408"
        assert parties.residence_of(one.person).place.code == "Y1"


def test_who_passes_leaves_no_address_behind(world):
    car = road.check(world, road.came(world, origin_code=road.ZHENGZHOU))
    assert parties.residence_of(gates.people_of(car)[0].person) is None


@pytest.mark.parametrize("celsius", ["3.75", "37,5", "375", "", "abc", "99.9", "<script>", "3" * 40_000])
def test_an_impossible_temperature_is_refused_beside_its_person(world, celsius):
    car = road.came(world, *road.family())
    values = road.temperatures(car, "36.4", celsius, "36.4")
    with pytest.raises(gates.Refused) as refused:
        gates.check(car.pk, road.guards(world)[0], values, gates.VERIFY_TICKS)
    second = gates.people_of(car)[1]
    assert [problem.field for problem in refused.value.problems] == [f"celsius.{second.pk}"]
    car.refresh_from_db()
    assert car.is_waiting
    assert second.forehead_celsius is None


def test_missing_ticks_and_temperatures_are_told_together(world):
    car = road.came(world)
    with pytest.raises(gates.Refused) as refused:
        gates.check(car.pk, road.guards(world)[0], {}, ["faces"])
    ticks = refused.value.problems[-1]
    assert ticks.field == "ticks"
    assert "车牌与登记一致" in ticks.what.zh
    assert len(refused.value.problems) == 2


def test_only_the_crew_of_the_checkpoint_may_check(world):
    car = road.came(world)
    for stranger in (world.people["community_worker", "C1"], world.somebody()):
        with pytest.raises(NotFoundOrNotYours):
            gates.check(car.pk, stranger, road.temperatures(car, "36.4"), gates.VERIFY_TICKS)


def test_a_second_guard_learns_who_checked_the_car(world):
    one, other = road.guards(world)
    car = road.check(world, road.came(world), guard=one)
    late = gates.check(car.pk, other, road.temperatures(car, "39.9"), gates.VERIFY_TICKS)
    assert not late.is_mine
    assert late.registration.checked_by == one
    assert late.registration.decision_key == "PASS_AND_NOTIFY"


def test_the_armpit_is_measured_after_the_rest(world, clock):
    guard = road.guards(world)[0]
    car = road.check(world, road.came(world, *road.family()), "36.4", "37.6", "36.4")
    held = gates.waiting_for_recheck(car)
    with pytest.raises(gates.Refused) as refused:
        gates.recheck(car.pk, guard, {held[0].pk: "36.8"}, gates.RECHECK_TICKS)
    assert refused.value.problems[0].what.zh == "还要休息 10 分钟再量腋温。"
    clock.advance(timedelta(minutes=10))
    with pytest.raises(gates.Refused):
        gates.recheck(car.pk, guard, {held[0].pk: "3.75"}, ["apart"])
    gates.recheck(car.pk, guard, {held[0].pk: "36.8"}, gates.RECHECK_TICKS)
    car.refresh_from_db()
    assert decisions(car) == ["PASS_AND_NOTIFY"] * 3
    assert (car.decision_key, car.case.outcome) == ("PASS_AND_NOTIFY", "PASSED")
    assert len(cases.children_of(car.case)) == 3
    with pytest.raises(Problem):
        gates.recheck(car.pk, guard, {held[0].pk: "36.8"}, gates.RECHECK_TICKS)


def test_a_fever_is_reported_by_the_lead_and_the_others_are_handed_on(world, clock):
    guard, lead = road.guards(world)[0], world.people["checkpoint_lead", "K1"]
    car = road.check(world, road.came(world, *road.family()), "36.4", "37.6", "36.4")
    clock.advance(timedelta(minutes=11))
    held = gates.waiting_for_recheck(car)[0]
    gates.recheck(car.pk, guard, {held.pk: "37.3"}, gates.RECHECK_TICKS)
    car.refresh_from_db()
    assert decisions(car) == ["PASS_AND_NOTIFY", "HOLD", "PASS_AND_NOTIFY"]
    assert [step.key for step in cases.open_steps(car.case)] == ["refer"]
    assert cases.children_of(car.case) == []
    with pytest.raises(Problem):
        gates.refer(car.pk, lead, ["doctor"])
    gates.refer(car.pk, lead, gates.REFER_TICKS)
    car.refresh_from_db()
    assert (car.case.state, car.case.outcome) == ("CLOSED", "HELD")
    opened = [(child.procedure_key, child.person) for child in cases.children_of(car.case)]
    assert [key for key, _person in opened] == ["FEVER_RESPONSE", "HOME_QUARANTINE", "HOME_QUARANTINE"]
    assert opened[0][1] == held.person
    held.refresh_from_db()
    assert held.quarantine_case is None
    assert held.why[0].zh == "腋温 37.3，到了 37.3 ℃ 是发热。"


def test_a_guard_cannot_do_the_leads_report(world, clock):
    car = road.check(world, road.came(world), "37.9")
    clock.advance(timedelta(minutes=11))
    held = gates.waiting_for_recheck(car)[0]
    gates.recheck(car.pk, road.guards(world)[0], {held.pk: "38.2"}, gates.RECHECK_TICKS)
    with pytest.raises(NotFoundOrNotYours):
        gates.refer(car.pk, road.guards(world)[0], gates.REFER_TICKS)


def test_steps_done_elsewhere_cannot_pass_the_rules_by(world):
    guard = road.guards(world)[0]
    car = road.came(world)
    verify = cases.open_steps(car.case)[0]
    procedures.complete(verify.pk, guard, ticks=list(gates.VERIFY_TICKS))
    measure = cases.open_steps(car.case)[0]
    with pytest.raises(Problem, match="测温"):
        procedures.complete(measure.pk, guard, ticks=["each"])
    road.check(world, car, "37.5")
    again = cases.open_steps(car.case)[0]
    with pytest.raises(Problem, match="腋温"):
        procedures.complete(again.pk, guard, ticks=list(gates.RECHECK_TICKS))


def test_somebody_in_quarantine_who_comes_through_is_told_and_not_opened_twice(world):
    first = road.check(world, road.came(world))
    known = gates.people_of(first)[0].quarantine_case
    second = road.check(world, road.came(world, origin_code=road.ZHENGZHOU, destination_code="Y2"))
    one = gates.people_of(second)[0]
    assert (one.decision_key, one.quarantine_case) == ("PASS_AND_NOTIFY", known)
    assert cases.Case.objects.filter(procedure_key="HOME_QUARANTINE").count() == 1
    assert parties.residence_of(one.person).place.code == "Y1"
    told = notices.inbox(cases.open_steps(known)[0].holder)
    assert "gates.found_under_order" in [notice.kind for notice in told]


def test_a_registration_can_be_dropped_with_a_reason(world):
    guard = road.guards(world)[0]
    car = road.came(world)
    with pytest.raises(Problem):
        gates.withdraw(car.pk, guard, " ")
    gates.withdraw(car.pk, guard, "车牌登记错了")
    gates.withdraw(car.pk, guard, "车牌登记错了")
    car.refresh_from_db()
    assert (car.state, car.case.outcome) == ("EXPIRED", "WITHDRAWN")
    with pytest.raises(Problem):
        gates.check(car.pk, guard, {}, [])
    other = road.check(world, road.came(world))
    with pytest.raises(Problem):
        gates.withdraw(other.pk, guard, "太晚了")


def test_the_journal_tells_the_story_in_both_languages(world):
    car = road.check(world, road.came(world))
    entries = journal.entries(thread=car.case.thread)
    told = [journal.describe(entry) for entry in entries if entry.verb.startswith("gates.")]
    assert [text.zh for text in told] == ["查验完，1 人：通行并告知", "车辆登记，1 人"]
    assert told[0].en == "Checked, people: 1, Pass and notify"
