"""Missed clocks climb to community, sub-district and district: on time, in order, exactly once (I4)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import timedelta

import pytest
from django.db import connection

from shouwang.kernel.cases import api as cases
from shouwang.kernel.notices import api as notices
from shouwang.util import clock as clocks
from tests.kernel import world as worlds
from tests.kernel.procedures.samples import errand
from tests.kernel.world import publish, start
from tests.races import all_well, at_once

MINUTE = timedelta(minutes=1)


def climbs(case):
    rows = cases.Escalation.objects.filter(step__case=case).order_by("pk")
    return [(row.clock, row.level, row.to_person_id) for row in rows]


def test_unaccepted_handover_climbs_on_time(world, clock):
    publish(errand())
    case = start(world, offer_from=world.answer("guard", "K1"))
    director, street, district = (
        world.people["community_director", "C1"].pk,
        world.people["subdistrict_duty", "S1"].pk,
        world.people["district_duty", "D"].pk,
    )
    expected = [
        (timedelta(minutes=119), []),
        (MINUTE, [(1, 1, director)]),
        (timedelta(minutes=119), [(1, 1, director)]),
        (MINUTE, [(1, 1, director), (1, 2, street)]),
        (timedelta(minutes=119), [(1, 1, director), (1, 2, street)]),
        (MINUTE, [(1, 1, director), (1, 2, street), (1, 3, district)]),
        (timedelta(days=3), [(1, 1, director), (1, 2, street), (1, 3, district)]),
    ]
    for wait, rows in expected:
        clock.advance(wait)
        cases.sweep()
        cases.sweep()
        assert climbs(case) == rows
    assert [n.kind for n in notices.inbox(world.people["district_duty", "D"], 9)] == ["clock.climbed"]
    assert [item.kind for item in cases.my_work(world.people["subdistrict_duty", "S1"]).items] == ["CLIMBED"]


def test_after_a_long_outage_all_levels_are_climbed_in_order(world, clock):
    publish(errand())
    case = start(world)
    clock.advance(timedelta(days=1))
    assert cases.sweep().by_level == {1: 1, 2: 1, 3: 1}
    assert [level for _, level, _ in climbs(case)] == [1, 2, 3]


def test_acceptance_ends_the_climb_and_a_new_clock_begins_at_the_bottom(world, clock):
    publish(errand())
    case = start(world, offer_from=world.answer("guard", "K1"))
    clock.advance(timedelta(minutes=121))
    cases.sweep()
    handover = cases.Handover.objects.get(step__case=case)
    cases.accept(handover.pk, world.people["community_worker", "C1"])
    clock.advance(timedelta(minutes=119))
    assert cases.sweep().total == 0
    clock.advance(MINUTE)
    cases.sweep()
    assert [row[:2] for row in climbs(case)] == [(1, 1), (2, 1)]


def test_level_with_nobody_climbs_to_the_next_above(world, clock):
    from shouwang.kernel.duties import api as duties
    from shouwang.kernel.journal import api as journal

    publish(errand())
    director = world.people["community_director", "C1"]
    case = start(world)
    clock.advance(MINUTE)
    duties.end_holding(duties.holdings_of(director)[0], clock.now(), journal.SYSTEM)
    clock.advance(timedelta(hours=2))
    cases.sweep()
    assert climbs(case) == [(1, 1, world.people["subdistrict_duty", "S1"].pk)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_climb_each_clock_once(clock):
    world = worlds.build()
    publish(errand())
    for _ in range(60):
        start(world)
    clock.advance(timedelta(days=1))

    def work():
        while cases.sweep_batch(clock.now(), 7):
            pass

    all_well(at_once(*[work] * 4))
    assert cases.Escalation.objects.count() == 180
    assert set(cases.Step.objects.values_list("escalation_level", "next_escalation_at")) == {(3, None)}
    assert notices.Notice.objects.filter(kind="clock.climbed").count() == 180


KILLED_WORKER = """
    import os, sys
    import django
    django.setup()
    from django.conf import settings
    from datetime import datetime
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.cases.services import climbing
    write = climbing._write
    def slow_write(climbs, now):
        write(climbs, now)
        print("written", flush=True)
        import time
        time.sleep(60)
    climbing._write = slow_write
    cases.sweep_batch(datetime.fromisoformat(sys.argv[1]), 20)
"""


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_the_middle_loses_and_doubles_nothing(clock):
    world = worlds.build()
    publish(errand())
    for _ in range(20):
        start(world)
    clock.advance(timedelta(hours=2, minutes=1))
    settings = connection.settings_dict
    url = (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
        f"/{settings['NAME']}"
    )
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "shouwang.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    worker = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED_WORKER), clock.now().isoformat()],
        env=environment,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"written\n"
    assert cases.sweep_batch(clock.now(), 100) == []  # the killed worker's rows are locked, not ours to take
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    deadline = time.monotonic() + 10
    while cases.Escalation.objects.count() < 20 and time.monotonic() < deadline:
        cases.sweep(clock.now())
    assert cases.Escalation.objects.count() == 20
    assert set(cases.Step.objects.values_list("escalation_level", flat=True)) == {1}
    assert clocks.now() == clock.now()
