"""Processes that must not outlive the one that started them, also when that is killed with -9."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal

#: Set by a supervisor, to its own number, for what it starts; nothing else asks to end with its parent.
ENVIRONMENT_NAME = "SHOUWANG_SUPERVISED"
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask Linux to send this process SIGTERM when its parent ends, if a supervisor wishes so.

    Raises SystemExit when the parent has ended already: while we were starting, nobody would have told us.
    """
    supervisor = os.environ.get(ENVIRONMENT_NAME, "")
    if not supervisor.isdigit():
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    parent = multiprocessing.parent_process()
    if os.getppid() != (parent.pid if parent else int(supervisor)):
        raise SystemExit("the process that started this one is gone")
