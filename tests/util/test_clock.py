"""The replaceable clock."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.util import clock

NOON = datetime(2020, 3, 20, 4, 0, tzinfo=UTC)


def test_the_system_clock_is_aware_and_in_utc():
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(tz=UTC)) < timedelta(seconds=1)


def test_the_local_day_begins_eight_hours_before_the_utc_day():
    with clock.use(clock.FixedClock(datetime(2020, 3, 19, 16, 0, tzinfo=UTC))):
        assert clock.today() == date(2020, 3, 20)
        assert clock.local(clock.now()).hour == 0


def test_a_wall_time_becomes_an_instant_in_utc():
    assert clock.at_local(date(2020, 3, 20), wall_time(12, 0)) == NOON


@pytest.mark.parametrize("naive", [datetime(2020, 3, 20), datetime(2020, 3, 20, 4, 0)])  # noqa: DTZ001  naive on purpose
def test_a_time_without_a_zone_is_refused(naive):
    with pytest.raises(ValueError, match="no time zone"):
        clock.FixedClock(naive)
    with pytest.raises(ValueError, match="no time zone"):
        clock.local(naive)


def test_a_fixed_clock_stands_until_it_is_moved_and_never_goes_back():
    fixed = clock.FixedClock(NOON)
    assert fixed.now() == fixed.now() == NOON
    assert fixed.advance(timedelta(minutes=5)) == fixed.now() == NOON + timedelta(minutes=5)
    with pytest.raises(ValueError, match="never goes back"):
        fixed.advance(-timedelta(seconds=1))
    with pytest.raises(ValueError, match="never goes back"):
        fixed.move_to(NOON)


@given(st.lists(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)), max_size=20))
def test_however_it_is_moved_a_fixed_clock_only_rises(steps):
    fixed = clock.FixedClock(NOON)
    shown = [fixed.now(), *(fixed.advance(step) for step in steps)]
    assert shown == sorted(shown)
    assert shown[-1] - shown[0] == sum(steps, timedelta(0))


@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 China kept summer time to 1991
def test_local_and_back_is_the_same_instant(naive):
    at = naive.replace(tzinfo=UTC)
    shown = clock.local(at)
    assert clock.at_local(shown.date(), shown.time()) == at


def test_a_replaced_clock_holds_in_every_thread_and_ends_with_its_block():
    seen = []
    with clock.use(clock.FixedClock(NOON)):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen == [NOON]
    assert clock.now() > NOON + timedelta(days=365)


def test_blocks_of_replaced_clocks_nest():
    later = NOON + timedelta(days=1)
    with clock.use(clock.FixedClock(NOON)):
        with clock.use(clock.FixedClock(later)):
            assert clock.now() == later
        assert clock.now() == NOON


@pytest.fixture
def demo_file(tmp_path, monkeypatch):
    path = tmp_path / "clock.json"
    monkeypatch.setenv(clock.ENVIRONMENT_NAME, str(path))
    return path


def test_the_demo_clock_runs_at_its_speed_from_what_it_shows(demo_file):
    clock.write_demo_clock(demo_file, NOON, speed=3600)
    first = clock.now()
    time.sleep(0.05)
    passed = clock.now() - first
    assert first >= NOON
    assert timedelta(seconds=150) < passed < timedelta(hours=1)


def test_the_demo_clock_is_read_again_when_it_was_changed(demo_file):
    clock.write_demo_clock(demo_file, NOON, speed=0)
    assert clock.now() == NOON
    clock.write_demo_clock(demo_file, NOON + timedelta(days=2), speed=0)
    time.sleep(clock.LOOK_INTERVAL + 0.05)
    assert clock.now() == NOON + timedelta(days=2)


def test_the_demo_clock_never_goes_back(demo_file):
    clock.write_demo_clock(demo_file, NOON, speed=0)
    assert clock.now() == NOON
    with pytest.raises(ValueError, match="never goes back"):
        clock.write_demo_clock(demo_file, NOON - timedelta(hours=1), speed=1)
    with pytest.raises(ValueError, match="never goes back"):
        clock.write_demo_clock(demo_file, NOON, speed=-1)
    earlier = NOON - timedelta(hours=1)
    demo_file.write_text(json.dumps({"real": NOON.isoformat(), "shown": earlier.isoformat(), "speed": 0}))
    time.sleep(clock.LOOK_INTERVAL + 0.05)
    assert clock.now() == NOON


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"real": 1, "shown": 2, "speed": 3}', "{not json"])
def test_a_spoilt_clock_file_says_so(demo_file, content):
    demo_file.write_text(content)
    with pytest.raises(ValueError, match=r"clock\.json is not"):
        clock.now()


def test_a_missing_clock_file_is_not_taken_for_the_present(demo_file):
    with pytest.raises(FileNotFoundError):
        clock.now()
