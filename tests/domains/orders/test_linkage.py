"""Three-level linkage: down with a clock, acknowledged and reported on the way up, split by each level."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from shouwang.domains.orders import api as orders
from shouwang.domains.orders.models import Leg, Order
from shouwang.domains.orders.queries import answers, reach
from shouwang.domains.orders.queries.targets import areas_below, targets_below
from shouwang.kernel.cases import api as cases
from shouwang.kernel.notices import api as notices
from shouwang.util.ids import new_uuid
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text
from tests.domains.orders.answering import acknowledge, confirm, decide, report, the_step


def legs_of(order):
    return list(Leg.objects.filter(order=order).order_by("place_path"))


def counts(order):
    got = answers.figures(Leg.objects.filter(order=order))
    return (got.total, got.acknowledged, got.reported, got.confirmed, got.silent)


def test_every_leg_is_a_case_with_its_holder_clock_and_campaign(district, give, clock):
    order = give("district-duty", "COURTYARD", "courtyard_lead", campaign="PUBLIC_INFORMATION")
    legs = legs_of(order)
    assert len(legs) == 12
    for leg in legs:
        step = the_step(leg)
        assert (step.role, step.post.role, step.place_id) == (
            "courtyard_lead",
            "courtyard_lead",
            leg.place_id,
        )
        assert step.due_at == order.acknowledge_by
        assert leg.case.campaign == "PUBLIC_INFORMATION"
    lead = district.person("courtyard-lead")
    assert "order.issued" in {one.kind for one in notices.inbox(lead, 10)}
    assert cases.reconcile(district.place, procedure_key="ORDER").difference == 0


def test_answers_go_up_and_the_last_confirmation_closes_the_order(district, give):
    order = give("district-duty")
    first, second = legs_of(order)
    assert counts(order) == (2, 0, 0, 0, 2)
    acknowledge(first)
    assert counts(order) == (2, 1, 0, 0, 1)
    report(first)
    assert counts(order) == (2, 1, 1, 0, 1)
    assert the_step(first).holder == district.person("district-duty"), "the issuing post reads the report"
    decide(first)
    assert counts(order) == (2, 1, 1, 1, 1)
    assert cases.Case.objects.get(pk=first.case_id).outcome == "CONFIRMED"
    confirm(second)
    order.refresh_from_db()
    assert not order.is_open
    assert order.closing_reason == ""


def test_a_returned_report_is_carried_out_again_with_time_to_do_it(give, clock):
    order = give("district-duty")
    leg = legs_of(order)[0]
    report(leg)
    clock.advance(timedelta(hours=11))
    decide(leg, "RETURN", "没写缺药的怎么办")
    leg.refresh_from_db()
    assert (leg.state, leg.returns) == ("ACKNOWLEDGED", 1)
    assert the_step(leg).key == "carry_out"
    assert the_step(leg).due_at == clock.now() + timedelta(hours=4)
    report(leg, report="缺药的已托药店送到")
    decide(leg)
    leg.refresh_from_db()
    assert (leg.state, leg.report) == ("CONFIRMED", "缺药的已托药店送到")


def test_each_level_splits_it_further_and_the_whole_is_counted_by_level(district, give):
    order = give("district-duty")
    street = Leg.objects.get(order=order, place=district.answer("subdistrict-duty").post.place)
    acknowledge(street)
    split = give("subdistrict-duty", "COMMUNITY", "community_director", parent_leg=street)
    community = Leg.objects.get(order=split, place=district.answer("community-director").post.place)
    finest = give("community-director", "COURTYARD", "courtyard_lead", parent_leg=community)
    assert finest.path == f"/{order.pk}/{split.pk}/{finest.pk}/"
    assert [(one.depth, one.orders, one.figures.total) for one in answers.levels(order)] == [
        (1, 1, 2),
        (2, 1, 2),
        (3, 1, 3),
    ]
    confirm(legs_of(finest)[0])
    assert [one.figures.confirmed for one in answers.levels(order)] == [0, 0, 1]
    assert the_step(street).holder == district.person("subdistrict-duty")
    assert legs_of(finest)[0].case.source_case_id == community.case_id


def test_a_part_is_never_due_later_than_the_whole_and_only_its_receiver_splits_it(district, give, clock):
    order = give("district-duty")
    street = Leg.objects.get(order=order, place=district.answer("subdistrict-duty").post.place)
    with pytest.raises(Problem, match="不能更晚"):
        give(
            "subdistrict-duty",
            "COMMUNITY",
            "community_director",
            parent_leg=street,
            due_at=order.due_at + timedelta(hours=1),
        )
    for stranger in ("community-director", "community-worker"):
        with pytest.raises(NotFoundOrNotYours):
            reach.leg_to_split(district.person(stranger), street.pk)
    assert reach.leg_to_split(district.person("subdistrict-duty"), street.pk) == street


def test_who_does_not_acknowledge_climbs_and_is_nudged_once(district, give, clock):
    order = give("district-duty", "COMMUNITY", "community_director")
    duty = district.person("district-duty")
    acknowledge(legs_of(order)[0])
    clock.advance(timedelta(minutes=61))
    assert cases.sweep().total == 3
    assert answers.figures(Leg.objects.filter(order=order)).late == 3
    assert orders.nudge(order, duty) == 3
    with pytest.raises(Problem, match="刚催过"):
        orders.nudge(order, duty)
    clock.advance(timedelta(minutes=11))
    assert orders.nudge(order, duty) == 3
    with pytest.raises(NotFoundOrNotYours):
        orders.nudge(order, district.person("community-director"))


def test_closing_early_withdraws_what_is_open_below_it_too(district, give):
    order = give("district-duty")
    street = Leg.objects.get(order=order, place=district.answer("subdistrict-duty").post.place)
    split = give("subdistrict-duty", "COMMUNITY", "community_director", parent_leg=street)
    confirm(legs_of(split)[0])
    duty = district.person("district-duty")
    with pytest.raises(Problem, match="为什么"):
        orders.close(order, duty, " ")
    orders.close(order, duty, "情况变了，改发新指令")
    orders.close(order, duty, "再结束一次")
    for one in (order, split):
        orders.withdraw_legs(one.pk)
        assert orders.withdraw_legs(one.pk) == 0
        one.refresh_from_db()
        assert one.closing_reason == "情况变了，改发新指令"
    states = sorted(Leg.objects.values_list("state", flat=True))
    assert states == ["CONFIRMED", "WITHDRAWN", "WITHDRAWN", "WITHDRAWN"]
    assert not cases.Case.objects.filter(procedure_key="ORDER", state="OPEN").exists()


def test_the_same_form_twice_is_one_order(give):
    key = new_uuid()
    assert give("district-duty", request_key=key) == give("district-duty", request_key=key)
    assert (Order.objects.count(), Leg.objects.count()) == (1, 2)


def test_an_order_goes_only_below_and_only_from_who_leads_there(district, give):
    other = district.answer("other-worker").post.place
    for refused in (
        {"areas": [other.code]},
        {"targets": []},
        {"text": Text("打 13800138000 找她", "Call 13800138000")},
        {
            "acknowledge_by": Order(issued_at=None).issued_at
            or give("district-duty").issued_at - timedelta(hours=1)
        },
    ):
        with pytest.raises(Problem):
            give("subdistrict-duty", "COMMUNITY", "community_director", **refused)
    with pytest.raises(NotFoundOrNotYours):
        give("community-worker", "COURTYARD", "courtyard_lead")
    with pytest.raises(NotFoundOrNotYours):
        give("district-duty", "COURTYARD", "commander")
    with pytest.raises(NotFoundOrNotYours):
        give("subdistrict-duty", "COMMUNITY", "community_director", targets=[other])


def test_who_sees_which_order(district, give):
    order = give("district-duty")
    mine = district.answer("subdistrict-duty").post.place
    split = give(
        "subdistrict-duty", "COMMUNITY", "community_director", parent_leg=Leg.objects.get(place=mine)
    )
    seen = {
        name: set(reach.visible_orders(district.person(name)).values_list("pk", flat=True))
        for name in ("commander", "subdistrict-duty", "community-director", "other-worker", "courtyard-team")
    }
    assert seen == {
        "commander": {order.pk, split.pk},
        "subdistrict-duty": {order.pk, split.pk},
        "community-director": {split.pk},
        "other-worker": set(),
        "courtyard-team": set(),
    }
    with pytest.raises(NotFoundOrNotYours):
        reach.access_order(district.person("other-worker"), order.pk)
    below = reach.legs_in_sight(district.person("community-director"), split)
    assert [leg.place for leg in below] == [district.answer("community-director").post.place]
    assert reach.legs_in_sight(district.person("commander"), order).count() == 2


def test_the_tree_counts_what_each_place_holds(district):
    tops = areas_below(district.place)
    assert [
        (area.counts["SUBDISTRICT"], area.counts["COMMUNITY"], area.counts["COURTYARD"]) for area in tops
    ] == [
        (1, 2, 6),
        (1, 2, 6),
    ]
    assert {
        inner.counts["COURTYARD"] for area in tops for inner in area.areas if inner.place.kind == "COMMUNITY"
    } == {3}
    kinds = [target.kind for target in targets_below(district.answer("community-director").post.place)]
    assert set(kinds) == {"COURTYARD"}


def test_an_order_whose_receiver_has_nobody_goes_to_the_lead_above(district, give):
    from shouwang.kernel.duties import api as duties
    from shouwang.kernel.journal import api as journal
    from shouwang.util import clock

    lead = district.answer("courtyard-lead")
    clock.now()
    for holding in duties.Holding.objects.filter(post=lead.post):
        duties.end_holding(holding, clock.now() + timedelta(seconds=1), journal.SYSTEM)
    with_nobody = clock.now() + timedelta(seconds=2)
    chosen = duties.answerable_for_many("courtyard_lead", [lead.post.place_id], with_nobody)
    assert chosen[lead.post.place_id].person == district.person("community-director")


@pytest.mark.django_db(transaction=True)
def test_the_last_two_places_confirmed_at_once_close_the_order(transactional_db, district, give):
    order = give("district-duty")
    legs = legs_of(order)
    for leg in legs:
        report(leg)
    gate = threading.Barrier(2)

    def run(leg):
        gate.wait()
        try:
            decide(leg)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(leg,)) for leg in legs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    order.refresh_from_db()
    assert not order.is_open
    assert counts(order) == (2, 2, 2, 2, 0)
