"""The simulation's orders: one each morning, split by sub-districts, answered by people on duty."""

from __future__ import annotations

from datetime import timedelta

from shouwang.districts.jinshui.simulation.chance import Chance
from shouwang.districts.jinshui.simulation.commanders import Commanders
from shouwang.districts.jinshui.simulation.workers import Workers
from shouwang.domains.orders import api as orders
from shouwang.kernel.cases import api as cases
from shouwang.util import clock as clocks


def test_an_order_a_day_goes_down_is_split_and_comes_back(district, clock):
    chance = Chance(7)
    commanders, workers = Commanders(chance, district.place), Workers(chance)
    for _ in range(4 * 14):
        commanders.act(clocks.now())
        workers.act(clocks.now())
        clock.advance(timedelta(minutes=15))
    assert commanders.act(clocks.now()) == 0, "the next morning has not come"
    [whole] = orders.Order.objects.filter(parent_leg__isnull=True)
    parts = orders.Order.objects.filter(parent_leg__order=whole)
    assert parts.exists()
    figures = orders.figures(orders.Leg.objects.filter(order__in=[whole, *parts]))
    assert figures.total == 2 + sum(part.legs.count() for part in parts)
    assert figures.acknowledged == figures.total
    assert figures.reported >= figures.total - 1
    assert figures.confirmed >= 1
    assert set(orders.Leg.objects.exclude(report="").values_list("report", flat=True)) <= {
        "已办完，没有异常",
        "全部走到，缺的当天补齐",
        "办完，两处下午补办",
        "逐户问过，需要的已登记",
    }
    assert workers.counts["refused"] == 0
    assert cases.reconcile(district.place).difference == 0
    clock.advance(timedelta(hours=33))
    assert commanders.act(clocks.now()) == 1
