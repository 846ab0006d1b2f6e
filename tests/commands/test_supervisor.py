"""Keeping processes alive, and ending all of them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from shouwang.commands import supervisor

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)"
STUBBORN = [sys.executable, "-c", f"{DEAF}; time.sleep(60)"]


def until(is_so, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def running(tmp_path: Path):
    """Start children under a supervisor that runs in a thread; end them at the end."""
    started = []

    def run(*commands, check=lambda: None):
        children = [
            supervisor.Child(f"c{number}", command, tmp_path / f"{number}.log")
            for number, command in enumerate(commands)
        ]
        keeper = supervisor.Supervisor(children, check)
        keeper.start()
        thread = threading.Thread(target=keeper.run)
        thread.start()
        started.append((keeper, thread))
        return keeper, children

    yield run
    for keeper, thread in started:
        keeper._stop.set()
        thread.join()
        keeper.stop()


def test_a_child_that_is_killed_is_started_again(running):
    _, (child,) = running(SLEEPS)
    before = child.process.pid
    os.kill(before, signal.SIGKILL)
    until(lambda: child.process.pid != before and child.process.poll() is None)


def test_a_child_that_ends_at_once_is_started_ever_more_slowly(running):
    _, (child,) = running([sys.executable, "-c", "raise SystemExit('broken')"])
    until(lambda: child.pause >= 2, 20)
    assert "broken" in child.last_words()


def test_the_check_is_called_while_children_are_looked_after(running):
    calls = []
    running(SLEEPS, check=lambda: calls.append(1))
    until(lambda: len(calls) >= 2)


def test_stopping_ends_every_child_also_one_that_will_not(running, monkeypatch, tmp_path):
    monkeypatch.setattr(supervisor, "_GRACE_SECONDS", 0.5)
    keeper, children = running(SLEEPS, STUBBORN)
    until(lambda: "up" in (tmp_path / "1.log").read_text())
    keeper._stop.set()
    keeper.stop()
    assert all(child.process.poll() is not None for child in children)


def test_an_endless_log_is_put_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "_MAX_LOG_BYTES", 10)
    log = tmp_path / "web.log"
    log.write_text("x" * 100)
    child = supervisor.Child("web", [sys.executable, "-c", "print('new')"], log)
    child.start()
    child.process.wait()
    assert log.read_text() == "new\n"
    assert log.with_suffix(".old").exists()
