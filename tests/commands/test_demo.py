"""The demo as a newcomer runs it: it starts, survives what is killed, stops all, and keeps the data."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from shouwang.database import embedded

ROOT = Path(__file__).resolve().parents[2]


class Demo:
    """One data folder and port, and the demo that is started on them."""

    def __init__(self, var: Path) -> None:
        self.var = var
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.output = var.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        ours = {"SHOUWANG_VAR": str(self.var), "SHOUWANG_DISTRICT": "tests.commands.tiny_district"}
        return kept | ours | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "shouwang", *words]

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self.command("demo", "--port", str(self.port)),
                env=self.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: "READY" in self.said(), 90, self.said)

    def said(self) -> str:
        return self.output.read_text()

    def healthz(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def processes(self, kind: str) -> list[int]:
        """Return the numbers of our own living processes of a kind: demo, serve, worker."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                environment = (entry / "environ").read_bytes().split(b"\0")
            except (OSError, ValueError):
                continue
            if kind.encode() in words and f"SHOUWANG_VAR={self.var}".encode() in environment:
                found.append(int(entry.name))
        return sorted(found)

    def postmaster(self) -> int:
        return int((self.var / "postgres" / "postmaster.pid").read_text().split()[0])

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(30)


def until(is_so: Callable[[], object], seconds: float, describe: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, describe()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo"))
    demo.start()
    yield demo
    if demo.process and demo.process.poll() is None:
        demo.process.kill()
        demo.process.wait()
    until(lambda: not demo.processes("serve") + demo.processes("worker"), 20)
    embedded.stop(demo.var)


def test_the_demo_lives_through_what_can_happen_to_it(demo: Demo):
    """One story, because each start costs seconds: each part says what it proves."""
    _it_is_ready_and_says_how_to_sign_in(demo)
    _a_second_one_on_the_same_folder_or_port_is_refused_in_words(demo)
    _a_killed_worker_is_replaced(demo)
    _a_killed_database_is_recovered(demo)
    _a_killed_supervisor_takes_its_children_along_and_the_next_start_goes_on(demo)
    _everything_stops_on_a_signal_and_the_data_stay(demo)


def _it_is_ready_and_says_how_to_sign_in(demo: Demo) -> None:
    assert demo.healthz() == 200
    assert "登录" in demo.said()
    assert "Sign in" in demo.said()
    assert json.loads((demo.var / "clock.json").read_text())["speed"] == 1


def _a_second_one_on_the_same_folder_or_port_is_refused_in_words(demo: Demo) -> None:
    other = Demo(demo.var.with_name("other"))
    for var, port, words in (
        (demo.var, other.port, "another demo is running"),
        (other.var, demo.port, f"PORT={demo.port + 1}"),
    ):
        environment = demo.environment() | {"SHOUWANG_VAR": str(var)}
        command = demo.command("demo", "--port", str(port))
        refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert refused.returncode == 1
        assert words in refused.stdout


def _a_killed_worker_is_replaced(demo: Demo) -> None:
    (killed,) = demo.processes("worker")
    os.kill(killed, signal.SIGKILL)
    until(lambda: demo.processes("worker") not in ([], [killed]), 20, demo.said)


def _a_killed_database_is_recovered(demo: Demo) -> None:
    os.kill(demo.postmaster(), signal.SIGKILL)
    until(lambda: embedded.is_running(demo.var) and demo.healthz() == 200, 30, demo.said)


def _a_killed_supervisor_takes_its_children_along_and_the_next_start_goes_on(demo: Demo) -> None:
    demo.stop(signal.SIGKILL)
    until(lambda: not demo.processes("serve") + demo.processes("worker"), 20)
    assert embedded.is_running(demo.var)
    demo.start()
    assert demo.healthz() == 200


def _everything_stops_on_a_signal_and_the_data_stay(demo: Demo) -> None:
    assert demo.stop(signal.SIGINT) == 0
    assert demo.processes("serve") + demo.processes("worker") == []
    assert not embedded.is_running(demo.var)
    with psycopg.connect(embedded.ensure_running(demo.var).url) as connection:
        assert connection.execute("select count(*) from places_place").fetchone() == (1,)
