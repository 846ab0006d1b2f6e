"""Who may open a page: every view carries one of `@public`, `@signed_in`, `@duty(verb)`, `@personal_link`.

The decorators guard the door only (is there anybody, do their duties carry the verb at all); which records
are within reach is asked of the kernel (`cases.access_case`, `duties.scope_q`). `routes()` walks the URLconf,
so that a test can find a view without its decorator and the permission table can try every door.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from shouwang.util.problems import Problem
from shouwang.util.text import Text
from shouwang.web.requests import Request, ResidentRequest, StaffRequest

View = Callable[..., HttpResponseBase]


class Door(Enum):
    """The four kinds of door."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    DUTY = "duty"
    PERSONAL_LINK = "personal_link"


@dataclass(frozen=True)
class Access:
    """What a view asks of its reader: the door, and for DUTY the access verb."""

    door: Door
    verb: str = ""


class NotYourDuty(Problem):
    """The reader is signed in, but none of their duties does this (403)."""

    status = 403

    def __init__(self, verb: str) -> None:
        super().__init__(
            "not_your_duty",
            Text("你现在的职责不包括这一页。", "Your present duty does not include this page."),
            do=Text(
                "要办这件事，找有这项职责的人；换岗以后再来，这里就能打开。",
                "Ask somebody who has this duty; once you hold the post yourself, this page opens.",
            ),
        )
        self.verb = verb


def public(view: View) -> View:
    """Let everybody in, signed in or not."""
    return _mark(view, Access(Door.PUBLIC))


def signed_in(view: View) -> View:
    """Let in whoever is signed in; others are sent to the sign-in page and come back after it."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if cast(Request, request).person is None:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return _mark(guarded, Access(Door.SIGNED_IN))


def duty(verb: str) -> Callable[[View], View]:
    """Let in whoever has a duty that carries the access `verb` somewhere; raises NotYourDuty for others."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            from shouwang.kernel.duties import api as duties

            if cast(Request, request).person is None:
                return to_sign_in(request)
            if not duties.scope(cast(StaffRequest, request).person, verb):
                raise NotYourDuty(verb)
            return view(request, *args, **kwargs)

        return _mark(guarded, Access(Door.DUTY, verb))

    return decorate


def personal_link(view: View) -> View:
    """Let in whoever was given the address: `token` in the route opens the pages of one person only.

    `request.resident` is that person; raises parties.LinkNotGood (404) for any other address. Nothing of the
    answer is kept by browsers or proxies, and no search engine lists it.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, token: str, **kwargs: Any) -> HttpResponseBase:
        from shouwang.kernel.parties import api as parties

        mine = cast(ResidentRequest, request)
        mine.resident = parties.person_by_link(token)
        mine.link_token = token
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return _mark(guarded, Access(Door.PERSONAL_LINK))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Answer somebody who must sign in first: redirect a page, tell htmx, say 401 to a queued form.

    A queued form is kept by the phone and sent again after sign-in, so nothing that was typed is lost.
    """
    back = request.get_full_path()
    if request.method != "GET":  # the page that holds the form
        came_from = urlsplit(request.headers.get("Referer", ""))
        back = came_from._replace(scheme="", netloc="", fragment="").geturl() or "/"
    target = f"{settings.LOGIN_URL}?next={quote(back)}"
    if request.headers.get("X-Shouwang-Queue"):
        return HttpResponse(status=401, headers={"X-Shouwang-Sign-In": target})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponse(status=302, headers={"Location": target})


@dataclass(frozen=True)
class Route:
    """One route of the URLconf: its pattern, its full name (`desk:work`), its view and the view's door."""

    pattern: str
    name: str
    view: View
    access: Access | None


def access_of(view: View) -> Access | None:
    """Return what `view` asks of its reader, or None when it carries no decorator."""
    return getattr(view, "shouwang_access", None)


def routes() -> Iterator[Route]:
    """Walk every route of the URLconf."""
    yield from _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, text, inner)
        elif isinstance(entry, URLPattern):
            yield Route(text, f"{namespace}{entry.name or ''}", entry.callback, access_of(entry.callback))


def _mark(view: View, access: Access) -> View:
    if access_of(view) is not None:
        raise ValueError(f"{view.__module__}.{view.__qualname__} carries two access decorators")
    view.shouwang_access = access  # type: ignore[attr-defined]  # a mark on the function itself
    return view
