from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.util import clock as clocks

HOUR = timedelta(hours=1)


def test_the_nearest_post_upward_with_a_holder_answers(land):
    land.post("community_worker", "C1")  # nobody on it
    above = land.hold("community_worker", "S1")
    assert duties.holder("community_worker", land["Y1"]) == duties.Answer(above.person, above.post)
    here = land.hold("community_worker", "C1")
    assert duties.holder("community_worker", land["Y1"]).person == here.person
    assert duties.holder("community_worker", land["Y2"]) is None


def test_a_substitute_comes_before_the_regular_holder_while_they_stand_in(land, clock):
    regular = land.hold("community_worker", "C1")
    substitute = land.assign(regular.post, "SUBSTITUTE", after=1, hours=8)
    assert duties.holder("community_worker", land["C1"]).person == regular.person
    clock.advance(HOUR)
    assert duties.holder("community_worker", land["C1"]).person == substitute.person
    clock.advance(8 * HOUR)
    assert duties.holder("community_worker", land["C1"]).person == regular.person


def test_footing_orders_holders_of_one_post(land):
    post = land.post("courtyard_team", "Y1", seats=5)
    people = {
        kind: land.assign(post, kind).person for kind in ("SPONSOR", "VOLUNTEER", "SECONDED", "REGULAR")
    }
    for kind in ("REGULAR", "SECONDED", "VOLUNTEER", "SPONSOR"):
        assert duties.holder("courtyard_team", land["Y1"]).person == people[kind]
        held = next(one for one in duties.holdings_on(post) if one.person == people[kind])
        duties.end_holding(held, clocks.now() + timedelta(microseconds=1), journal.SYSTEM)
        held.refresh_from_db()
        type(held).objects.filter(pk=held.pk).delete()


def test_a_closed_post_answers_for_nothing_from_then_on(land, clock):
    held = land.hold("guard", "K1")
    before = clocks.now()
    clock.advance(HOUR)
    duties.close_post(held.post, journal.SYSTEM)
    assert duties.holder("guard", land["K1"]) is None
    assert duties.holder("guard", land["K1"], before).person == held.person


def test_whoever_leads_above_answers_for_a_role_that_nobody_holds(land):
    commander = land.hold("commander", "D")
    assert duties.answerable("community_worker", land["Y1"]).person == commander.person
    desk = land.hold("district_duty", "D")
    assert duties.answerable("community_worker", land["Y1"]).person == desk.person
    street = land.hold("subdistrict_duty", "S1")
    assert duties.answerable("community_worker", land["Y1"]).person == street.person
    director = land.hold("community_director", "C1")
    assert duties.answerable("community_worker", land["Y1"]).person == director.person
    worker = land.hold("community_worker", "C1")
    assert duties.answerable("community_worker", land["Y1"]).person == worker.person
    assert duties.answerable("community_worker", land["Y2"]).person == desk.person


def test_a_lower_lead_never_answers_for_a_higher_role(land):
    land.hold("community_director", "C1")
    desk = land.hold("district_duty", "D")
    assert duties.answerable("subdistrict_duty", land["C1"]).person == desk.person


def test_nobody_at_all_is_a_problem_with_a_way_out(land):
    with pytest.raises(duties.NobodyAnswers) as raised:
        duties.answerable("guard", land["K1"])
    assert "地点K1" in raised.value.what.zh
    assert "Place K1" in raised.value.what.en
    assert raised.value.do


def test_an_unknown_role_is_a_fault_not_a_gap(land):
    with pytest.raises(duties.UnknownRoleError):
        duties.answerable("wizard", land["K1"])


def test_the_chain_names_each_level_and_leaves_empty_ones_empty(land):
    director = land.hold("community_director", "C1")
    desk = land.hold("district_duty", "D")
    chain = duties.escalation_chain(land["Y1"])
    assert chain == [
        duties.Answer(director.person, director.post),
        None,
        duties.Answer(desk.person, desk.post),
    ]
    assert [one and one.person for one in duties.escalation_chain(land["K1"])] == [None, None, desk.person]


def test_leads_of_many_fall_upward_and_in_the_last_resort_downward(land, django_assert_num_queries):
    director = land.hold("community_director", "C1")
    street = land.hold("subdistrict_duty", "S2")
    desk = land.hold("district_duty", "D")
    ids = {code: land[code].pk for code in ("Y1", "Y2", "K1", "D")}
    with django_assert_num_queries(2):
        leads = duties.lead_for_many(ids.values(), 1)
    assert {code: leads[pk].person for code, pk in ids.items()} == {
        "Y1": director.person,
        "Y2": street.person,
        "K1": desk.person,
        "D": desk.person,
    }
    duties.end_holding(desk, clocks.now() + timedelta(microseconds=1), journal.SYSTEM)
    later = clocks.now() + HOUR
    assert duties.lead_for_many([ids["Y2"]], 3, later)[ids["Y2"]].person == street.person
    with pytest.raises(duties.NobodyAnswers):
        duties.lead_for_many([ids["Y1"], ids["D"]], 1, later)
    assert duties.lead_for_many([], 1) == {}


def test_each_question_is_one_query(land, django_assert_num_queries):
    for role, code in (("community_worker", "C1"), ("community_director", "C1"), ("district_duty", "D")):
        land.hold(role, code)
    for ask in (
        lambda: duties.holder("community_worker", land["Y1"]),
        lambda: duties.answerable("community_doctor", land["Y1"]),
        lambda: [(one.person.name, one.post.name) for one in duties.escalation_chain(land["Y1"]) if one],
    ):
        with django_assert_num_queries(1):
            ask()


def test_the_telephone_of_a_post_is_its_own_or_that_of_the_lead_above(land):
    own = land.post("guard", "K1", work_phone="037100000001")
    bare = land.post("guard", "K1")
    assert duties.phone_of(own) == "037100000001"
    assert duties.phone_of(bare) == ""
    land.assign(land.post("district_duty", "D", work_phone="037100000002"))
    assert duties.phone_of(bare) == "037100000002"
    land.assign(land.post("subdistrict_duty", "S1"))  # without a telephone of its own
    assert duties.phone_of(bare) == "037100000002"
