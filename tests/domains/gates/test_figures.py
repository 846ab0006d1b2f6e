"""The figures of checkpoints, from the records, and their lists."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from shouwang.domains.gates.queries.figures import INDICATORS
from shouwang.kernel.indicators import api as indicators
from shouwang.util import clock as clocks
from tests.domains.gates import road


def values(place):
    return [one.value(place, clocks.now()) for one in INDICATORS]


def test_figures_follow_the_records(world, clock):
    district, other = world.places["D"], world.places["S2"]
    assert values(district) == [0, 0, None, 0, 0]
    first = road.came(world, *road.family())
    clock.advance(timedelta(minutes=4))
    road.check(world, first)
    second = road.came(world, road.adult("许今禾", road.WIFE_ID, is_driver=True), plate="豫A12345")
    clock.advance(timedelta(minutes=7))
    road.check(world, second, "37.6")
    road.came(world, plate="豫A99999")
    assert values(district) == [2, 4, Decimal("5.5"), 1, 1]
    assert values(None) == values(district)
    assert values(other) == [0, 0, None, 0, 0]
    clock.advance(timedelta(days=1))
    assert values(district)[:3] == [0, 0, None]


def test_every_figure_opens_its_records_without_whole_plates(world):
    road.came(world)
    waiting = indicators.indicator("gates_waiting_now")
    (car,) = waiting.records(None, clocks.now())
    line = waiting.line(car)
    assert line.title.zh == "尾号 0T6 · 1 人"
    assert "豫AD20T6" not in str(line)
    assert line.url == f"/cases/{car.case_id}/"
