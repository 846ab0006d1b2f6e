"""Missed readings are raised exactly once: whoever runs, however many, and whatever crashes in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.domains.quarantine import api as quarantine
from shouwang.domains.quarantine.models import ClosedWindow, MissedReading, Reading, Via
from shouwang.domains.quarantine.services import missing
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.util.ids import new_uuid
from tests.domains.quarantine import stay as stays
from tests.races import all_well, at_once

PEOPLE = 8


@pytest.fixture
def world(transactional_db, clock):
    return stays.build_world()


@pytest.fixture
def many(world, clock):
    """Some people whose first evening has just passed without a reading."""
    found = [stays.begin(world, clock) for _ in range(PEOPLE)]
    clock.move_to(found[0].order.from_at.replace(hour=11))  # 19:00 in Zhengzhou
    return found


def steps():
    return cases.Step.objects.filter(key="make_up").count()


def test_several_workers_raise_each_missed_reading_once(many):
    raised = all_well(at_once(*[quarantine.raise_missed] * 4))
    assert sum(raised) == PEOPLE
    assert steps() == PEOPLE
    assert MissedReading.objects.count() == PEOPLE
    assert ClosedWindow.objects.filter(window="EVENING", missed_count=PEOPLE).count() == 1
    assert quarantine.raise_missed() == 0
    assert steps() == PEOPLE


def test_a_crash_in_the_middle_leaves_nothing_half_and_loses_nothing(many, monkeypatch):
    real = missing.procedures.send_message
    calls = []

    def dies_on_the_third(*args, **kwargs):
        calls.append(args)
        if len(calls) == 3:
            raise RuntimeError("the worker was killed")
        return real(*args, **kwargs)

    monkeypatch.setattr(missing.procedures, "send_message", dies_on_the_third)
    with pytest.raises(RuntimeError):
        quarantine.raise_missed()
    assert steps() == 2
    assert MissedReading.objects.filter(told_at=None).count() == PEOPLE - 2
    quarantine.raise_missed()
    assert steps() == PEOPLE
    told = journal.entries(verbs=["quarantine.reading_missed"], limit=100)
    assert len({entry.subject_key for entry in told}) == len(told) == PEOPLE


def test_a_reading_between_finding_and_telling_raises_nothing(many, clock):
    missing.close_windows(clock.now())
    many[0].measure()
    missing.tell_cases(clock.now())
    assert steps() == PEOPLE - 1
    assert "make_up" not in many[0].waiting


def test_nobody_is_asked_about_windows_before_the_order(world, clock):
    stay = stays.begin(world, clock)
    quarantine.raise_missed()
    assert not MissedReading.objects.filter(order=stay.case_pk).exists()


def test_after_a_long_outage_only_the_last_days_are_raised(world, clock):
    stay = stays.begin(world, clock)
    clock.advance(timedelta(days=9))
    quarantine.raise_missed()
    assert 5 <= MissedReading.objects.filter(order=stay.case_pk).count() <= 6


def test_the_same_reading_sent_by_four_at_once_is_one(many):
    stay = many[0]
    key = new_uuid()
    actor = journal.person(stay.case.person_id)

    def send():
        new = quarantine.NewReading("36.5", Via.RESIDENT, key)
        return quarantine.record_reading(stay.case_pk, new, actor).is_new

    assert sorted(all_well(at_once(*[send] * 4))) == [False, False, False, True]
    assert Reading.objects.filter(order=stay.case_pk).count() == 1


def test_two_readings_of_one_window_at_once_count_once(many):
    stay = many[0]
    actor = journal.person(stay.case.person_id)

    def send(number):
        new = quarantine.NewReading(f"36.{number}", Via.TEAM, new_uuid())
        return quarantine.record_reading(stay.case_pk, new, actor).reading.is_counted

    sends = [lambda number=number: send(number) for number in range(4)]
    assert sorted(all_well(at_once(*sends))) == [False, False, False, True]


def test_readings_and_the_job_at_once_never_lock_crosswise(many):
    def measure():
        for stay in many:
            stay.measure()

    all_well(at_once(*[measure, quarantine.raise_missed] * 2))
    for stay in many:
        assert "make_up" not in stay.waiting
