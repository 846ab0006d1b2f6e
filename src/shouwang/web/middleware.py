"""What happens around every page: the reader's language, who is acting, and problems turned into answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from shouwang.util.problems import Problem
from shouwang.util.text import CHINESE, ENGLISH
from shouwang.web.refusals import problem_response, reference_of

if TYPE_CHECKING:
    from shouwang.kernel.duties.api import Holding
    from shouwang.kernel.parties.api import Account, Person

GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGES = (CHINESE, ENGLISH)
logger = logging.getLogger("shouwang.web")


def chosen_language(request: HttpRequest) -> str | None:
    """Return the language the reader chose with the switch, or None."""
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return code if code in LANGUAGES else None


def browser_language(request: HttpRequest) -> str:
    """Return the language of the browser: the first of Chinese and English it names, else Chinese."""
    for part in request.headers.get("Accept-Language", "").lower().split(","):
        code = part.split(";")[0].strip()
        if code.startswith("zh"):
            return CHINESE
        if code.startswith("en"):
            return ENGLISH
    return CHINESE


class LanguageMiddleware:
    """Speak the reader's language: the one chosen (cookie), else the browser's, else Chinese.

    An account's own language comes in later (ActingPersonMiddleware), because nobody is known yet here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language around the request."""
        language = chosen_language(request) or browser_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class ActingPersonMiddleware:
    """Say who is acting: `request.account`, `request.person`, and, fetched on first use, their duties.

    `request.holdings` is everything held now, the main one first; `request.duty` is that one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the acting person on the request and speak their language."""
        account = _account_of(request)
        person = account.person if account else None
        request.account = account  # type: ignore[attr-defined]  # what web.requests.Request declares
        request.person = person  # type: ignore[attr-defined]  # as above, for views
        holdings = SimpleLazyObject(lambda: _holdings_of(person))
        request.holdings = holdings  # type: ignore[attr-defined]  # as above, for views
        request.duty = SimpleLazyObject(lambda: next(iter(holdings), False))  # type: ignore[attr-defined]  # as above, for views
        if account and account.language in LANGUAGES and not chosen_language(request):
            translation.activate(account.language)
            request.LANGUAGE_CODE = account.language
        return self.get_response(request)


class QueuedFormMiddleware:
    """Answer a queued form that is done with the address of the next page, instead of a redirect to it.

    The page's script would follow a redirect by itself and use up what the next page says only once
    (django.contrib.messages); so it is told where to go, and goes there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Turn a redirect of a queued form into an empty 200 that names the page."""
        response = self.get_response(request)
        if response.status_code not in (302, 303) or not request.headers.get("X-Shouwang-Queue"):
            return response
        answer = HttpResponse(headers={"X-Shouwang-Go": response["Location"], "Cache-Control": "no-store"})
        answer.cookies = response.cookies
        return answer


class ProblemMiddleware:
    """Turn a problem that no view handled into an answer in the reader's language.

    Faults of the program get a reference number here and go on to the error page (`views.server_error`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a Problem; leave everything else to the error page."""
        if isinstance(exception, Problem):
            return problem_response(request, exception)
        logger.error("a view failed (%s), reference %s", type(exception).__name__, reference_of(request))
        return None


def _account_of(request: HttpRequest) -> Account | None:
    user = request.user
    return user if user.is_authenticated else None


def _holdings_of(person: Person | None) -> list[Holding]:
    if person is None:
        return []
    from shouwang.kernel.duties import api as duties

    return duties.holdings_of(person)
