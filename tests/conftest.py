"""What every test stands on: a real PostgreSQL, keys of its own, and a clock that the test moves.

The server is the one of `DATABASE_URL`, or an embedded one below `var/test-postgres` (not crash safe, kept
between runs for speed, stopped by the last run that uses it). Each run has a database of its own, named
after its process or by `SHOUWANG_TEST_DB`, so that several runs at once do not meet; `-n 2` runs the tests
in two processes, each with a server of its own.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from shouwang.database import embedded
from shouwang.web import messages

if TYPE_CHECKING:
    from shouwang.util.clock import FixedClock

pytest_plugins = ["tests.chromium", "tests.district_fixtures"]

ROOT = Path(__file__).resolve().parent.parent
#: One server for each process of a parallel run: a seal waits for every transaction of its server.
SERVER_DIR = ROOT / "var" / "test-postgres" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
PREFIX = "test_shouwang_"
#: 18 March 2020, 10:00 in Zhengzhou: the weeks that the article tells of.
START = datetime(2020, 3, 18, 2, 0, tzinfo=UTC)


def _start_server() -> None:
    SERVER_DIR.mkdir(parents=True, exist_ok=True)
    users = (SERVER_DIR / "users.lock").open("w")
    fcntl.flock(users, fcntl.LOCK_SH)
    address = embedded.ensure_running(SERVER_DIR, is_durable=False)
    os.environ["DATABASE_URL"] = address.url
    _drop_abandoned(address.url)
    owner = os.getpid()

    def stop_if_last() -> None:
        if os.getpid() != owner:  # a forked child leaves the server to its parent
            return
        with suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            embedded.stop(SERVER_DIR)

    atexit.register(stop_if_last)


def _drop_abandoned(url: str) -> None:
    """Drop the databases of runs that were killed."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute("select datname from pg_database where datname like %s", [f"{PREFIX}%"])
        for (name,) in rows.fetchall():
            pid = name.removeprefix(PREFIX)
            if pid.isdigit() and not Path("/proc", pid).exists():
                statement = sql.SQL("drop database if exists {} with (force)")
                connection.execute(statement.format(sql.Identifier(name)))


def _own_var() -> None:
    folder = tempfile.mkdtemp(prefix="shouwang-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["SHOUWANG_VAR"] = folder
    Path(folder, "static").mkdir()  # whitenoise warns of a missing one, and warnings are errors


# Settings are read once, when the first of pytest's plugins asks: all of this must stand before that.
for leaked in ("SHOUWANG_DEMO", "SHOUWANG_CLOCK", "SHOUWANG_SECRET", "SHOUWANG_HOSTS", "PORT"):
    os.environ.pop(leaked, None)
_own_var()
IS_SERVER_OURS = not os.environ.get("DATABASE_URL")
if IS_SERVER_OURS:
    _start_server()
os.environ["DJANGO_SETTINGS_MODULE"] = "shouwang.settings"
messages.compile_messages()
django.setup()
# A strong hash takes a quarter of a second by design; no test is about its strength.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let the processes of a parallel run inherit none of this: each has a server and a folder of its own."""
    for name in ("DJANGO_SETTINGS_MODULE", "SHOUWANG_VAR", *(["DATABASE_URL"] if IS_SERVER_OURS else [])):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give this run its own database, and threads of a test server connections that end with the request."""
    database = connections["default"].settings_dict
    database["TEST"]["NAME"] = os.environ.get("SHOUWANG_TEST_DB") or f"{PREFIX}{os.getpid()}"
    database["CONN_MAX_AGE"] = 0


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Name whoever is still in the database when the tests are over, and show them out: it is dropped next."""
    yield
    connections.close_all()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        rows = connection.execute(
            """select application_name, state, query, pg_terminate_backend(pid, 5000)
                 from pg_stat_activity where datname = %s and backend_type = 'client backend'
                  and pid <> pg_backend_pid()""",
            [connections["default"].settings_dict["NAME"]],
        )
        for left in rows.fetchall():
            sys.stderr.write(f"\na session was left in the database: {left}\n")


@pytest.fixture
def clock() -> Iterator[FixedClock]:
    """Stop the product's clock at 18 March 2020, 10:00 in Zhengzhou; `clock.advance(timedelta)` moves it."""
    from shouwang.util import clock as clocks

    fixed = clocks.FixedClock(START)
    with clocks.use(fixed):
        yield fixed
