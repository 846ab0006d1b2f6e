"""The resident's own pages, behind their personal link: today, readings, being unwell, papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.domains.quarantine.forms import ReadingForm, UnwellForm
from shouwang.domains.quarantine.models import Order, Via
from shouwang.domains.quarantine.queries.orders import order_of
from shouwang.domains.quarantine.queries.readings import days
from shouwang.domains.quarantine.queries.resident import kept_days, resident_page, waiting_case
from shouwang.domains.quarantine.services.reading import NewReading, record_reading, report_symptoms
from shouwang.domains.quarantine.views.papers import pdf
from shouwang.kernel.documents import api as documents
from shouwang.kernel.journal import api as journal
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import CHINESE
from shouwang.web.access import personal_link
from shouwang.web.refusals import add_problem
from shouwang.web.requests import ResidentRequest


@personal_link
@require_GET
def home(request: ResidentRequest) -> HttpResponse:
    """Show the day, today's temperatures, who answers, what comes next, papers, and what is held."""
    return _home(request, ReadingForm(), 200)


@personal_link
@require_POST
def reading(request: ResidentRequest) -> HttpResponse:
    """Record a temperature; sent twice it is one."""
    form = ReadingForm(request.POST)
    order = _order(request)
    if not form.is_valid():
        return _home(request, form, 422)
    new = NewReading(
        form.cleaned_data["celsius"],
        Via.RESIDENT,
        form.client_key,
        taken_at=form.taken_at,
        by=request.resident,
    )
    try:
        recorded = record_reading(order.pk, new, journal.person(request.resident.pk))
    except Problem as problem:
        add_problem(form, problem)
        return _home(request, form, 422)
    messages.success(request, recorded.words.localised(get_language() or CHINESE))
    return redirect("quarantine:resident", token=request.link_token)


@personal_link
@require_GET
def readings(request: ResidentRequest) -> HttpResponse:
    """Show every day with its readings."""
    order = _order(request)
    return render(
        request,
        "quarantine/resident_readings.html",
        {"order": order, "days": days(order), "token": request.link_token},
    )


@personal_link
@require_http_methods(["GET", "POST"])
def unwell(request: ResidentRequest) -> HttpResponse:
    """Ask what is wrong, call the doctor at once, and show whom to telephone meanwhile."""
    order = _order(request)
    form = UnwellForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _report(request, form, order):
            return redirect("quarantine:resident", token=request.link_token)
        status = 422
    page = resident_page(request.resident)
    values = {"form": form, "page": page, "order": order, "token": request.link_token}
    return render(request, "quarantine/unwell.html", values, status=status)


@personal_link
@require_GET
def paper(request: ResidentRequest, number: str) -> HttpResponse:
    """Give one of their own papers as a PDF."""
    document = documents.get(number)
    if document.person_id != request.resident.pk:
        raise NotFoundOrNotYours
    return pdf(document)


def _report(request: ResidentRequest, form: UnwellForm, order: Order) -> bool:
    """Record the temperature if one was given, and call the doctor; put what is wrong into the form."""
    actor = journal.person(request.resident.pk)
    celsius = form.cleaned_data["celsius"].strip()
    try:
        if celsius:
            new = NewReading(celsius, Via.RESIDENT, form.client_key, by=request.resident)
            record_reading(order.pk, new, actor)
        report_symptoms(order.pk, form.cleaned_data["symptoms"], actor, celsius)
    except Problem as problem:
        add_problem(form, problem)
        return False
    return True


def _order(request: ResidentRequest) -> Order:
    order = order_of(request.resident)
    if order is None:
        raise NotFoundOrNotYours
    return order


def _home(request: ResidentRequest, form: ReadingForm, status: int) -> HttpResponse:
    page = resident_page(request.resident)
    values: dict[str, Any] = {
        "page": page,
        "form": form,
        "token": request.link_token,
        "resident": request.resident,
        "kept_days": kept_days(),
    }
    waiting = None if page and page.order.is_in_force else waiting_case(request.resident)
    if page is None or waiting is not None:
        values["waiting"] = waiting
        return render(request, "quarantine/resident_waiting.html", values, status=status)
    return render(request, "quarantine/resident.html", values, status=status)
