"""My work: the first page of every duty."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwang.desk.queries.work import MOST, PAGE, WorkFilter, done_today, work_page
from shouwang.web.access import signed_in
from shouwang.web.requests import StaffRequest


@signed_in
@require_GET
def work(request: StaffRequest) -> HttpResponse:
    """Show what waits for the reader, oldest clock first, each to be done in place."""
    wanted = request.GET.get("limit", "")
    limit = min(int(wanted), MOST) if wanted.isdigit() and len(wanted) < 4 else PAGE
    page = work_page(request.person, WorkFilter.read(request.GET.dict()), limit)
    values = {"page": page, "back": request.get_full_path(), "next_limit": limit + PAGE}
    return render(request, "desk/work.html", values)


@signed_in
@require_GET
def done(request: StaffRequest) -> HttpResponse:
    """Show the steps that the reader has done today."""
    return render(request, "desk/work_done.html", {"steps": list(done_today(request.person)[:MOST])})
