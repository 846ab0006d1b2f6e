"""Where people live."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Household, NewPerson, Residence
from shouwang.util.problems import Problem
from tests.kernel.parties.conftest import GUARD, card

TODAY = date(2020, 3, 18)


def test_moving_ends_the_former_residence_on_the_day(person, territory):
    parties.set_residence(person, territory["C001"], TODAY - timedelta(days=9), GUARD)
    parties.set_residence(person, territory["C003"], TODAY, GUARD)
    assert parties.residence_of(person).place == territory["C003"]
    assert parties.residence_of(person, TODAY - timedelta(days=1)).place == territory["C001"]
    assert parties.residence_of(person, TODAY - timedelta(days=10)) is None
    spans = Residence.objects.order_by("from_on").values_list("from_on", "until_on")
    assert list(spans) == [(TODAY - timedelta(days=9), TODAY), (TODAY, None)]


def test_a_move_that_is_still_to_come_does_not_count_yet(person, territory):
    parties.set_residence(person, territory["C001"], TODAY, GUARD)
    parties.set_residence(person, territory["C003"], TODAY + timedelta(days=3), GUARD)
    assert parties.residence_of(person).place == territory["C001"]
    assert list(parties.people_living_in(territory["C001"])) == [person]
    assert list(parties.people_living_in(territory["C003"])) == []


def test_the_same_place_changes_nothing_and_the_same_day_corrects(person, territory):
    first = parties.set_residence(person, territory["C001"], TODAY, GUARD)
    assert parties.set_residence(person, territory["C001"], TODAY, GUARD) == first
    assert len(journal.entries(verbs=["person.moved"])) == 1
    corrected = parties.set_residence(person, territory["C002"], TODAY, GUARD)
    assert (corrected.pk, corrected.place) == (first.pk, territory["C002"])
    assert Residence.objects.count() == 1


def test_a_day_before_the_present_residence_is_refused(person, territory):
    parties.set_residence(person, territory["C001"], TODAY, GUARD)
    with pytest.raises(Problem) as caught:
        parties.set_residence(person, territory["C002"], TODAY - timedelta(days=1), GUARD)
    assert caught.value.field == "from_on"
    assert "2020-03-18" in caught.value.what.zh


def test_people_are_counted_once_by_the_places_above(person, worker, territory):
    parties.set_residence(person, territory["C001"], TODAY - timedelta(days=5), GUARD)
    parties.set_residence(person, territory["C002"], TODAY, GUARD)
    parties.set_residence(worker, territory["C003"], TODAY, GUARD)
    assert list(parties.people_living_in(territory["410105"])) == [person, worker]
    assert list(parties.people_living_in(territory["410105001001"])) == [person]


def test_the_exact_address_goes_into_the_vault_and_joins_the_household(person, worker, territory):
    home = parties.set_address(person, territory["C001"], " 5 号楼 2-301 ", GUARD)
    same = parties.set_address(worker, territory["C001"], "5号楼2-301", GUARD)
    other = parties.set_address(worker, territory["C001"], "5 号楼 2-302", GUARD)
    assert home.household == same.household != other.household
    assert parties.residence_of(person).place == territory["C001"]
    assert parties.reveal(worker, person, ["ADDRESS"], "上门送药") == {"ADDRESS": "5 号楼 2-301"}
    assert Household.objects.count() == 2
    assert "301" not in str(list(Household.objects.values()))


def test_the_same_door_number_elsewhere_is_another_household(person, worker, territory):
    one = parties.set_address(person, territory["C001"], "2-301", GUARD)
    two = parties.set_address(worker, territory["C002"], "2-301", GUARD)
    assert one.household.door_token != two.household.door_token


@pytest.mark.parametrize("typed", ["", "   ", "<script>", "x" * 201])
def test_addresses_that_cannot_be(person, territory, typed):
    with pytest.raises(Problem) as caught:
        parties.set_address(person, territory["C001"], typed, GUARD)
    assert caught.value.field == "address"
    assert parties.residence_of(person) is None


def test_many_are_settled_in_bulk(territory, clock, django_assert_max_num_queries):
    crowd = [NewPerson("某人", card(number)) for number in range(200)]
    people = [person for person, _ in parties.register_people(crowd, actor=journal.SYSTEM, purpose="演示")]
    with django_assert_max_num_queries(6):
        done = parties.settle_many([(person, territory["C001"]) for person in people], TODAY, journal.SYSTEM)
    assert done == 200
    assert parties.people_living_in(territory["C001"]).count() == 200


def test_nobody_lives_in_two_places_at_once(person, territory):
    parties.set_residence(person, territory["C001"], TODAY, GUARD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Residence.objects.create(person=person, place=territory["C002"], from_on=TODAY)
