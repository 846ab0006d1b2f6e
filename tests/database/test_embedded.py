"""The launcher: whatever a killed parent, a killed server or a half-made folder leaves, the next start works."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from shouwang.database import embedded, runas


@pytest.fixture
def var(tmp_path: Path):
    yield tmp_path
    embedded.stop(tmp_path)


def postmaster_of(var: Path) -> int:
    return int((var / "postgres" / "postmaster.pid").read_text().split()[0])


def ask(address: embedded.Address, question: str):
    with psycopg.connect(address.url) as connection:
        return connection.execute(question).fetchone()[0]


def test_a_first_start_makes_a_cluster_and_a_database_that_speak_utf8(var):
    address = embedded.ensure_running(var)
    assert embedded.is_running(var)
    assert ask(address, "select current_database()") == "shouwang"
    assert ask(address, "select length('金水区')") == 3
    assert ask(address, "select datcollate from pg_database where datname = 'shouwang'") == "C.UTF-8"


def test_the_role_is_no_superuser_and_the_password_is_its_owners_alone(var):
    address = embedded.ensure_running(var)
    assert ask(address, "select rolsuper from pg_roles where rolname = current_user") is False
    assert stat.S_IMODE((var / "postgres.password").stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address.url.replace(address.password, "guess"))


def test_data_survive_a_stop_and_the_port_stays(var):
    address = embedded.ensure_running(var)
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute("create table kept (n int)")
    embedded.stop(var)
    assert not embedded.is_running(var)
    assert embedded.ensure_running(var) == address
    assert ask(address, "select count(*) from kept") == 0


def test_a_killed_server_is_recovered_with_what_was_committed(var):
    address = embedded.ensure_running(var)
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (7)")
        os.kill(postmaster_of(var), signal.SIGKILL)
    assert ask(embedded.ensure_running(var), "select n from kept") == 7


def test_a_stale_number_that_now_belongs_to_another_process_does_not_block_the_start(var):
    embedded.ensure_running(var)
    pid_file = var / "postgres" / "postmaster.pid"
    written = pid_file.read_text().split("\n", 1)
    embedded.stop(var)
    pid_file.write_text(f"{os.getppid()}\n{written[1]}")
    assert ask(embedded.ensure_running(var), "select 1") == 1


def test_a_zombie_with_the_number_of_the_server_does_not_block_the_start(var):
    embedded.ensure_running(var)
    pid_file = var / "postgres" / "postmaster.pid"
    written = pid_file.read_text().split("\n", 1)
    embedded.stop(var)
    zombie = subprocess.Popen(["true"])
    time.sleep(0.2)  # it has ended, and nobody has collected it
    pid_file.write_text(f"{zombie.pid}\n{written[1]}")
    try:
        assert ask(embedded.ensure_running(var), "select 1") == 1
    finally:
        zombie.wait()


def test_a_killed_parent_leaves_a_server_that_the_next_one_uses(var):
    code = "import sys, pathlib, os; from shouwang.database import embedded\n"
    code += "embedded.ensure_running(pathlib.Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    killed = subprocess.run([sys.executable, "-c", code, str(var)], check=False)
    assert killed.returncode == -signal.SIGKILL
    before = postmaster_of(var)
    embedded.ensure_running(var)
    assert postmaster_of(var) == before


def test_an_initialisation_that_was_interrupted_is_begun_again(var):
    half = var / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert ask(embedded.ensure_running(var), "select 1") == 1
    assert not half.exists()


def test_a_port_taken_by_another_program_is_changed(var):
    embedded.ensure_running(var)
    embedded.stop(var)
    import socket

    with socket.socket() as other:
        other.bind((embedded.HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        (var / "postgres.port").write_text(str(taken))
        assert embedded.ensure_running(var).port != taken


def test_two_starters_at_once_share_one_server(var):
    with ThreadPoolExecutor(4) as pool:
        addresses = list(pool.map(lambda _: embedded.ensure_running(var), range(4)))
    assert len(set(addresses)) == 1


def test_a_folder_of_something_else_is_refused_by_name(var):
    (var / "postgres").mkdir()
    (var / "postgres" / "letter.txt").write_text("not a database")
    with pytest.raises(embedded.EmbeddedPostgresError, match="not a PostgreSQL data folder"):
        embedded.ensure_running(var)


def test_data_of_another_major_version_are_refused_by_name(var):
    embedded.ensure_running(var)
    embedded.stop(var)
    (var / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(embedded.EmbeddedPostgresError, match="was made by PostgreSQL 12"):
        embedded.ensure_running(var)
    (var / "postgres" / "PG_VERSION").write_text("18\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change its user")
def test_root_without_user_namespaces_serves_as_a_system_user_below_a_closed_folder(var, monkeypatch):
    monkeypatch.setattr(runas, "namespace_is_permitted", lambda: False)
    closed = var / "closed"
    closed.mkdir(mode=0o700)
    try:
        assert ask(embedded.ensure_running(closed), "select 1") == 1
        assert (closed / "postgres").stat().st_uid != 0
    finally:
        embedded.stop(closed)
