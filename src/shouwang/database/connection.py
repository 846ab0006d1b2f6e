"""Where the database is: `DATABASE_URL` for an outside PostgreSQL, else the embedded one under `var/`.

Reads settings only; starting and stopping the embedded server belongs to `shouwang.database.embedded`.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def secret_key(var_dir: Path) -> str:
    """Return the signing secret: `SHOUWANG_SECRET`, or one made once in `<var>/keys/django.secret`."""
    from_environment = os.environ.get("SHOUWANG_SECRET")
    if from_environment:
        return from_environment
    path = var_dir / "keys" / "django.secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def settings_from_environment(var_dir: Path) -> dict[str, Any]:
    """Return Django's settings of the database: `DATABASE_URL`, else the embedded server below `var_dir`."""
    url = os.environ.get("DATABASE_URL")
    return settings_from_url(url) if url else embedded_settings(var_dir)


def settings_from_url(url: str) -> dict[str, Any]:
    """Translate `postgresql://user:password@host:port/name` into Django's settings."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must begin with postgresql://, this begins with {parts.scheme!r}")
    return _settings(
        host=unquote(parts.hostname or ""),
        port=str(parts.port or ""),
        name=unquote(parts.path.lstrip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def embedded_settings(var_dir: Path) -> dict[str, Any]:
    """Return the settings of the embedded server: its port and password are in files of `var_dir`."""
    password_file = var_dir / "postgres.password"
    port_file = var_dir / "postgres.port"
    return _settings(
        host="127.0.0.1",
        port=port_file.read_text().strip() if port_file.exists() else "55432",
        name="shouwang",
        user="shouwang",
        password=password_file.read_text().strip() if password_file.exists() else "",
    )


def _settings(*, host: str, port: str, name: str, user: str, password: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": host,
        "PORT": port,
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
