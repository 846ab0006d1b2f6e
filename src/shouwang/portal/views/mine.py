"""What is held about me: everything any part of the product holds, who looked and why, and objecting."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shouwang.kernel.parties import api as parties
from shouwang.portal.forms import AnswerForm, ObjectionForm
from shouwang.portal.queries.objections import VERB, access_objection, objections_of
from shouwang.portal.services.objecting import answer_objection, object_to_record
from shouwang.util.problems import Problem
from shouwang.web.access import duty, personal_link
from shouwang.web.refusals import add_problem
from shouwang.web.requests import ResidentRequest, StaffRequest


@personal_link
@require_http_methods(["GET", "POST"])
def held_about_me(request: ResidentRequest) -> HttpResponse:
    """Show what is held, who looked, earlier objections; a POST objects."""
    form = ObjectionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _object(request, form):
            messages.success(request, _("已交给社区主任，答复会出现在这里。"))
            return redirect("portal:held", token=request.link_token)
        status = 422
    held = parties.held_about(request.resident)
    values = {
        "resident": request.resident,
        "token": request.link_token,
        "held": held,
        "bases": list({one.basis.zh: one.basis for one in held}.values()),
        "looks": parties.looks(request.resident),
        "objections": objections_of(request.resident),
        "form": form,
    }
    return render(request, "portal/held.html", values, status=status)


@duty(VERB)
@require_http_methods(["GET", "POST"])
def objection(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an objection to whoever answers it, and take the answer."""
    found = access_objection(request.person, pk)
    form = AnswerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                answer_objection(found, form.cleaned_data["text"], request.person)
            except Problem as problem:
                add_problem(form, problem)
            else:
                return redirect("portal:objection", pk=pk)
        status = 422
    return render(request, "portal/objection.html", {"objection": found, "form": form}, status=status)


def _object(request: ResidentRequest, form: ObjectionForm) -> bool:
    try:
        object_to_record(request.resident, form.cleaned_data["text"], form.request_key)
    except Problem as problem:
        add_problem(form, problem)
        return False
    return True
