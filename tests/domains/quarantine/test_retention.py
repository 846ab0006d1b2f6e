"""Thirty days after release identity and temperatures are gone, and what was counted still counts."""

from __future__ import annotations

from datetime import timedelta

from shouwang.domains.quarantine import api as quarantine
from shouwang.domains.quarantine.models import MissedReading, Reading
from shouwang.kernel.documents import api as documents
from shouwang.kernel.indicators import api as indicators
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties


def finished(stay):
    stay.release()
    stay.do("plate_off", ["plate", "certificate"])
    stay.do("call", ["called"])
    return stay.order.person


def test_thirty_days_after_release_the_person_is_shredded(stay, clock, client):
    token = parties.issue_personal_link(stay.case.person, 90, journal.SYSTEM)
    person = finished(stay)
    name = person.name
    readings = Reading.objects.filter(order=stay.case_pk).count()
    clock.advance(timedelta(days=29, hours=23))
    assert quarantine.shred_expired() == 0
    clock.advance(timedelta(hours=1))
    assert quarantine.shred_expired() == 1
    assert quarantine.shred_expired() == 0
    person.refresh_from_db()
    assert person.shredded_at is not None
    assert name not in person.name
    assert Reading.objects.filter(order=stay.case_pk).count() == readings
    assert not Reading.objects.filter(order=stay.case_pk).exclude(celsius=None).exists()
    assert all(bytes(paper.content) == b"" for paper in documents.Document.objects.filter(person=person))
    assert parties.held_about(person) == [] or all(
        "体温" not in held.label.zh and "证" not in held.label.zh for held in parties.held_about(person)
    )
    assert client.get(f"/p/{token}/").status_code == 404


def test_who_is_not_released_or_not_finished_is_kept(stay, clock):
    stay.release()
    clock.advance(timedelta(days=40))
    assert quarantine.shred_expired() == 0


def test_staff_keep_their_account_and_lose_their_temperatures(stay, clock):
    parties.create_account(
        username="worker", person=stay.case.person, password="long enough", actor=journal.SYSTEM
    )
    person = finished(stay)
    clock.advance(timedelta(days=31))
    assert quarantine.shred_expired() == 1
    person.refresh_from_db()
    assert person.shredded_at is None
    assert not Reading.objects.filter(order=stay.case_pk).exclude(celsius=None).exists()


def test_figures_follow_the_stay(stay, world, clock):
    def value(key):
        return indicators.value(key, world.places["C1"])

    assert value("quarantine_people") == 1
    assert value("quarantine_readings_due") == 0
    stay.go_to(1, "17:30")
    assert (value("quarantine_readings_due"), value("quarantine_readings_received")) == (1, 0)
    stay.measure()
    assert value("quarantine_readings_received") == 1
    stay.go_to(2, "09:10")
    assert value("quarantine_missed_open") == MissedReading.objects.filter(settled_at=None).count() == 1
    stay.measure()
    assert value("quarantine_missed_open") == 0
    assert value("quarantine_released_on_time") is None
    for key in (
        "quarantine_people",
        "quarantine_readings_due",
        "quarantine_readings_received",
        "quarantine_missed_open",
    ):
        records = indicators.open_records(key, world.places["C1"])
        assert all(indicators.record_line(key, record).url for record in records)
    assert indicators.value("quarantine_people", world.places["C2"]) == 0


def test_release_on_time_and_past_term_are_told_apart(stay, world, clock):
    finished(stay)
    assert indicators.value("quarantine_released_on_time", world.places["D"]) == 100
    assert indicators.value("quarantine_released_late", world.places["D"]) == 0
    assert indicators.value("quarantine_past_term", world.places["D"]) == 0


def test_an_order_past_its_term_counts_as_such(stay, world):
    stay.go_to_instant(stay.order.until_at + timedelta(hours=5))
    assert indicators.value("quarantine_past_term", world.places["D"]) == 1
