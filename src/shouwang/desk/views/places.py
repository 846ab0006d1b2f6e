"""The tree of places and the page of one place."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwang.desk.queries.places import FLOWS, flow_page, place_index, place_page
from shouwang.util import clock
from shouwang.web.access import duty, signed_in
from shouwang.web.requests import StaffRequest


@signed_in
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Search the places of the reader's duties, or begin at the top of them."""
    return render(
        request, "desk/places.html", {"page": place_index(request.person, request.GET.get("q", ""))}
    )


@signed_in
@require_GET
def place(request: StaffRequest, code: str) -> HttpResponse:
    """Show one place: facts, map, what lies in it, posts, and the sum of a day's cases."""
    page = place_page(request.person, code, _day(request.GET.get("day", "")))
    return render(request, "desk/place.html", {"page": page, "today": clock.today(), "words": FLOWS})


@duty("case.see")
@require_GET
def flow(request: StaffRequest, code: str, part: str) -> HttpResponse:
    """List the cases behind one number of a place's day."""
    page = flow_page(request.person, code, part, _day(request.GET.get("day", "")))
    return render(request, "desk/flow.html", {"page": page})


def _day(text: str) -> date | None:
    """Return the day asked for; today for none, for nonsense, and for the future."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day <= clock.today() else None
