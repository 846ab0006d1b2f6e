"""The pages every shell needs: switches, the person's own menu, notices, the clock, and error pages."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.notices import api as notices_api
from shouwang.kernel.parties import api as parties
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.web.access import public, signed_in
from shouwang.web.context import TYPE_SIZE_COOKIE
from shouwang.web.refusals import problem_response, reference_of, refusal_response
from shouwang.web.requests import Request, StaffRequest

YEAR = 365 * 24 * 3600
INBOX = 100


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """Return the page named by `next` when it is one of ours, else `fallback`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else fallback


def remember_language(answer: HttpResponse, code: str) -> None:
    """Let this browser's pages speak the language `code` from now on."""
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax")


@public
@require_POST
def language(request: Request) -> HttpResponse:
    """Change the language of the pages: for this browser, and for the account when somebody is signed in."""
    code = request.POST.get("language", "")
    answer = HttpResponseRedirect(safe_next(request))
    if code in dict(settings.LANGUAGES):
        remember_language(answer, code)
        if request.account is not None:
            parties.set_preferences(request.account, language=code)
    return answer


@public
@require_POST
def type_size(request: Request) -> HttpResponse:
    """Change the size of type: for this browser, and for the account when somebody is signed in."""
    size = request.POST.get("size", "")
    answer = HttpResponseRedirect(safe_next(request))
    if size in {"normal", "big"}:
        answer.set_cookie(TYPE_SIZE_COOKIE, size, max_age=YEAR, samesite="Lax")
        if request.account is not None:
            parties.set_preferences(request.account, type_size=size)
    return answer


@signed_in
@require_GET
def me(request: StaffRequest) -> HttpResponse:
    """Show who is acting, their duties, everything they can open, and the switches."""
    return render(request, "web/me.html")


@signed_in
def notices(request: StaffRequest) -> HttpResponse:
    """Show the inbox; a POST marks the chosen notices, or all, as read."""
    inbox = list(notices_api.inbox(request.person, INBOX))
    if request.method == "POST":
        chosen = {int(pk) for pk in request.POST.getlist("notice") if pk.isdigit()}
        notices_api.mark_read(request.person, [item.pk for item in inbox if not chosen or item.pk in chosen])
        return redirect("web:notices")
    return render(request, "web/notices.html", {"inbox": inbox})


@public
@require_GET
def time_now(request: Request) -> JsonResponse:  # noqa: ARG001 as Django calls it
    """Say what time it is, in milliseconds since 1970: a page follows a demo clock that is moved."""
    answer = JsonResponse({"now": int(clock.now().timestamp() * 1000)})
    answer["Cache-Control"] = "no-store"
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 as Django calls it
    """Answer 400: what came could not be read at all (too much of it, a broken upload)."""
    words = {
        "what": _("收到的内容读不了，可能太长，或者文件太大。"),
        "do": _("回上一页，减少内容或换小一点的文件再交。"),
        "reference": reference_of(request),
    }
    return refusal_response(request, 400, words)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 as Django calls it
    """Answer 403."""
    words = {
        "what": _("这一页不对你开放。"),
        "do": _("换有这项职责的账号登录，或回到首页。"),
        "reference": reference_of(request),
    }
    return refusal_response(request, 403, words)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 as Django calls it
    """Answer 404 for an address that leads nowhere; staff read the same as for what is not theirs."""
    if getattr(request, "person", None) is not None:
        return problem_response(request, NotFoundOrNotYours())
    words = {
        "what": _("没有这一页。"),
        "do": _("看看地址有没有抄全；扫码来的，再扫一次。"),
        "reference": reference_of(request),
    }
    return refusal_response(request, 404, words)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without the database and without the shell, both of which may be what failed."""
    words = {"reference": reference_of(request), "back": request.get_full_path()}
    return HttpResponse(render_to_string("web/500.html", words), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is stale by showing what was typed, ready to be sent again.

    Only when the browser proves that the form came from one of our own pages; a form from elsewhere is
    refused outright, or this page would be the way around the check.
    """
    if reason.startswith(REASON_BAD_ORIGIN.split("%")[0]) or not _came_from_here(request):
        return permission_denied(request, PermissionError(reason))
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    words = {
        "fields": fields,
        "shown": [(name, value) for name, value in fields if value and name not in {"next", "request_key"}],
        "action": request.get_full_path(),
        "files": sorted(request.FILES),
    }
    return render(request, "web/send_again.html", words, status=403)


def _came_from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return url_has_allowed_host_and_scheme(source, {request.get_host()}) and "://" in source
