"""The queue mends itself: what a dead worker held is done by a living one, once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from shouwang.web import jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue(transactional_db):
    """Begin with an empty queue: its tables are not Django's, so nobody else empties them."""
    ask("delete from procrastinate_jobs")
    ask("delete from procrastinate_workers")


def ask(statement: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def worker(silent_seconds: int) -> int:
    statement = """insert into procrastinate_workers (last_heartbeat)
                   values (now() - make_interval(secs => %s)) returning id"""
    return ask(statement, silent_seconds)[0][0]


def job(status: str, worker_id: int | None, queueing_lock: str | None = None) -> int:
    statement = """insert into procrastinate_jobs
                          (queue_name, task_name, args, status, worker_id, queueing_lock)
                   values ('default', 'some.task', '{}', %s, %s, %s) returning id"""
    return ask(statement, status, worker_id, queueing_lock)[0][0]


def rescue() -> int:
    async def run() -> int:
        with app.replace_connector(app.connector.get_worker_connector()) as working:
            async with working.open_async():
                return await jobs.rescue_stalled_jobs.func(SimpleNamespace(app=working), timestamp=0)

    # in a thread of its own: a browser of another test may have a loop running in this one
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()


def states() -> dict[int, str]:
    return dict(ask("select id, status::text from procrastinate_jobs"))


def test_the_job_of_a_dead_worker_waits_again_and_that_of_a_living_one_goes_on():
    dead, living = worker(jobs.SILENT_SECONDS + 5), worker(1)
    held, running, waiting = job("doing", dead), job("doing", living), job("todo", None)
    assert rescue() == 1
    assert states() == {held: "todo", running: "doing", waiting: "todo"}
    assert ask("select id from procrastinate_workers") == [(living,)]


def test_a_job_whose_worker_has_already_been_forgotten_waits_again():
    lost = job("doing", None)
    assert rescue() == 1
    assert states() == {lost: "todo"}


def test_a_job_whose_successor_waits_already_is_dropped_rather_than_done_twice():
    dead = worker(60)
    job("doing", dead, "sweep")
    successor = job("todo", None, "sweep")
    assert rescue() == 1
    assert states() == {successor: "todo"}


def test_rescuing_twice_does_nothing_more():
    job("doing", worker(60))
    assert rescue() == 1
    assert rescue() == 0
