"""Shredding: personal data leaves everywhere, counts stay."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Household, Identification, Person
from shouwang.kernel.parties.models import PersonalLink, VaultItem
from shouwang.util.problems import NotFoundOrNotYours, Problem
from tests.kernel.parties.conftest import GUARD, NUMBER, PHONE, register

TODAY = date(2020, 3, 18)


@pytest.fixture
def known(person, worker, territory):
    """Somebody about whom everything is held, sharing a door with somebody else."""
    parties.set_address(person, territory["C001"], "2-301", GUARD)
    parties.set_address(worker, territory["C001"], "2-301", GUARD)
    parties.create_account(username="pei", person=person, password="pass word", actor=journal.SYSTEM)
    parties.correct_name(person, "裴听兰", actor=GUARD)
    parties.issue_personal_link(person, 14, GUARD)
    parties.reveal(worker, person, ["PHONE"], "打电话问体温")
    return person


def test_everything_that_names_the_person_is_gone(known):
    shredded = parties.shred_person(known, GUARD)
    assert not VaultItem.objects.filter(person=known).exists()
    assert not PersonalLink.objects.exists()
    assert (shredded.sex, shredded.born_on) == ("", None)
    assert shredded.name.startswith("#")
    assert parties.masked(shredded).name == shredded.name
    assert journal.count_details(journal.Ref("person", known.pk)) == 0
    with connection.cursor() as cursor:
        for table in ("parties_person", "parties_account", "journal_entry", "journal_detail"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            words = cursor.fetchone()[0]
            assert not [trace for trace in ("裴听", NUMBER, PHONE, "pei", "1990-01-02") if trace in words]


def test_what_was_counted_still_counts(known, territory):
    before = len(journal.entries(subject=journal.Ref("person", known.pk)))
    parties.shred_person(known, GUARD)
    assert Person.objects.count() == 2
    assert parties.people_living_in(territory["C001"]).count() == 2
    assert len(journal.entries(subject=journal.Ref("person", known.pk))) == before + 1
    assert len(parties.looks(known)) == 1


def test_nobody_finds_or_uses_the_person_any_more(known, worker):
    parties.shred_person(known, GUARD)
    assert parties.find_by_phone(PHONE) == []
    assert parties.find_by_identification(Identification("ID_NUMBER", NUMBER)) is None
    assert authenticate(username="pei", password="pass word") is None
    with pytest.raises(NotFoundOrNotYours):
        parties.by_public_id(known.public_id)
    known.refresh_from_db()
    with pytest.raises(Problem) as caught:
        parties.reveal(worker, known, ["NAME"], "核对身份信息")
    assert caught.value.code == "person_shredded"


def test_the_others_behind_the_door_keep_theirs(known, worker):
    parties.shred_person(known, GUARD)
    assert parties.residence_of(worker).household is not None
    assert parties.residence_of(known).household is None
    parties.shred_person(worker, GUARD)
    assert not Household.objects.exists()


def test_shredding_twice_changes_nothing(known, clock):
    first = parties.shred_person(known, GUARD)
    assert parties.shred_person(known, GUARD).name == first.name
    assert len(journal.entries(verbs=["person.shredded"])) == 1
    assert journal.entries(verbs=["person.shredded"])[0].data["count"] >= 5


def test_who_comes_again_is_a_new_person(known):
    parties.shred_person(known, GUARD)
    again, is_new = register("裴听澜", NUMBER)
    assert is_new
    assert again != known


def test_what_is_held_shrinks_to_tokens(known):
    parties.shred_person(known, GUARD)
    labels = {item.label.en for item in parties.held_about(known)}
    assert labels <= {"name", "user name"}
