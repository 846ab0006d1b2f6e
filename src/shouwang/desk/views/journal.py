"""The journal for auditors, and the proof that nothing in it was changed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from shouwang.desk.queries.journal import journal_page
from shouwang.kernel.journal import api as journal
from shouwang.util import clock
from shouwang.web.access import duty
from shouwang.web.requests import StaffRequest


@duty("journal.see")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List entries in reach, newest first."""
    return render(request, "desk/journal.html", {"page": _page(request)})


@duty("journal.see")
@require_POST
def verify(request: StaffRequest) -> HttpResponse:
    """Walk the whole chain of seals now and say what was found."""
    report = journal.verify()
    values = {"page": _page(request), "report": report, "verified_at": clock.now()}
    return render(request, "desk/journal.html", values)


def _page(request: StaffRequest) -> object:
    before = request.GET.get("before", "")
    return journal_page(
        request.person,
        request.GET.get("kind", ""),
        request.GET.get("place", ""),
        int(before) if before.isdigit() and len(before) < 19 else None,
    )
