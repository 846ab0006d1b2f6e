"""Learning from the cases: the weekly scorecard and its paper, a procedure with its heat, event logs to take out."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from shouwang.desk.queries.learning import (
    DEGREES,
    PERIODS,
    WAITS,
    LearnFilter,
    chosen_place,
    lesson,
    score_facts,
    score_page,
)
from shouwang.desk.queries.reach import Reach
from shouwang.desk.services import SCORECARD, take_log_out
from shouwang.kernel.documents import api as documents
from shouwang.web.access import duty
from shouwang.web.requests import StaffRequest


@duty("procedure.see")
@require_GET
def scorecard(request: StaffRequest) -> HttpResponse:
    """Show how a place kept its limits in one week."""
    page = score_page(request.person, request.GET.get("place", ""), request.GET.get("week", ""))
    return render(request, "desk/scorecard.html", {"page": page})


@duty("procedure.see")
@require_GET
def scorecard_paper(request: StaffRequest) -> HttpResponse:
    """Print the scorecard of a week."""
    page = score_page(request.person, request.GET.get("place", ""), request.GET.get("week", ""))
    pdf = documents.render(SCORECARD, score_facts(page), language=get_language() or "zh-hans")
    name = f"scorecard-{page.card.place.code}-{page.week}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@duty("procedure.see")
@require_GET
def procedure(request: StaffRequest, key: str) -> HttpResponse:
    """Show what the cases teach about one procedure."""
    page = lesson(request.person, key, LearnFilter.read(request.GET))
    values = {
        "page": page,
        "periods": PERIODS,
        "degrees": DEGREES,
        "parts": WAITS,
        "may_take_out": Reach(request.person).can("board.see", page.place.path),
    }
    return render(request, "desk/lesson.html", values)


@duty("board.see")
@require_GET
def event_log(request: StaffRequest, key: str, form: str) -> HttpResponseBase:
    """Send the event log of a procedure at a place, as XES or OCEL 2.0, while it is read; the journal tells of it."""
    place = chosen_place(Reach(request.person), request.GET.get("place", ""), "board.see")
    log = take_log_out(key, place, form, request.person)
    return StreamingHttpResponse(
        (piece.encode() for piece in log.pieces),
        content_type=log.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{log.file_name}"',
            "Cache-Control": "no-store",
        },
    )
