"""The order: its term by rule, and what it opens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shouwang.domains.quarantine import api as quarantine
from shouwang.domains.quarantine.models import OriginGroup
from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock as clocks
from tests.domains.quarantine.stay import begin


@pytest.mark.parametrize(
    ("origin", "group", "days"),
    [
        ("HUBEI", "ARRIVAL", 14),
        ("PRIORITY_AREA", "ARRIVAL", 14),
        ("OTHER_PROVINCE", "ARRIVAL", 14),
        ("OVERSEAS", "ARRIVAL", 14),
        ("IN_PROVINCE", "ARRIVAL", 7),
        ("IN_PROVINCE", "CLOSE_CONTACT", 14),
        ("SOMEWHERE", "ARRIVAL", 14),
    ],
)
@pytest.mark.parametrize("on", [date(2020, 2, 20), date(2020, 3, 25)])
def test_term_by_rule(world, origin, group, days, on):
    decision = rules.decide("quarantine_term", {"origin_group": origin, "person_group": group}, on)
    assert decision.values["days"] == days
    assert decision.reasons[0].zh
    assert decision.reasons[0].en
    assert decision.version == ("1" if on < date(2020, 3, 20) else "2")


def test_every_origin_has_a_row_of_its_own(world):
    rows = {
        rules.decide("quarantine_term", {"origin_group": origin, "person_group": "ARRIVAL"}).row
        for origin in OriginGroup.values
    }
    assert len(rows) == len(OriginGroup.values)


def test_the_day_of_arrival_is_day_one(stay, clock):
    order = stay.order
    assert clocks.local(order.until_at).isoformat() == "2020-04-01T00:00:00+08:00"
    assert order.release_check_at == order.until_at - timedelta(days=1)
    assert order.term_days == 14
    assert quarantine.day_count(order).today == 1
    stay.go_to(6, "12:00")
    count = quarantine.day_count(stay.order)
    assert (count.today, count.total) == (6, 14)
    assert count.cells == ["past"] * 5 + ["now"] + [""] * 8


def test_watch_begins_with_the_order_beside_the_papers(stay):
    assert stay.waiting == ["documents", "watch"]
    assert stay.step("watch").due_at == stay.order.until_at + timedelta(hours=4)
    assert cases.Containment.objects.get(person=stay.case.person, until_at=None).kind == "HOME"
    assert stay.case.is_order_in_force


def test_seven_days_within_the_province(world, clock):
    stay = begin(world, clock, origin="IN_PROVINCE")
    assert clocks.local(stay.order.until_at).isoformat() == "2020-03-25T00:00:00+08:00"


def test_the_watch_cannot_be_ended_by_hand(stay):
    from shouwang.util.problems import Problem

    step = stay.step("watch")
    with pytest.raises(Problem) as refused:
        procedures.complete(step.pk, step.holder, ticks=["daily"])
    assert refused.value.code == "step.ends_by_itself"


def test_windows_of_the_procedure_are_those_of_the_rules(stay):
    cadence = procedures.step_standard(stay.step("watch")).cadence
    hours = sorted(rules.parameter("reading_windows").values())
    assert [list(window) for window in cadence.windows] == hours
