"""Bringing a process to the point where it can use the product: data folder, demo mode, database, Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import connections

from shouwang.database import embedded
from shouwang.web import messages


def var_dir() -> Path:
    """Return the data folder of this deployment."""
    return Path(os.environ.get("SHOUWANG_VAR", "var")).absolute()


def uses_embedded_database() -> bool:
    """Say whether the database is ours to start; else `DATABASE_URL` names another."""
    return not os.environ.get("DATABASE_URL")


def clock_file() -> Path:
    """Return where the demo keeps its clock; that the file exists is what makes a data folder a demo's."""
    return var_dir() / "clock.json"


def set_demo_mode() -> None:
    """Make this process, and those it starts, part of the demo."""
    os.environ["SHOUWANG_DEMO"] = "1"
    os.environ["SHOUWANG_CLOCK"] = str(clock_file())


def set_up_django() -> None:
    """Load settings and apps; the database must run by now, for its port is read here."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.settings")
    messages.compile_messages()
    django.setup()


@contextmanager
def product() -> Iterator[None]:
    """Make the product usable inside the block. An embedded server that was not running is stopped again."""
    if clock_file().exists():
        set_demo_mode()
    is_ours_to_stop = uses_embedded_database() and not embedded.is_running(var_dir())
    if uses_embedded_database():
        embedded.ensure_running(var_dir())
    try:
        set_up_django()
        yield
    finally:
        if is_ours_to_stop:
            connections.close_all()
            embedded.stop(var_dir())
