"""The team's pages: who is at home under an order, one of them, readings by telephone, papers, breaches."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.domains.quarantine.forms import BreachForm, TeamReadingForm
from shouwang.domains.quarantine.models import Via
from shouwang.domains.quarantine.queries import watching
from shouwang.domains.quarantine.queries.one import order_page, papers_page
from shouwang.domains.quarantine.queries.orders import VERB, access_order
from shouwang.domains.quarantine.services import papers as paper_services
from shouwang.domains.quarantine.services.breaches import Found, report_breach
from shouwang.domains.quarantine.services.reading import NewReading, record_reading
from shouwang.domains.quarantine.views.papers import pdf
from shouwang.kernel.documents import api as documents
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util.ids import new_uuid
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import CHINESE
from shouwang.web.access import duty
from shouwang.web.refusals import add_problem, in_words, tell_problem
from shouwang.web.requests import StaffRequest

PAGE_SIZE = 50
#: Turns the key of one form of many rows into a key for each row.
MAX_ROWS = 200


@dataclass
class TypedRow:
    """What was typed for one person in the list and could not be recorded, and why."""

    celsius: str
    why: str


@duty(VERB)
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the people under an order in one's scope, the earliest end first."""
    return _list(request, {}, 200)


@duty(VERB)
@require_POST
def many(request: StaffRequest) -> HttpResponse:
    """Record what many people told by telephone; what cannot be right stays on the page with its reason."""
    key = _key(request.POST.get("request_key", ""))
    typed = {
        int(name.removeprefix("celsius-")): str(value).strip()
        for name, value in list(request.POST.items())[:MAX_ROWS]
        if name.startswith("celsius-") and name.removeprefix("celsius-").isdecimal() and str(value).strip()
    }
    refused: dict[int, TypedRow] = {}
    for pk, celsius in typed.items():
        try:
            order = access_order(request.person, pk)
            new = NewReading(celsius, Via.PHONE, uuid5(key, str(pk)), by=request.person)
            record_reading(order.pk, new, journal.person(request.person.pk))
        except Problem as problem:
            refused[pk] = TypedRow(celsius[:40], in_words(problem.in_words()))
    recorded = len(typed) - len(refused)
    if recorded:
        text = ngettext("记下了 %(count)d 个体温", "记下了 %(count)d 个体温", recorded)
        messages.success(request, text % {"count": recorded})
    elif not typed:
        messages.error(request, _("还没填体温。"))
    if refused or not typed:
        return _list(request, refused, 422)
    return redirect(f"{reverse('quarantine:list')}?{request.GET.urlencode()}")


@duty(VERB)
@require_GET
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one order: readings, what is missing, papers, and what the reader may do."""
    return _one(request, pk, TeamReadingForm(), 200)


@duty(VERB)
@require_POST
def reading(request: StaffRequest, pk: int) -> HttpResponse:
    """Record a temperature that the team took or was told."""
    order = access_order(request.person, pk)
    form = TeamReadingForm(request.POST)
    if not form.is_valid():
        return _one(request, pk, form, 422)
    new = NewReading(
        form.cleaned_data["celsius"],
        Via(form.cleaned_data["via"]),
        form.client_key,
        taken_at=form.taken_at,
        by=request.person,
    )
    try:
        recorded = record_reading(order.pk, new, journal.person(request.person.pk))
    except Problem as problem:
        add_problem(form, problem)
        return _one(request, pk, form, 422)
    messages.success(request, recorded.words.localised(get_language() or CHINESE))
    return redirect("quarantine:order", pk=pk)


@duty(VERB)
@require_POST
def breach(request: StaffRequest, pk: int) -> HttpResponse:
    """Report that somebody was found away from home."""
    order = access_order(request.person, pk)
    form = BreachForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("选一下是怎么发现的。"))
        return redirect("quarantine:order", pk=pk)
    try:
        report_breach(order.pk, Found(form.cleaned_data["found"]), journal.person(request.person.pk))
    except Problem as problem:
        tell_problem(request, problem)
    else:
        messages.success(request, _("已通知楼院专班，1 小时内上门。"))
    return redirect("quarantine:order", pk=pk)


@duty(VERB)
@require_POST
def not_home(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer a missed reading: nobody is at home; the visit follows."""
    order = access_order(request.person, pk)
    step = order_page(order, request.person).make_up
    if step is None:
        raise NotFoundOrNotYours
    try:
        procedures.complete(step.pk, request.person, form={"result": "NOT_HOME"}, ticks=["reached"])
    except Problem as problem:
        tell_problem(request, problem)
    return redirect("quarantine:order", pk=pk)


@duty(VERB)
@require_http_methods(["GET", "POST"])
def papers(request: StaffRequest, pk: int) -> HttpResponse:
    """The step of the documents: print, serve, have signed, tick, done. A POST says which by `act`."""
    order = access_order(request.person, pk)
    if request.method == "GET":
        return render(request, "quarantine/papers.html", {"page": papers_page(order, request.person)})
    try:
        act = request.POST.get("act", "")
        if act == "notice":
            paper_services.serve_notice(order, request.person)
        elif act == "undertaking":
            paper_services.print_undertaking(order, request.person)
        elif act == "signed":
            paper_services.record_signature(order, request.person)
        elif act == "done":
            return _finish_papers(request, pk)
    except Problem as problem:
        tell_problem(request, problem)
        page = papers_page(order, request.person, request.POST.getlist("ticks"))
        return render(request, "quarantine/papers.html", {"page": page}, status=422)
    return redirect("quarantine:papers", pk=pk)


@duty(VERB)
@require_POST
def link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a personal link and show it as a code for the resident's phone; it can be shown this once only."""
    order = access_order(request.person, pk)
    days = rules.parameter("personal_link_days")
    token = parties.issue_personal_link(order.person, days, journal.person(request.person.pk))
    url = settings.PUBLIC_URL + reverse("quarantine:resident", args=[token])
    values = {"order": order, "url": url, "days": days, "code": documents.qr_svg(url)}
    answer = render(request, "quarantine/link.html", values)
    answer["Cache-Control"] = "no-store"
    return answer


@duty(VERB)
@require_GET
def paper(request: StaffRequest, pk: int, number: str) -> HttpResponse:
    """Give a paper of an order as a PDF."""
    order = access_order(request.person, pk)
    document = documents.get(number)
    if document.thread != order.case.thread:
        raise NotFoundOrNotYours
    return pdf(document)


def _finish_papers(request: StaffRequest, pk: int) -> HttpResponse:
    order = access_order(request.person, pk)
    page = papers_page(order, request.person)
    if page.step is None:
        return redirect("quarantine:order", pk=pk)
    procedures.complete(page.step.pk, request.person, ticks=request.POST.getlist("ticks"))
    messages.success(request, _("文书这一步办完了，接着送门牌和照护包。"))
    return redirect("quarantine:order", pk=pk)


def _one(request: StaffRequest, pk: int, form: TeamReadingForm, status: int) -> HttpResponse:
    order = access_order(request.person, pk)
    values = {"page": order_page(order, request.person), "form": form, "breach": BreachForm()}
    return render(request, "quarantine/order.html", values, status=status)


def _list(request: StaffRequest, refused: dict[int, TypedRow], status: int) -> HttpResponse:
    chosen = request.GET.get("show", "all")
    code = request.GET.get("place", "")
    place = places.get(code) if code else None
    page = request.GET.get("page", "1")
    number = int(page) if page.isdecimal() and 0 < int(page) < 10_000 else 1
    found = watching.watched(request.person, chosen, place, (number - 1) * PAGE_SIZE, PAGE_SIZE)
    rows = [(row, refused.get(row.order.pk)) for row in found.rows]
    values = {
        "rows": rows,
        "counts": [(key, text, found.counts[key]) for key, text in watching.FILTERS.items()],
        "chosen": chosen if chosen in watching.FILTERS else "all",
        "place": place,
        "number": number,
        "has_more": found.total > number * PAGE_SIZE,
        "total": found.total,
        "query": request.GET.urlencode(),
    }
    return render(request, "quarantine/list.html", values, status=status)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return new_uuid()
