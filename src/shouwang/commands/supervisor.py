"""Keeping a handful of processes alive, and ending every one of them when we end.

Not a general process manager: a deployment uses the one of its system (see docs/operations.md); the demo has
only this one. Each process runs in a session of its own, so that Ctrl-C reaches the supervisor alone and the
order of ending is ours; should the supervisor be killed, Linux ends them (see `web.processes`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from shouwang.commands.progress import say
from shouwang.web import processes

_LOOK_SECONDS = 0.5
_GRACE_SECONDS = 12.0
_MAX_LOG_BYTES = 10_000_000
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass
class Child:
    """One process to keep alive; what it says goes to `log`."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause: float = field(default=0.5)

    def start(self) -> None:
        """Start the process."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _MAX_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {processes.ENVIRONMENT_NAME: str(os.getpid())},
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    def has_ended(self) -> bool:
        """Say whether the process was started and lives no more."""
        return self.process is not None and self.process.poll() is not None

    def last_words(self, lines: int = 12) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Supervisor:
    """Starts children, restarts those that end, and ends them all on SIGINT or SIGTERM."""

    def __init__(self, children: Sequence[Child], check: Callable[[], None]) -> None:
        """`check` is called twice a second, to look after what is no child of ours (the database)."""
        self._children = children
        self._check = check
        self._stop = threading.Event()

    def catch_signals(self) -> None:
        """End in order when asked to, from now on."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked us to end."""
        return self._stop.is_set()

    def start(self) -> None:
        """Start all children."""
        for child in self._children:
            child.start()

    def has_ended(self, name: str) -> bool:
        """Say whether the child `name` was started and lives no more."""
        return self._child(name).has_ended()

    def last_words(self, name: str) -> str:
        """Return the end of the log of the child `name`."""
        return self._child(name).last_words()

    def run(self) -> None:
        """Look after the children until asked to stop."""
        while not self._stop.wait(_LOOK_SECONDS):
            self._check()
            for child in self._children:
                self._look_after(child)

    def stop(self) -> None:
        """Ask every child to end, and kill what has not ended in time."""
        living = [child for child in self._children if child.process and child.process.poll() is None]
        for child in living:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_SECONDS
        for child in living:
            assert child.process
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"✗ {child.name} 未能及时停止，强制结束 did not end in time and is killed")
            _kill_group(child)

    def _child(self, name: str) -> Child:
        return next(child for child in self._children if child.name == name)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if not child.has_ended():
            return
        if not child.restart_at:
            assert child.process
            is_quick = now - child.started_at < 5
            child.pause = min(child.pause * 2, _LONGEST_PAUSE_SECONDS) if is_quick else 0.5
            child.restart_at = now + child.pause
            how = f"（{child.process.returncode}）"
            say(f"! {child.name} 退出{how}，将重启 ended, is restarted; see {child.log}")
        elif now >= child.restart_at:
            child.restart_at = 0.0
            _kill_group(child)
            child.start()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stop.set()


def _signal(child: Child, number: int) -> None:
    assert child.process
    with suppress(ProcessLookupError):
        os.kill(child.process.pid, number)


def _kill_group(child: Child) -> None:
    """Kill whatever the child has left behind in its session."""
    assert child.process
    try:
        os.killpg(child.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.process.wait()
