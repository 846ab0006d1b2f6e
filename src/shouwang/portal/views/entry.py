"""The landing page for everybody, and signing in and out.

In demo mode the sign-in page offers the fixed cast, one account per duty, with one tap each. That door does
not exist outside demo mode.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Account
from shouwang.portal.forms import SignInForm
from shouwang.portal.services.attempts import TooManyAttempts, count_attempt, forget_attempts
from shouwang.util.text import Text
from shouwang.web.access import public
from shouwang.web.manifest import ways
from shouwang.web.refusals import add_problem
from shouwang.web.requests import Request
from shouwang.web.views import remember_language, safe_next

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class CastMember:
    """One demo account on the sign-in page: its duty in words, its person, where it serves."""

    pk: int
    duty: Text
    name: str
    post: object | None


@public
@require_GET
def home(request: Request) -> HttpResponse:
    """Show what this is and the ways in."""
    return render(request, "portal/home.html", {"ways": ways()})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """Sign in with a user name and a password; what was typed is kept when it was wrong, but the password."""
    if request.method == "GET":
        return _page(request, SignInForm(), 200)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    username = form.cleaned_data["username"]
    try:
        attempt = count_attempt(username, request.META.get("REMOTE_ADDR", ""))
    except TooManyAttempts as problem:
        add_problem(form, problem)
        return _page(request, form, problem.status)
    account = authenticate(request, username=username, password=form.cleaned_data["password"])
    if not isinstance(account, Account):
        form.add_error(None, _("用户名或密码不对。看看大小写和输入法，再试一次。"))
        return _page(request, form, 422)
    forget_attempts(attempt)
    return _let_in(request, account)


@public
@require_POST
def sign_in_demo(request: Request) -> HttpResponse:
    """Sign in as one of the demo cast; raises Http404 outside demo mode and for any other account."""
    if not settings.IS_DEMO:
        raise Http404
    pk = request.POST.get("account", "")
    cast = Account.objects.exclude(demo_duty="").filter(is_active=True)
    account = get_object_or_404(cast, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
    answer = _let_in(request, account)
    # the cast is shared by everybody who tries the demo, so its pages speak the visitor's language
    remember_language(answer, get_language() or settings.LANGUAGE_CODE)
    return answer


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Sign out and go to the landing page."""
    logout(request)
    return redirect("portal:home")


def _let_in(request: Request, account: Account) -> HttpResponse:
    login(request, account, backend=BACKEND)
    return redirect(safe_next(request, settings.LOGIN_REDIRECT_URL))


def _page(request: Request, form: SignInForm, status: int) -> HttpResponse:
    values = {
        "form": form,
        "next": safe_next(request, settings.LOGIN_REDIRECT_URL),
        "cast": _cast() if settings.IS_DEMO else [],
        "hide_sign_in": True,
    }
    return render(request, "portal/sign_in.html", values, status=status)


def _cast() -> list[CastMember]:
    accounts = (
        Account.objects.exclude(demo_duty="").filter(is_active=True).select_related("person").order_by("pk")
    )
    members = []
    for account in accounts:
        held = duties.duty_of(account.person)
        members.append(
            CastMember(
                account.pk, duties.role(account.demo_duty).name, account.person.name, held and held.post
            )
        )
    return members
