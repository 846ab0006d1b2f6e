"""Two at once, on a real PostgreSQL: one registration, one check, nothing half."""

from __future__ import annotations

import pytest

from shouwang.domains.gates import api as gates
from shouwang.domains.gates.models import Registration
from shouwang.kernel.cases import api as cases
from shouwang.kernel.parties import api as parties
from tests.domains.gates import road
from tests.races import at_once


@pytest.fixture
def world(transactional_db, clock):
    """The territory, committed, so that threads see it."""
    return road.build()


def test_the_same_form_sent_twice_at_once_is_one_registration(world):
    new = road.typed(world, *road.family())
    results = at_once(*[lambda: gates.register(new)] * 4)
    assert {result.registration.pk for result in results} == {Registration.objects.get().pk}
    assert sorted(result.came.value for result in results) == ["NEW", "SAME", "SAME", "SAME"]
    assert cases.Case.objects.count() == 1


def test_two_phones_of_one_car_at_once_make_one_registration(world):
    driver, wife = road.typed(world, *road.family()), road.typed(world, *road.family()[:2])
    results = at_once(lambda: gates.register(driver), lambda: gates.register(wife))
    assert {result.registration.pk for result in results} == {Registration.objects.get().pk}
    assert sorted(result.came.value for result in results) == ["CHANGED", "NEW"]
    assert cases.Case.objects.count() == 1


def test_one_plate_of_two_strangers_at_once_is_one_registration_and_one_refusal(world):
    one = road.typed(world)
    other = road.typed(world, road.adult("许今禾", road.WIFE_ID, is_driver=True))
    results = at_once(lambda: gates.register(one), lambda: gates.register(other))
    refused = [result for result in results if isinstance(result, gates.Refused)]
    assert len(refused) == 1
    assert refused[0].problems[0].field == "plate"
    assert Registration.objects.count() == 1
    assert parties.Person.objects.filter(name__in=["程晚舟", "许今禾"]).count() == 1


def test_two_guards_at_one_car_make_one_check(world):
    one, other = road.guards(world)
    car = road.came(world, *road.family())
    low, high = road.temperatures(car, "36.4"), road.temperatures(car, "36.6")
    results = at_once(
        lambda: gates.check(car.pk, one, low, gates.VERIFY_TICKS),
        lambda: gates.check(car.pk, other, high, gates.VERIFY_TICKS),
    )
    assert sorted(result.is_mine for result in results) == [False, True]
    winner = results[0] if results[0].is_mine else results[1]
    assert {result.registration.checked_by for result in results} == {winner.registration.checked_by}
    measured = {str(one.forehead_celsius) for one in gates.people_of(car)}
    assert len(measured) == 1
    assert len(cases.children_of(car.case)) == 3


def test_a_check_and_a_change_at_once_never_mix(world):
    guard = road.guards(world)[0]
    new = road.typed(world)
    car = gates.register(new).registration
    values = road.temperatures(car, "36.4")
    results = at_once(
        lambda: gates.check(car.pk, guard, values, gates.VERIFY_TICKS),
        lambda: gates.register(road.again(new, people=road.family())),
    )
    car.refresh_from_db()
    people = gates.people_of(car)
    if car.is_checked:
        assert [str(one.forehead_celsius) for one in people] == ["36.4"]
    else:
        assert isinstance(results[0], gates.Refused)
        assert [one.forehead_celsius for one in people] == [None] * 3


def test_a_check_and_a_withdrawal_at_once_end_in_one_way(world):
    one, other = road.guards(world)
    car = road.came(world)
    values = road.temperatures(car, "36.4")
    at_once(
        lambda: gates.check(car.pk, one, values, gates.VERIFY_TICKS),
        lambda: gates.withdraw(car.pk, other, "没来"),
    )
    car.refresh_from_db()
    assert (car.state, car.case.outcome) in {("CHECKED", "PASSED"), ("EXPIRED", "WITHDRAWN")}
