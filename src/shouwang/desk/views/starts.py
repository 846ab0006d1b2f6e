"""Starting a procedure from the desk, and raising by hand an event that a step waits for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.desk.forms.starts import StartForm
from shouwang.desk.queries.starts import StartPageView, start_view
from shouwang.desk.services import begin
from shouwang.desk.views.answers import UNPROCESSABLE, back
from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.web.access import duty
from shouwang.web.refusals import tell_problem
from shouwang.web.requests import StaffRequest
from shouwang.web.templatetags.shouwang import in_language


@duty("case.work")
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: StaffRequest, key: str) -> HttpResponse:
    """Choose a place within reach, fill in the start's form, and open the case."""
    given = request.POST if request.method == "POST" else request.GET
    page = start_view(request.person, key, given.get("place", "")[:40], request.GET.get("q", ""))
    form = None
    if page.spec is not None and page.place is not None:
        form = StartForm(page.spec, request.POST if request.method == "POST" else None)
    if form is not None and form.is_valid():
        case = _begin(request, page, form)
        if case is not None:
            return _to_the_case(request, case)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "desk/start.html", {"page": page, "form": form}, status=status)


@duty("case.work")
@require_POST
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """Raise an event that stands on the border of a step of one's own."""
    found = cases.access_step(request.person, pk)
    try:
        procedures.report(pk, request.POST.get("message", "")[:64], request.person)
    except Problem as problem:
        tell_problem(request, problem)
    else:
        messages.success(request, _("已报告：%(step)s。") % {"step": in_language(found)})
    return back(request)


def _begin(request: StaffRequest, page: StartPageView, form: StartForm) -> cases.Case | None:
    assert page.place is not None
    try:
        return begin(page.version, page.place.place, form, request.person)
    except NotFoundOrNotYours:
        raise
    except Problem as problem:
        form.add(problem)
    return None


def _to_the_case(request: StaffRequest, case: cases.Case) -> HttpResponse:
    messages.success(
        request,
        _("已开案 %(number)s：%(title)s。") % {"number": case.number, "title": in_language(case, "title")},
    )
    try:
        cases.access_case(request.person, case.pk)
    except NotFoundOrNotYours:
        return redirect("desk:work")
    return redirect("desk:case", case.pk)
