"""A supervised process ends with its parent, also if that died before the child could ask for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from shouwang.web import processes

CHILD = "from shouwang.web import processes; processes.end_with_parent(); import time; time.sleep(30)"
PARENT = f"""
import os, subprocess, sys, time
environment = os.environ | {{"{processes.ENVIRONMENT_NAME}": sys.argv[1] or str(os.getpid())}}
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], env=environment, stderr=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(30)
"""


def start(supervisor: str) -> tuple[subprocess.Popen[str], int]:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, supervisor], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout:
        return parent, int(parent.stdout.readline())


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not lives(pid)


def test_a_child_ends_when_its_parent_is_killed():
    parent, child = start("")
    time.sleep(1)
    assert lives(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert ends_within(child, 5)


def test_a_child_whose_parent_died_while_it_was_starting_ends_by_itself():
    parent, child = start("1" if os.getpid() != 1 else "2")  # somebody else's child by now
    assert ends_within(child, 5)
    parent.kill()
    parent.wait()
