"""Is a paper genuine? By the code on it or by its number; for everybody, without an account."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from shouwang.kernel.documents import api as documents
from shouwang.portal.forms import NumberForm
from shouwang.portal.queries.codes import paper_with, token_in, verdict_on
from shouwang.web.access import public
from shouwang.web.requests import Request


@public
@require_GET
def look_up(request: Request) -> HttpResponse:
    """Ask for a paper's number, and say what is known of it: what kind, when issued, whether revoked."""
    form = NumberForm(request.GET or None)
    if not form.is_valid():
        return render(request, "portal/look_up.html", {"form": form}, status=422 if form.is_bound else 200)
    token = token_in(form.cleaned_data["number"])
    if token:
        return redirect("portal:verify", token)
    values = {"form": form, "is_asked": True, "paper": paper_with(form.cleaned_data["number"])}
    return render(request, "portal/look_up.html", values)


@public
@require_GET
def verify(request: Request, token: str) -> HttpResponse:
    """Say whether a paper is genuine, and what it says, so that it can be compared."""
    answer = render(request, "portal/verify.html", {"verdict": verdict_on(token)})
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@public
@require_GET
def keys(request: Request) -> JsonResponse:  # noqa: ARG001 a view is given its request
    """Give the public keys with which a phone verifies papers off line (docs/token-format.md)."""
    answer = JsonResponse(documents.public_key_set(), content_type="application/jwk-set+json")
    answer["Cache-Control"] = "public, max-age=3600"
    # a verifying page of anybody's may read them: they are public, and carry no one's session
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
