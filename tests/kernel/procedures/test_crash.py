"""A worker killed in the middle of a thousand transitions: none lost, none doubled."""

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
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.procedures.models import Run
from shouwang.util import clock as clocks
from tests.kernel import world as worlds
from tests.kernel.procedures.elements import border, gateway, path, steps
from tests.kernel.procedures.samples import end, procedure

CASES, ROUNDS, KILLS = 200, 5, 4
WORKER = """
    import datetime, os, sys
    import django
    django.setup()
    from django.conf import settings
    from django.db import connections
    connections["default"].settings_dict["NAME"] = os.environ["TEST_NAME"]
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util import clock
    with clock.use(clock.FixedClock(datetime.datetime.fromisoformat(os.environ["NOW"]))):
        print("ready", flush=True)
        while procedures.run_timers():
            pass
"""


def hourly():
    """Return a procedure whose open step is interrupted each hour and opens the same step again."""
    return procedure(
        gateway("in", "exclusive"),
        steps("errand"),
        border("late", "errand", "timeDuration", "PT1H"),
        end(),
        path("start", "in", "errand", "end"),
        path("late", "in"),
    )


def worker(now):
    environment = {
        **os.environ,
        "TEST_NAME": connection.settings_dict["NAME"],
        "NOW": now.isoformat(),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    code = textwrap.dedent(WORKER)
    started = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def moved(now):
    """How many cases have been moved past `now`."""
    return Run.objects.filter(next_timer_at__gt=now).count()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(clock):
    world = worlds.build()
    worlds.publish(hourly())
    pks = [worlds.start(world).pk for _ in range(CASES)]
    killed = 0
    for _ in range(ROUNDS):
        clock.advance(timedelta(hours=1))
        now = clocks.now()
        while moved(now) < CASES:
            done, process = moved(now), worker(now)
            while killed < KILLS and moved(now) < done + CASES // 3 and process.poll() is None:
                time.sleep(0.01)
            if killed < KILLS and process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            process.wait(60)
            process.stdout.close()
    assert killed == KILLS
    for pk in pks:
        told = [one.verb for one in reversed(journal.entries(thread=f"case:{pk}", limit=50))]
        assert told.count("step.opened") == ROUNDS + 1
        assert told.count("step.cancelled") == ROUNDS
        assert cases.Step.objects.filter(case_id=pk, state="OPEN").count() == 1
        assert cases.Step.objects.filter(case_id=pk).count() == ROUNDS + 1
    assert procedures.run_timers() == 0
