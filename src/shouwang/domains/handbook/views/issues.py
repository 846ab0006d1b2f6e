"""Issues: reporting one from a step, a case or a procedure; the list of all within reach; one; reopening."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.domains.handbook.forms import ReopenForm, ReportForm
from shouwang.domains.handbook.models import Reason, Severity
from shouwang.domains.handbook.queries import issues
from shouwang.domains.handbook.queries.about import About, about
from shouwang.domains.handbook.queries.issues import Listed
from shouwang.domains.handbook.services import reporting
from shouwang.domains.handbook.views.answers import UNPROCESSABLE
from shouwang.domains.handbook.views.lists import Tab
from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.web.access import signed_in
from shouwang.web.refusals import add_problem
from shouwang.web.requests import StaffRequest


@signed_in
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the issues within reach, the open ones first, of all procedures or one."""
    show = request.GET.get("show", "")
    show = show if show in issues.SHOWN else "open"
    key = request.GET.get("procedure", "")
    found = issues.shown(issues.within_reach(request.person), show)
    version = next((one for one in procedures.list_in_force() if one.key == key), None)
    if version:
        found = found.filter(procedure_key=key)
    values = {
        "rows": issues.listed(found[: issues.PAGE]),
        "total": found.count(),
        "shows": [Tab(name, words, name == show) for name, words in issues.SHOWN.items()],
        "show": show,
        "version": version,
    }
    return render(request, "handbook/issues.html", values)


@signed_in
@require_http_methods(["GET", "POST"])
def report(request: StaffRequest) -> HttpResponse:
    """Report an issue with what the address names; the reason is the button that is pressed."""
    found = about(request.person, request.GET.dict())
    form = ReportForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _report(request, found, form)
    told = reporting.Found(
        Reason(form.cleaned_data["reason"]),
        Severity(form.cleaned_data["severity"]),
        form.cleaned_data["what"],
        form.client_key,
    )
    try:
        issue = reporting.report(found, told, request.person)
    except Problem as problem:
        add_problem(form, problem)
        return _report(request, found, form)
    row = issues.one_issue(request.person, issue.pk)
    messages.success(request, _reported(row))
    return redirect("handbook:issue", pk=issue.pk)


@signed_in
@require_GET
def issue(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one issue: what it is about, who holds it, what was done, who closed it."""
    return _issue(request, issues.one_issue(request.person, pk), ReopenForm())


@signed_in
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a closed issue up again."""
    row = issues.one_issue(request.person, pk)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _issue(request, row, form, UNPROCESSABLE)
    try:
        new = reporting.reopen(row.issue, form.cleaned_data["what"], form.client_key, request.person)
    except Problem as problem:
        add_problem(form, problem)
        return _issue(request, row, form, UNPROCESSABLE)
    messages.success(request, _reported(issues.one_issue(request.person, new.pk)))
    return redirect("handbook:issue", pk=new.pk)


def _report(request: StaffRequest, found: About, form: ReportForm) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    values = {"about": found, "form": form, "reasons": Reason.choices, "query": request.GET.urlencode()}
    return render(request, "handbook/report.html", values, status=status)


def _issue(request: StaffRequest, row: Listed, form: ReopenForm, status: int = 200) -> HttpResponse:
    try:
        cases.access_case(request.person, row.issue.pk)
        may_open = True
    except NotFoundOrNotYours:
        may_open = False
    later = row.issue.reopened_as.select_related("case").first()
    values = {"row": row, "issue": row.issue, "form": form, "may_open_case": may_open, "later": later}
    return render(request, "handbook/issue.html", values, status=status)


def _reported(row: Listed) -> str:
    if row.holding is None:
        return _("记下了，编号 %(number)s。") % {"number": row.issue.case.number}
    values = {"number": row.issue.case.number, "who": row.holding.holder.name}
    return _("记下了，编号 %(number)s，由 %(who)s 办。") % values
