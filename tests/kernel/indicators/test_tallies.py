"""Tallies: bumped with the work they count, summed by place, and proved equal to a recount."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from shouwang.kernel.indicators import api as indicators
from shouwang.kernel.indicators.models import Tally, vocabulary
from shouwang.kernel.journal import api as journal
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import PlaceKind
from shouwang.util.text import Text
from tests.races import all_well, at_once

TEXT = Text("计数", "Tally")


@pytest.fixture
def counted(monkeypatch, clock):
    """A tallied indicator; the test fills in what a recount finds, by place id."""
    found = {}
    monkeypatch.setattr(vocabulary, "_indicators", dict(vocabulary._indicators))
    indicators.register_indicators(
        indicators.Indicator(
            "test_tally",
            TEXT,
            TEXT,
            TEXT,
            "COMMUNITY",
            PlaceKind.COMMUNITY,
            value=lambda place, at: indicators.tally("test_tally", place),
            records=lambda place, at: [],
            recount=lambda: found,
        )
    )
    return found


def a_town():
    """Make a district with two communities and return all three."""
    made = None
    town = []
    for kind, code in (("DISTRICT", "D"), ("COMMUNITY", "C1"), ("COMMUNITY", "C2")):
        made = places.create_place(
            kind=kind,
            code=code,
            name_zh=f"地点{code}",
            name_en=f"Place {code}",
            parent=town[0] if town else None,
            actor=journal.SYSTEM,
        )
        town.append(made)
    return town


@pytest.mark.django_db
def test_a_larger_place_is_the_sum_of_those_below(counted):
    whole, one, other = a_town()
    indicators.bump("test_tally", one, 2)
    indicators.bump("test_tally", one, 3)
    indicators.bump("test_tally", other, -1)
    values = [indicators.value("test_tally", place) for place in (one, other, whole, None)]
    assert values == [5, -1, 4, 4]


@pytest.mark.django_db
def test_a_tally_is_taken_back_with_the_work(counted):
    _, one, _ = a_town()
    with transaction.atomic():
        indicators.bump("test_tally", one, 2)
        transaction.set_rollback(True)
    assert indicators.value("test_tally") == 0


@pytest.mark.django_db
def test_what_is_not_tallied_cannot_be_bumped(counted):
    whole, _, _ = a_town()
    with pytest.raises(LookupError, match="not tallied"):
        indicators.bump("courtyards", whole, 1)


@pytest.mark.django_db
def test_the_proof_finds_journals_and_rights_a_difference(counted):
    whole, one, other = a_town()
    indicators.bump("test_tally", one, 5)
    counted.update({one.pk: 5})
    assert indicators.prove_tallies() == []
    counted.update({one.pk: 4, other.pk: 2})
    found = indicators.prove_tallies()
    assert [(one.place_id, one.kept, one.counted) for one in found] == [(one.pk, 5, 4), (other.pk, 0, 2)]
    assert indicators.value("test_tally", whole) == 6
    assert indicators.prove_tallies() == []
    entries = list(journal.entries(subject=journal.Ref("indicator", "test_tally")))
    assert len(entries) == 2
    assert "Place C1" in journal.describe(entries[-1]).en


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_many_bump_at_once(counted):
    _, one, _ = a_town()

    def work():
        for _ in range(20):
            indicators.bump("test_tally", one, 1)

    all_well(at_once(*[work] * 4))
    assert Tally.objects.get(indicator_key="test_tally").value == 80


@pytest.mark.django_db(transaction=True)
def test_the_proof_waits_for_a_writer_and_is_not_fooled_by_half_done_work(counted):
    _, one, _ = a_town()
    bumped, may_commit, found = threading.Event(), threading.Event(), []

    def write():
        try:
            with transaction.atomic():
                indicators.bump("test_tally", one, 1)
                bumped.set()
                may_commit.wait(5)
                counted[one.pk] = 1
        finally:
            connection.close()

    def prove():
        try:
            found.extend(indicators.prove_tallies())
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    bumped.wait(5)
    prover = threading.Thread(target=prove)
    prover.start()
    may_commit.set()
    writer.join()
    prover.join()
    assert found == []
