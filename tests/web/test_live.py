"""Live stamps: a change is never missed, whichever process answers and whatever happens to the database."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from shouwang.database import embedded
from shouwang.web import live


def test_a_stamp_is_new_after_each_change_and_stays_while_nothing_changes():
    stamps = live.Stamps()
    before = stamps.answer(["board"])
    assert stamps.answer(["board"]) == before
    stamps.hear("board case:7")
    after = stamps.answer(["board", "case:7", "case:8"])
    assert after["board"] == after["case:7"] != before["board"]
    assert after["case:8"] == before["board"]
    stamps.hear("board")
    assert stamps.answer(["board"])["board"] not in {before["board"], after["board"]}


def test_two_processes_give_the_same_stamp_for_the_same_transaction():
    one, other = live.Stamps(), live.Stamps()
    assert one.answer(["board"]) != other.answer(["board"])
    for stamps in (one, other):
        stamps.hear("#812 board")
    assert one.answer(["board"]) == other.answer(["board"]) == {"board": "812"}


def test_listening_again_counts_everything_as_changed():
    stamps = live.Stamps()
    stamps.hear("#812 board")
    before = stamps.answer(["board", "inbox:3"])
    stamps.begin()
    after = stamps.answer(["board", "inbox:3"])
    assert after["board"] != before["board"]
    assert after["inbox:3"] != before["inbox:3"]


def test_a_change_between_the_making_of_a_page_and_its_first_question_is_marked():
    stamps = live.Stamps()
    time.sleep(0.002)
    made_at = live.instant()
    assert not stamps.answer(["board"], made_at)["board"].startswith("!")
    stamps.hear("#812 board")
    assert stamps.answer(["board", "case:7"], made_at)["board"] == "!812"
    assert not stamps.answer(["case:7"], made_at)["case:7"].startswith("!")


def test_one_question_is_answered_for_a_screenful_of_topics_and_memory_is_bounded(monkeypatch):
    stamps = live.Stamps()
    assert len(stamps.answer([f"case:{n}" for n in range(1000)])) == live.MAX_TOPICS
    monkeypatch.setattr(live, "MAX_REMEMBERED", 10)
    for number in range(30):
        stamps.hear(f"#{number} case:{number}")
    assert len(stamps._by_topic) <= 12


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    address = embedded.ensure_running(tmp_path)
    monkeypatch.setattr(live, "_connect", lambda: psycopg.connect(address.url, autocommit=True))
    monkeypatch.setattr(live, "_RETRY_SECONDS", 0.05)
    yield tmp_path, address
    embedded.stop(tmp_path)


@pytest.fixture
def listener(server):
    listening = live.Listener()
    listening.start()
    assert listening.wait_until_listening(5)
    yield listening
    listening.stop()


def notify(address: embedded.Address, payload: str) -> None:
    with psycopg.connect(address.url) as connection:
        connection.execute("select pg_notify(%s, %s)", [live.CHANNEL, payload])


def changes_within(seconds: float, listener: live.Listener, topic: str, before: str) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if listener.stamps.answer([topic])[topic] != before:
            return True
        time.sleep(0.005)
    return False


def test_a_committed_change_is_heard_and_one_rolled_back_is_not(server, listener):
    _, address = server
    before = listener.stamps.answer(["board"])["board"]
    with psycopg.connect(address.url) as connection:
        connection.execute("select pg_notify(%s, 'board')", [live.CHANNEL])
        connection.rollback()
    assert not changes_within(0.3, listener, "board", before)
    notify(address, "board")
    assert changes_within(2, listener, "board", before)


def test_a_database_killed_and_started_again_makes_everything_count_as_changed(server, listener):
    var, address = server
    before = listener.stamps.answer(["board"])["board"]
    os.kill(int((var / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    embedded.ensure_running(var)
    assert changes_within(10, listener, "board", before)
    assert listener.wait_until_listening(5)
    again = listener.stamps.answer(["board"])["board"]
    notify(address, "#99 board")
    assert changes_within(2, listener, "board", again)
    assert listener.stamps.answer(["board"]) == {"board": "99"}
