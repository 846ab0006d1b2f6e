"""The list of cases, one case, its drawing, and looking at the person of a case for a written purpose."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.desk.forms.people import RevealForm
from shouwang.desk.queries.case_list import CaseFilter, case_list
from shouwang.desk.queries.case_page import case_page
from shouwang.desk.views.answers import UNPROCESSABLE, show_case
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties import api as parties
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text
from shouwang.web.access import duty
from shouwang.web.refusals import add_problem, in_words
from shouwang.web.requests import StaffRequest


@duty("case.work")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the cases in reach, oldest clock first."""
    page = case_list(request.person, CaseFilter.read(request.GET.dict()))
    return render(request, "desk/cases.html", {"page": page})


@duty("case.work")
@require_GET
def case(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one case: who holds it, by when, where it stands, and everything that happened."""
    found = cases.access_case(request.person, pk)
    before = request.GET.get("before", "")
    page = case_page(
        request.person,
        found,
        kind=request.GET.get("story", ""),
        before=int(before) if before.isdigit() and len(before) < 19 else None,
    )
    return show_case(request, page)


@duty("person.reveal")
@never_cache
@require_http_methods(["GET", "POST"])
def reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the person of a case in full, for a purpose that is journaled and that the person can read."""
    found, person = _person_of(request, pk)
    form = RevealForm(request.POST if request.method == "POST" else None)
    shown: dict[str, str] = {}
    if form.is_valid():
        try:
            shown = parties.reveal(
                request.person,
                person,
                form.cleaned_data["fields_wanted"],
                form.reason,
                duty=_duty(request),
            )
        except Problem as problem:
            add_problem(form, problem)
    values = {
        "case": found,
        "form": form,
        "shown": [(parties.FIELD_NAMES[key], key, value) for key, value in shown.items()],
        "missing": [
            parties.FIELD_NAMES[key]
            for key in (form.cleaned_data.get("fields_wanted", []) if shown else [])
            if key not in shown
        ],
        "purpose": form.reason if shown else "",
    }
    status = UNPROCESSABLE if form.is_bound and not shown else 200
    return render(request, "desk/reveal.html", values, status=status)


@duty("person.reveal")
@never_cache
@require_POST
def call(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the telephone of the person of a case, to ring them now about the step named in the purpose."""
    found, person = _person_of(request, pk)
    step = found.steps.filter(state="OPEN").order_by("due_at").first()
    about = step.name if step else found.title
    purpose = Text("电话联系：{about}", "Telephone call: {about}").format(about=about)
    shown = parties.reveal(request.person, person, ["NAME", "PHONE"], purpose, duty=_duty(request))
    if "PHONE" not in shown:
        messages.error(request, _("没有登记手机号。可以上门，或者看同住的人。"))
        return redirect("desk:case", pk)
    values = {"case": found, "phone": shown["PHONE"], "name": shown["NAME"], "purpose": in_words(purpose)}
    return render(request, "desk/call.html", values)


def _person_of(request: StaffRequest, pk: int) -> tuple[cases.Case, parties.Person]:
    """Return a case and its person when the reader may see the one and look at the other."""
    found = cases.access_case(request.person, pk)
    if found.person is None or not duties.can(request.person, "person.reveal", found.place):
        raise NotFoundOrNotYours
    return found, found.person


def _duty(request: StaffRequest) -> Text | None:
    return request.duty.post.name if request.duty else None
