"""How an act ends: back on the page from which it came, with a sentence on what happened and what is next.

The answer is a redirect when the act was done, or the page of departure with the problem beside what was
typed and status 422 (what `web/queue.js` and a browser without scripts both understand).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from shouwang.desk.forms.steps import ReasonForm, StepForm
from shouwang.desk.queries.case_page import CasePage, case_page
from shouwang.desk.queries.reach import Reach
from shouwang.desk.queries.steps import step_views
from shouwang.desk.queries.work import WorkFilter, work_page
from shouwang.kernel.cases import api as cases
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.web.requests import StaffRequest
from shouwang.web.templatetags.shouwang import in_language, until
from shouwang.web.views import safe_next

UNPROCESSABLE = 422
_CASE = re.compile(r"^/cases/(\d+)/$")


def back(request: StaffRequest, fallback: str = "desk:work") -> HttpResponse:
    """Go to the page of departure, or to my work when the reader has no hand in that case any more."""
    target = safe_next(request, reverse(fallback))
    found = _CASE.match(urlsplit(target).path)
    if found is None or _may_see(request, int(found[1])):
        return redirect(target)
    return redirect(fallback)


def _may_see(request: StaffRequest, case_pk: int) -> bool:
    try:
        cases.access_case(request.person, case_pk)
    except NotFoundOrNotYours:
        return False
    return True


def say_done(request: StaffRequest, case: cases.Case, name: str) -> None:
    """Say that a step is done, and what the case waits for now."""
    if not case.is_open:
        messages.success(request, _("办完：%(step)s。案件已结。") % {"step": name})
        return
    following = cases.open_steps(case)
    if not following:
        messages.success(request, _("办完：%(step)s。") % {"step": name})
        return
    step = following[0]
    words = {
        "step": name,
        "next": in_language(step),
        "who": step.holder.name,
        "post": in_language(step.post),
        "when": until(step.due_at),
    }
    messages.success(
        request, _("办完：%(step)s。接下来：%(next)s，由%(post)s %(who)s 负责，%(when)s 前。") % words
    )


def show_again(
    request: StaffRequest,
    step: cases.Step,
    bound: StepForm | None = None,
    declined: tuple[int, ReasonForm] | None = None,
) -> HttpResponse:
    """Show the page of departure again with a form that came back with problems; status 422.

    `declined` is the key of an offer and its form, shown on my work; from a case page the form has its own.
    """
    target = urlsplit(safe_next(request, ""))
    found = _CASE.match(target.path)
    if found and int(found[1]) == step.case_id:
        page = case_page(request.person, cases.access_case(request.person, step.case_id), bound=bound)
        return show_case(request, page, UNPROCESSABLE)
    if target.path == reverse("desk:work"):
        chosen = WorkFilter.read(dict(parse_qsl(target.query)))
        work = work_page(request.person, chosen, bound=bound, declined=declined)
        if bound is None or any(row.view and row.view.form is bound for row in work.rows):
            values = {"page": work, "back": safe_next(request, reverse("desk:work"))}
            return render(request, "desk/work.html", values, status=UNPROCESSABLE)
    return show_step(request, step, bound, UNPROCESSABLE)


def show_case(request: StaffRequest, page: CasePage, status: int = 200) -> HttpResponse:
    """Show the page of a case with the panels of its domain."""
    drawn = [
        (panel.is_side, render_to_string(panel.template, {"case": page.case, **panel.values}, request))
        for panel in page.panels
    ]
    values = {
        "page": page,
        "back": reverse("desk:case", args=[page.case.pk]),
        "main_panels": [html for is_side, html in drawn if not is_side],
        "side_panels": [html for is_side, html in drawn if is_side],
    }
    return render(request, "desk/case.html", values, status=status)


def show_step(
    request: StaffRequest, step: cases.Step, bound: StepForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the page of one step."""
    view = step_views([step], Reach(request.person), bound)[step.pk]
    values = {"view": view, "case": step.case, "back": safe_next(request, reverse("desk:work"))}
    return render(request, "desk/step.html", values, status=status)
