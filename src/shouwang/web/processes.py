"""Processes that must not outlive the one that started them, also when that is killed with -9."""

from __future__ import annotations

import ctypes
import os
import signal

#: Set to `1` by a supervisor for what it starts; nothing else asks to end with its parent.
ENVIRONMENT_NAME = "SHOUWANG_SUPERVISED"
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask Linux to send this process SIGTERM when its parent ends, if a supervisor wishes so."""
    if os.environ.get(ENVIRONMENT_NAME) == "1":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
