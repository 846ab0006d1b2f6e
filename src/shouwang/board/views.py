"""The command screen and the pages behind its numbers."""

from __future__ import annotations

from itertools import islice

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwang.board.queries import campaigns as war
from shouwang.board.queries import screen as queries
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.indicators import api as indicators
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text
from shouwang.web.access import duty
from shouwang.web.requests import StaffRequest

#: Rows of records shown at once; the count above them is always the whole.
ROWS_SHOWN = 200
PARTS = {
    "open_before": Text("开案前在办", "Open before"),
    "opened": Text("今天新开", "Opened today"),
    "received": Text("今天接进", "Received today"),
    "closed": Text("今天结案", "Closed today"),
    "handed_on": Text("今天交出", "Handed on today"),
    "counted": Text("现在在办", "Open now"),
}


@duty("board.see")
@require_GET
def screen(request: StaffRequest) -> HttpResponse:
    """Show the command screen of the reader's place, or of a place below it."""
    place = queries.board_place(request.person, request.GET.get("place", ""))
    return render(request, "board/screen.html", {"screen": queries.screen(place)})


@duty("board.see")
@require_GET
def case_records(request: StaffRequest, part: str) -> HttpResponse:
    """List the cases behind a number of the reconciliation, or the people contained, without names."""
    place = queries.board_place(request.person, request.GET.get("place", ""))
    if part in cases.FLOW_PARTS:
        title, found = PARTS[part], cases.cases_of_flow(place, part)
    elif part in queries.CONTAINED:
        title, found = queries.CONTAINED[part], cases.contained_cases(place, part)
    elif part == "contained":
        title, found = Text("在管的人", "People in containment"), cases.contained_cases(place)
    elif part == "unaccounted":
        title, found = Text("没人负责的人", "People with nobody answering"), cases.unaccounted(place)
    else:
        raise NotFoundOrNotYours
    context = {
        "place": place,
        "title": title,
        "total": found.count(),
        "cases": found[:ROWS_SHOWN],
        "may_open": bool(duties.scope(request.person, "case.see")),
    }
    return render(request, "board/cases.html", context)


@duty("board.see")
@require_GET
def campaigns(request: StaffRequest) -> HttpResponse:
    """Show the four campaigns: who leads each, and its open and late cases."""
    place = queries.board_place(request.person, request.GET.get("place", ""))
    return render(request, "board/campaigns.html", {"place": place, "rows": war.overview(place)})


@duty("board.see")
@require_GET
def campaign(request: StaffRequest, key: str) -> HttpResponse:
    """Show one campaign: who leads it, its figures, procedures, orders, and how it stands by place."""
    chosen = war.campaign(key)
    place = queries.board_place(request.person, request.GET.get("place", ""))
    context = {
        "page": war.campaign_page(chosen, place),
        "may_open": bool(duties.scope(request.person, "case.see")),
    }
    return render(request, "board/campaign.html", context)


@duty("board.see")
@require_GET
def campaign_cases(request: StaffRequest, key: str) -> HttpResponse:
    """List the open cases of a campaign, of one procedure or the late ones, without names."""
    chosen = war.campaign(key)
    place = queries.board_place(request.person, request.GET.get("place", ""))
    is_late = request.GET.get("late") == "1"
    found = cases.campaign_cases(place, chosen.key, request.GET.get("procedure", "")[:40], is_late=is_late)
    what = Text("超时的", "late") if is_late else Text("在办", "open")
    context = {
        "place": place,
        "title": Text(f"{chosen.name.zh}：{what.zh}", f"{chosen.name.en}: {what.en}"),
        "total": found.count(),
        "cases": found[:ROWS_SHOWN],
        "may_open": bool(duties.scope(request.person, "case.see")),
    }
    return render(request, "board/cases.html", context)


@duty("board.see")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List every indicator with its present value, by campaign."""
    place = queries.board_place(request.person, request.GET.get("place", ""))
    groups = [
        (campaign.name, [(one, queries.figure(one.key, place)) for one in indicators.all_for(campaign.key)])
        for campaign in cases.CAMPAIGNS.values()
    ]
    return render(request, "board/indicators.html", {"place": place, "groups": groups})


@duty("board.see")
@require_GET
def indicator(request: StaffRequest, key: str) -> HttpResponse:
    """Show one indicator: its definition, value, last days, and the records behind it."""
    place = queries.board_place(request.person, request.GET.get("place", ""))
    try:
        found = indicators.indicator(key)
    except LookupError:
        raise NotFoundOrNotYours from None
    records = indicators.open_records(key, place)
    shown = () if isinstance(records, str) else islice(records, ROWS_SHOWN)
    context = {
        "place": place,
        "indicator": found,
        "value": indicators.value(key, place),
        "lines": [indicators.record_line(key, one) for one in shown],
        "elsewhere": records if isinstance(records, str) else "",
        "series": indicators.series(key, place),
    }
    return render(request, "board/indicator.html", context)
