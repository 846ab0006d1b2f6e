"""Pages of orders: the list, issuing and splitting, one order with its answers."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.domains.orders.forms import CloseForm, IssueForm
from shouwang.domains.orders.models import Leg, Order
from shouwang.domains.orders.queries import answers, reach
from shouwang.domains.orders.queries.targets import areas_below, targets_below
from shouwang.domains.orders.services import following
from shouwang.domains.orders.services.issuing import issue
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.web.access import duty
from shouwang.web.refusals import add_problem, tell_problem
from shouwang.web.requests import StaffRequest

UNPROCESSABLE = 422
LISTED = 100


@duty("case.work")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the orders in sight: those awaited first; received, issued or closed by choice."""
    show = request.GET.get("show", "")
    campaign = request.GET.get("campaign", "")
    found = reach.visible_orders(request.person).select_related("post", "place")
    found = found.filter(closed_at__isnull=show != "closed")
    if show == "received":
        found = found.filter(reach.received(request.person))
    if campaign in cases.CAMPAIGNS:
        found = found.filter(campaign=campaign)
    orders = list(found.order_by("due_at" if show != "closed" else "-closed_at", "pk")[:LISTED])
    figures = answers.figures_of(orders)
    context = {
        "rows": [(one, cases.CAMPAIGNS[one.campaign], figures[one.pk]) for one in orders],
        "show": show,
        "campaign": cases.CAMPAIGNS.get(campaign),
        "may_issue": bool(duties.scope(request.person, reach.ISSUE)),
    }
    return render(request, "orders/list.html", context)


@duty(reach.ISSUE)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Issue an order from the reader's place, or split a leg that the reader has received."""
    number = request.GET.get("leg", "")
    parent = reach.leg_to_split(request.person, int(number)) if number.isdigit() else None
    place = parent.place if parent else _home(request.person)
    targets = targets_below(place)
    form = IssueForm(targets, parent, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            issued = issue(form.order(place), place, request.person)
        except Problem as problem:
            if problem.status == 404:
                raise
            add_problem(form, problem)
        else:
            count = Leg.objects.filter(order=issued).count()
            said = ngettext("指令下到了 %(count)s 处。", "指令下到了 %(count)s 处。", count)
            messages.success(request, said % {"count": count})
            return redirect("orders:order", issued.pk)
    context = {"form": form, "place": place, "parent": parent, "areas": areas_below(place) if targets else []}
    return render(request, "orders/new.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@duty("case.work")
@require_GET
def order(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one order: its figures level by level, and the places that a figure counts."""
    return _show(request, reach.access_order(request.person, pk), CloseForm())


@duty(reach.ISSUE)
@require_POST
def nudge(request: StaffRequest, pk: int) -> HttpResponse:
    """Remind every place that has not acknowledged, in one tap."""
    found = reach.access_order(request.person, pk)
    try:
        count = following.nudge(found, request.person)
    except Problem as problem:
        if problem.status == 404:
            raise
        tell_problem(request, problem)
    else:
        said = ngettext("催了 %(count)s 处。", "催了 %(count)s 处。", count)
        messages.success(request, said % {"count": count})
    return redirect("orders:order", pk)


@duty(reach.ISSUE)
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close an order before all have answered, with a reason; what is open is withdrawn in the background."""
    found = reach.access_order(request.person, pk)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            following.close(found, request.person, form.cleaned_data["reason"])
        except Problem as problem:
            if problem.status == 404:
                raise
            add_problem(form, problem)
        else:
            messages.success(request, _("指令结束了，没办完的地方正在撤销。"))
            return redirect("orders:order", pk)
    return _show(request, found, form)


def _show(request: StaffRequest, found: Order, form: CloseForm) -> HttpResponse:
    level, after = _number(request, "level") or 1, _number(request, "after")
    figures = answers.figures(reach.legs_in_sight(request.person, found))
    show = request.GET.get("show", "")
    if show not in answers.SHOWS:
        show = "silent" if figures.silent else "all"
    chosen = answers.listed(reach.legs_in_sight(request.person, found, level), show)
    count = chosen.count()
    page = answers.with_steps(chosen, after)
    splits = answers.splits_of(page)
    inner = answers.figures_of(splits.values())
    context = {
        "order": found,
        "campaign": cases.CAMPAIGNS[found.campaign],
        "figures": figures,
        "levels": answers.levels(found),
        "level": level,
        "shows": [(key, name, key == show) for key, name in answers.SHOWS.items()],
        "count": count,
        "legs": [
            (leg, splits.get(leg.pk), inner.get(splits[leg.pk].pk) if leg.pk in splits else None)
            for leg in page
        ],
        "next": urlencode({"show": show, "level": level, "after": after + answers.PAGE})
        if count > after + answers.PAGE
        else "",
        "may_command": found.is_open and reach.may_command(request.person, found),
        "form": form,
    }
    return render(request, "orders/order.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _number(request: StaffRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _home(person: Person) -> Place:
    """Return the place from which a person issues orders: that of the highest duty that does."""
    holdings = [one for one in duties.holdings_of(person) if reach.ISSUE in duties.role(one.post.role).verbs]
    if not holdings:
        raise NotFoundOrNotYours
    return min(holdings, key=lambda holding: len(holding.post.place_path)).post.place
