"""Collecting static files under names that carry their digest, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.test.utils import override_settings

_MANIFEST_BACKEND = "shouwang.web.static_files.HashedFiles"
_NOT_SERVED = ("django_htmx",)  # brings two releases of htmx; ours is vendored


def is_stale() -> bool:
    """Say whether the collected files are missing or were collected from other sources."""
    stamp = _stamp_file()
    return not stamp.exists() or stamp.read_text() != _fingerprint()


def collect() -> None:
    """Collect all static files anew. Processes that read settings afterwards serve them."""
    fingerprint = _fingerprint()
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": _MANIFEST_BACKEND}}
    with override_settings(STORAGES=storages):
        call_command(
            "collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=[*_NOT_SERVED]
        )
    _stamp_file().write_text(fingerprint)


def _stamp_file() -> Path:
    return Path(settings.STATIC_ROOT).with_name("static.stamp")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([*_NOT_SERVED]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
