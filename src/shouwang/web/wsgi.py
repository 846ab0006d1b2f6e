"""The way into the product for a WSGI server: two answers that never wake Django, then Django.

`GET /live/stamps` is asked by every open page once a second, so it is answered from memory. `GET /healthz`
must be answered also when Django's middleware cannot work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from shouwang.web import processes

processes.end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.settings")
_django = get_wsgi_application()

from shouwang.web import health, live  # noqa: E402 (they need the settings that the line above reads)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

live.LISTENER.start()
get_resolver().resolve_error_handler(500)  # reads all routes now: a broken one must not wait for a visitor


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    answer = _ANSWERS.get(environ.get("PATH_INFO", ""))
    if answer is None or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return _django(environ, start_response)
    status, body = answer(environ)
    content = orjson.dumps(body)
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]


def _stamps(environ: Environ) -> tuple[str, dict[str, str]]:
    question = parse_qs(environ.get("QUERY_STRING", "")[:8_000])
    topics = [topic for topic in question.get("topics", [""])[0].split(",") if topic]
    since = question.get("since", [""])[0]
    made_at = int(since[:16]) if since.isdecimal() else None
    return "200 OK", live.LISTENER.stamps.answer(topics, made_at)


def _healthz(_: Environ) -> tuple[str, dict[str, str]]:
    found = health.check()
    return ("200 OK" if found.is_ready else "503 Service Unavailable"), found.as_json()


_ANSWERS: dict[str, Callable[[Environ], tuple[str, dict[str, str]]]] = {
    "/live/stamps": _stamps,
    "/healthz": _healthz,
}
