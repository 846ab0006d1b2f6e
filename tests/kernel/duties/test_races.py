from __future__ import annotations

import pytest

from shouwang.kernel.duties import api as duties
from shouwang.kernel.duties.models import Holding
from shouwang.kernel.journal import api as journal
from shouwang.kernel.journal.models import Entry
from shouwang.util import clock as clocks
from shouwang.util.problems import Problem
from tests.kernel.duties.land import HOUR, make_land
from tests.races import at_once


def assigning(post, person, **more):
    return lambda: duties.assign(
        post, person, kind="REGULAR", from_at=clocks.now(), actor=journal.SYSTEM, **more
    )


@pytest.mark.django_db(transaction=True)
def test_two_hands_put_the_same_person_on_a_post_once(clock):
    land = make_land()
    post, person = land.post("guard", "K1", seats=5), land.somebody()
    results = at_once(*[assigning(post, person)] * 4)
    refused = [one for one in results if isinstance(one, Exception)]
    assert Holding.objects.count() == 1
    assert len(refused) == 3
    assert all(isinstance(one, Problem) and one.code == "held_already" for one in refused)


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_goes_to_one_of_many(clock):
    land = make_land()
    post = land.post("guard", "K1", seats=2)
    results = at_once(*[assigning(post, land.somebody()) for _ in range(5)])
    refused = [one for one in results if isinstance(one, Exception)]
    assert Holding.objects.count() == 2
    assert {one.code for one in refused} == {"seats_taken"}


@pytest.mark.django_db(transaction=True)
def test_an_end_that_came_is_recorded_once_by_many_workers(clock):
    land = make_land()
    for _ in range(20):
        land.hold("guard", "K1", hours=1)
    clock.advance(HOUR)
    counts = at_once(*[lambda: duties.record_ends(limit=7)] * 3)
    assert sum(counts) + duties.record_ends() == 20
    ended = Entry.objects.filter(verb="duty.ended").values_list("data__holding", flat=True)
    assert sorted(ended) == sorted(Holding.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_ending_twice_at_once_is_refused_once(clock):
    held = make_land().hold("guard", "K1")
    clock.advance(HOUR)
    results = at_once(*[lambda: duties.end_holding(held, clocks.now(), journal.SYSTEM)] * 2)
    assert sorted(isinstance(one, Problem) for one in results) == [False, True]
    assert Entry.objects.filter(verb="duty.ended").count() == 1
