"""Procedures in force, one procedure with its four fixed things, its drawing, and the linter."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.desk.forms.procedures import CheckForm
from shouwang.desk.queries.drawings import drawing as read_drawing
from shouwang.desk.queries.procedures import four_things
from shouwang.desk.views.answers import UNPROCESSABLE
from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import CHINESE
from shouwang.web.access import duty
from shouwang.web.requests import StaffRequest

DAY = 24 * 3600


@duty("procedure.see")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the procedures in force with their duties and limits."""
    mine = {version.pk for version in procedures.startable(request.person)}
    found = [four_things(version) for version in procedures.list_in_force()]
    found.sort(key=lambda one: one.version.pk not in mine)  # what the reader may start comes first
    return render(request, "desk/procedures.html", {"procedures": found, "startable": mine})


@duty("procedure.see")
@require_GET
def procedure(request: StaffRequest, key: str) -> HttpResponse:
    """Show one procedure: the version in force, or the one asked for, and all its versions."""
    versions = procedures.versions_of(key)
    if not versions:
        raise NotFoundOrNotYours
    asked = request.GET.get("version", "")
    current = next((one for one in procedures.list_in_force() if one.key == key), versions[0])
    shown = next((one for one in versions if str(one.version) == asked), current)
    mine = {version.pk for version in procedures.startable(request.person)}
    values = {
        "page": four_things(shown),
        "versions": versions,
        "current": current,
        "may_start": current.pk in mine,
        "drafts": procedures.open_drafts(key),
        "may_edit": bool(duties.scope(request.person, "procedure.edit")),
    }
    return render(request, "desk/procedure.html", values)


@duty("procedure.see")
@require_GET
def drawing(request: StaffRequest, key: str, version: int) -> HttpResponse:
    """Send the BPMN file of a version, its names in the language of the address; it never changes."""
    is_download = "download" in request.GET  # as published, whatever the reader's language
    language = CHINESE if is_download else request.GET.get("language", get_language() or "")
    answer = HttpResponse(read_drawing(key, version, language), content_type="application/xml; charset=utf-8")
    answer["Cache-Control"] = f"private, max-age={DAY}"
    if is_download:
        answer["Content-Disposition"] = f'attachment; filename="{key}-{version}.bpmn"'
    return answer


@duty("procedure.see")
@require_http_methods(["GET", "POST"])
def check(request: StaffRequest) -> HttpResponse:
    """Say what keeps a BPMN file from being published, element by element; nothing is stored."""
    form = CheckForm(request.POST or None, request.FILES or None)
    findings = None
    if request.method == "POST" and form.is_valid():
        findings = procedures.check(form.cleaned_data["bpmn"])
    status = UNPROCESSABLE if form.is_bound and findings is None else 200
    return render(request, "desk/check.html", {"form": form, "findings": findings}, status=status)
