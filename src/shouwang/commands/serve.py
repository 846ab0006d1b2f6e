"""`shouwang serve` and `shouwang worker`: the two kinds of process of a deployment, in the foreground."""

from __future__ import annotations

import argparse
import os

from shouwang.commands import preparation, static
from shouwang.database import embedded
from shouwang.web import processes

#: Measured on two cores (docs/decisions/0002): more threads per process only queue inside Python.
BLOCKING_THREADS = 8
_THREAD_IDLE_SECONDS = 600  # a thread that ends takes its database connection along
_KILL_SECONDS = 8


def run_web(arguments: argparse.Namespace) -> int:
    """Serve pages until stopped."""
    processes.end_with_parent()
    _prepare()
    if static.is_stale():
        static.collect()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "shouwang.web.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=arguments.workers,
        blocking_threads=BLOCKING_THREADS,
        blocking_threads_idle_timeout=_THREAD_IDLE_SECONDS,
        workers_kill_timeout=_KILL_SECONDS,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
    return 0


def run_worker(arguments: argparse.Namespace) -> int:
    """Do deferred and periodic jobs until stopped."""
    processes.end_with_parent()
    _prepare()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from procrastinate.jobs import DeleteJobCondition

    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(
            concurrency=arguments.concurrency,
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            update_heartbeat_interval=3,
            stalled_worker_timeout=12,
            shutdown_graceful_timeout=_KILL_SECONDS,
        )
    return 0


def default_web_workers() -> int:
    """Return how many web processes suit this machine."""
    return max(2, min(8, os.cpu_count() or 2))


def _prepare() -> None:
    if preparation.clock_file().exists():
        preparation.set_demo_mode()
    if preparation.uses_embedded_database():
        embedded.ensure_running(preparation.var_dir())
    preparation.set_up_django()
