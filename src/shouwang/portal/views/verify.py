"""The page behind the code on a paper: genuine, revoked or not genuine; for everybody, without an account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwang.portal.queries.codes import verdict_on
from shouwang.web.access import public
from shouwang.web.requests import Request


@public
@require_GET
def verify(request: Request, token: str) -> HttpResponse:
    """Say whether a paper is genuine, and what it says, so that it can be compared."""
    answer = render(request, "portal/verify.html", {"verdict": verdict_on(token)})
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
