"""What the routers of all domains share: a text, a refusal, and the door for staff.

Shapes of what a domain alone speaks of (a registration, a reading) stay with that domain.
"""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema
from ninja.security import APIKeyCookie

from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.util.problems import Problem
from shouwang.util.text import Text
from shouwang.web.requests import Request


class Words(Schema):
    """A text in both languages."""

    zh: str
    en: str


class RefusalOut(Schema):
    """A refusal: what happened, why, what to do, and the field that it concerns."""

    code: str
    what: Words
    why: Words | None = None
    do: Words | None = None
    field: str = ""


class StaffSession(APIKeyCookie):
    """Somebody signed in, by the session cookie; a cross-site request fails on its missing CSRF token.

    With a verb, only somebody who may do it somewhere.
    """

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, verb: str = "") -> None:
        super().__init__()
        self.verb = verb

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:  # noqa: ARG002 the session is read already
        """Return the acting person, or None when nobody with the duty is signed in."""
        person = cast(Request, request).person
        if person is None or (self.verb and not duties.scope(person, self.verb)):
            return None
        return person


def words(text: Text) -> dict[str, str]:
    """Return a text as JSON."""
    return {"zh": text.zh, "en": text.en}


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a refusal as JSON: code, what, why, do, field."""
    return {
        "code": problem.code,
        "what": words(problem.what),
        "why": words(problem.why) if problem.why else None,
        "do": words(problem.do) if problem.do else None,
        "field": problem.field,
    }
