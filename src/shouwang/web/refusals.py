"""Problems shown to people: as an error beside a form field, a part that htmx brings, or a whole page.

Every refusal says what happened, why, what to do, and carries a reference number that also stands in the
server's log, without a name or a number of anybody.
"""

from __future__ import annotations

import logging
import secrets
from typing import cast

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwang.util.problems import Problem
from shouwang.util.text import CHINESE, Text

logger = logging.getLogger("shouwang.web")

#: Letters and digits that are not taken for one another when read out on the telephone.
_READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def reference_of(request: HttpRequest) -> str:
    """Return the reference number of this request, made on first use: seven readable characters."""
    found = cast(str | None, getattr(request, "reference", None))
    if found is None:
        found = "".join(secrets.choice(_READABLE) for _place in range(7))
        request.reference = found  # type: ignore[attr-defined]  # what web.requests.Request declares
    return found


def in_words(text: Text | None) -> str:
    """Return a Text in the reader's language; nothing for None."""
    return text.localised(get_language() or CHINESE) if text else ""


def add_problem(form: BaseForm, problem: Problem) -> None:
    """Put `problem` beside the field that it names, or above the form when the form has no such field."""
    field = problem.field if problem.field in form.fields else None
    form.add_error(field, in_words(problem.in_words()))


def tell_problem(request: HttpRequest, problem: Problem) -> None:
    """Say `problem` at the top of the next page shown."""
    messages.error(request, in_words(problem.in_words()))


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer with `problem`: a page, or for htmx a part that lands in the page's place for problems."""
    reference = reference_of(request)
    logger.info("problem %s, reference %s", problem.code, reference)
    words = {
        "what": in_words(problem.what),
        "why": in_words(problem.why),
        "do": in_words(problem.do),
        "reference": reference,
    }
    return refusal_response(request, problem.status, words)


def refusal_response(request: HttpRequest, status: int, words: dict[str, str]) -> HttpResponse:
    """Answer with `status` and the given words (heading, what, why, do, kept, reference, back)."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(render_to_string("web/problem_part.html", words), status=status)
        answer["HX-Retarget"] = "#sw-problem"
        answer["HX-Reswap"] = "innerHTML show:#sw-problem:top"
        return answer
    heading = words.get("heading") or _heading(status)
    page = render_to_string("web/problem.html", {**words, "heading": heading}, request=request)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


def _heading(status: int) -> str:
    if status == 404:
        return _("找不到这一页")
    return _("这一步做不了") if status == 403 else _("没有办成")
