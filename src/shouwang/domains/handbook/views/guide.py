"""The pocket guide: the index, a duty's cards for the phone (kept there, with search), and the A6 booklet."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shouwang.domains.handbook.queries.guide import guide_of
from shouwang.domains.handbook.services import printing
from shouwang.domains.handbook.views.answers import PDF, file, language_of
from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.web.access import public, signed_in
from shouwang.web.requests import Request, StaffRequest

_STATIC = Path(__file__).resolve().parents[1] / "static" / "handbook"
_WORKER = _STATIC / "worker.js"
_MANIFEST = _STATIC / "guide.webmanifest"
#: What a page's frame says anew each time: the token of its forms and the time.
_VARYING = re.compile(
    rb'data-(now|since|csrf)="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"'
)


@signed_in
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the guides, those of the reader's own duties first."""
    mine = list(dict.fromkeys(holding.post.role for holding in request.holdings))
    busy = {step.spec.role for step in procedures.all_steps(procedures.list_in_force())}
    roles = [duties.role(key) for key in mine]
    others = [role for role in duties.roles() if role.key not in mine and role.key in busy]
    return _kept(request, render(request, "handbook/guides.html", {"mine": roles, "others": others}))


@signed_in
@require_GET
def guide(request: StaffRequest, role: str) -> HttpResponse:
    """Show the cards of a duty. The phone keeps the page; the ETag changes with whatever stands on it."""
    found = guide_of(role, _holding(request, role))
    answer = render(request, "handbook/guide.html", {"guide": found})
    answer["X-Shouwang-Guide"] = found.digest
    return _kept(request, answer)


@signed_in
@require_GET
def booklet(request: StaffRequest, role: str) -> HttpResponse:
    """Send the guide as a booklet of A6 pages."""
    with translation.override(language_of(request)):
        found = guide_of(role, _holding(request, role))
        name = f"{found.name}-{_('应知应会口袋册')}-{clock.today():%Y%m%d}.pdf"
        return file(printing.guide_pdf(found), PDF, name, is_shown=True)


@public
@require_GET
def worker(request: Request) -> HttpResponse:  # noqa: ARG001 Django hands it in
    """Send the service worker: from here, because it may keep only what lies below its own address."""
    return _plain(_WORKER, "text/javascript; charset=utf-8")


@public
@require_GET
def manifest(request: Request) -> HttpResponse:  # noqa: ARG001 Django hands it in
    """Send what a phone asks before it puts the guide on its home screen."""
    return _plain(_MANIFEST, "application/manifest+json; charset=utf-8")


def _holding(request: StaffRequest, role: str) -> duties.Holding | None:
    return next((one for one in request.holdings if one.post.role == role), None)


def _plain(path: Path, media_type: str) -> HttpResponse:
    answer = HttpResponse(path.read_bytes(), content_type=media_type)
    answer["Cache-Control"] = "no-cache"
    return answer


def _kept(request: StaffRequest, answer: HttpResponse) -> HttpResponse:
    """Let a browser keep the page and ask again; say 304 while nothing on it has changed.

    What differs from one answer to the next (the masked token, the time) is left out of the tag; the secret
    behind the token is in it, so that forms on a kept page go on working after a new sign-in.
    """
    secret = request.META.get("CSRF_COOKIE", "")
    steady = _VARYING.sub(b"", answer.content) + secret.encode()
    tag = quote_etag(hashlib.sha256(steady).hexdigest()[:32])
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=tag, response=answer) or answer
