"""The shift handover: offer everything at a post in one gesture, take it in one tap, print its sheet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.desk.forms.steps import ReasonForm
from shouwang.desk.queries.shifts import shift_sheet, shift_view
from shouwang.desk.services import print_shift
from shouwang.desk.views.answers import UNPROCESSABLE
from shouwang.kernel.cases import api as cases
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.web.access import duty
from shouwang.web.refusals import add_problem, tell_problem
from shouwang.web.requests import StaffRequest


@duty("case.work")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Show what the reader has open at a post, and offer all of it to whoever comes next."""
    is_post = request.method == "POST"
    post_pk = (request.POST if is_post else request.GET).get("post", "")
    sheet = shift_sheet(request.person, post_pk, request.POST if is_post else None)
    waiting = [one for one in cases.shifts_given(request.person) if one.post_id == sheet.load.post.pk]
    if waiting:
        return redirect("desk:shift", waiting[0].pk)
    form = sheet.form
    if is_post and form.is_valid():
        chosen = next(one for one in sheet.next if str(one.pk) == form.cleaned_data["receiver"])
        try:
            offered = cases.offer_shift(
                sheet.load.post,
                chosen.person,
                request.person,
                note=form.cleaned_data["note"],
                notes=form.notes(),
            )
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(
                request, _("已交班给%(who)s。对方接收以前还由你负责。") % {"who": chosen.person.name}
            )
            return redirect("desk:shift", offered.pk)
    values = {"sheet": sheet, "now": clock.now()}
    return render(request, "desk/shift_new.html", values, status=UNPROCESSABLE if is_post else 200)


@duty("case.work")
@require_GET
def shift(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Show how a shift stands; to whoever may take it, with the sheet by which it is taken."""
    return _show(request, cases.access_shift(request.person, pk))


@duty("case.work")
@require_POST
def accept(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Take a shift in one tap; single items with a reason beside them stay with the giver."""
    found = cases.access_shift(request.person, pk)
    view = shift_view(request.person, found, request.POST)
    if not view.form.is_valid():
        return _show(request, found, data=request.POST)
    try:
        settled = cases.accept_shift(pk, request.person, view.form.declined())
    except Problem as problem:
        if problem.status == 404:
            raise
        if problem.field:
            return _show(request, found, data=request.POST, problem=problem)
        tell_problem(request, problem)
        return redirect("desk:shift", pk)
    said = ngettext(
        "接了 %(count)s 件，从现在起由你负责。", "接了 %(count)s 件，从现在起由你负责。", settled.taken
    )
    messages.success(request, said % {"count": settled.taken})
    return redirect("desk:work")


@duty("case.work")
@require_POST
def decline(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Decline a whole shift with a reason; the giver is told and goes on answering."""
    found = cases.access_shift(request.person, pk)
    whole = ReasonForm(request.POST)
    if whole.is_valid():
        try:
            cases.decline_shift(pk, request.person, whole.cleaned_data["reason"])
        except Problem as problem:
            if problem.status == 404:
                raise
            if not problem.field:
                tell_problem(request, problem)
                return redirect("desk:shift", pk)
            add_problem(whole, problem)
        else:
            words = {"who": found.giver.name}
            messages.success(request, _("没有接班，原因已告诉%(who)s，还由他负责。") % words)
            return redirect("desk:work")
    return _show(request, found, whole=whole)


@duty("case.work")
@require_POST
def recall(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Take a shift back while nobody has accepted it."""
    try:
        cases.recall_shift(pk, request.person)
    except Problem as problem:
        if problem.status == 404:
            raise
        tell_problem(request, problem)
        return redirect("desk:shift", pk)
    messages.success(request, _("这一班收回来了，还由你负责。"))
    return redirect("desk:work")


@duty("case.work")
@require_POST
def sheet(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Print the sheet of a shift: counts and numbers of cases, nobody's name; the same paper every time."""
    paper = print_shift(cases.access_shift(request.person, pk), request.person, get_language() or "zh-hans")
    headers = {
        "Content-Disposition": f'inline; filename="{paper.number}.pdf"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(paper.content), content_type="application/pdf", headers=headers)


def _show(
    request: StaffRequest,
    found: cases.Shift,
    data: object = None,
    whole: ReasonForm | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    view = shift_view(request.person, found, data)
    if problem is not None:
        add_problem(view.form, problem)
    values = {"view": view, "whole": whole or ReasonForm()}
    status = UNPROCESSABLE if data is not None or whole is not None else 200
    return render(request, "desk/shift.html", values, status=status)
