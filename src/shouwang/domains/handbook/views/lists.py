"""The four lists and the issue list: of one procedure, of one duty; as page, PDF and spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shouwang.domains.handbook.queries import issues, tables
from shouwang.domains.handbook.queries.tables import LISTS, Scope, Table
from shouwang.domains.handbook.services import printing
from shouwang.domains.handbook.views.answers import PDF, file, language_of
from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.sheets import api as sheets
from shouwang.util import clock
from shouwang.util.text import Text
from shouwang.web.access import signed_in
from shouwang.web.requests import StaffRequest

ISSUES = "issues"
TABS = {**LISTS, ISSUES: issues.NAME}


@dataclass(frozen=True)
class Tab:
    """One of the lists, to choose."""

    key: str
    name: Text
    is_on: bool


@signed_in
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Show every procedure and every duty with its lists, the reader's own duties first."""
    mine = list(dict.fromkeys(holding.post.role for holding in request.holdings))
    steps: dict[str, int] = {}
    versions = procedures.list_in_force()
    for step in procedures.all_steps(versions):
        steps[step.spec.role] = steps.get(step.spec.role, 0) + 1
    roles = sorted(duties.roles(), key=lambda role: (role.key not in mine, role.key not in steps, role.level))
    rows = [(role, role.key in mine, steps.get(role.key, 0)) for role in roles]
    return render(request, "handbook/index.html", {"roles": rows, "versions": versions, "tabs": TABS})


@signed_in
@require_GET
def of_procedure(request: StaffRequest, key: str) -> HttpResponse:
    """Show the lists of one procedure."""
    return _page(request, tables.of_procedure(key))


@signed_in
@require_GET
def of_role(request: StaffRequest, role: str) -> HttpResponse:
    """Show the lists of one duty."""
    return _page(request, tables.of_role(role))


@signed_in
@require_GET
def procedure_file(request: StaffRequest, key: str, form: str) -> HttpResponse:
    """Send the lists of one procedure as PDF or spreadsheet: all of them, or the one asked for."""
    with translation.override(language_of(request)):
        return _file(request, tables.of_procedure(key), form)


@signed_in
@require_GET
def role_file(request: StaffRequest, role: str, form: str) -> HttpResponse:
    """Send the lists of one duty as PDF or spreadsheet."""
    with translation.override(language_of(request)):
        return _file(request, tables.of_role(role), form)


def _page(request: StaffRequest, scope: Scope) -> HttpResponse:
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in TABS else next(iter(TABS))
    show = request.GET.get("show", "")
    show = show if show in issues.SHOWN else "open"
    values = {
        "scope": scope,
        "as_of": printing.as_of(scope),
        "tabs": [Tab(key, name, key == chosen) for key, name in TABS.items()],
        "chosen": chosen,
    }
    if chosen == ISSUES:
        found = issues.shown(issues.of_scope(request.person, scope), show)
        values |= {
            "rows": issues.listed(found[: issues.PAGE]),
            "total": found.count(),
            "shows": [Tab(key, name, key == show) for key, name in issues.SHOWN.items()],
            "show": show,
        }
    else:
        values["table"] = tables.table(scope, chosen)
    return render(request, "handbook/lists.html", values)


def _file(request: StaffRequest, scope: Scope, form: str) -> HttpResponse:
    asked = request.GET.get("list", "")
    chosen = [asked] if asked in TABS else list(TABS)
    made = [_table(request, scope, key) for key in chosen]
    what = made[0].name if len(made) == 1 else _("工作清单")
    title, note = f"{scope.name} · {what}", printing.as_of(scope)
    name = f"{scope.name}-{what}-{clock.today():%Y%m%d}"
    if form == "pdf":
        return file(printing.lists_pdf(scope.name, note, made), PDF, f"{name}.pdf", is_shown=True)
    return file(printing.lists_xlsx(title, note, made), sheets.MEDIA_TYPE, f"{name}.xlsx")


def _table(request: StaffRequest, scope: Scope, key: str) -> Table:
    if key != ISSUES:
        return tables.table(scope, key)
    found = issues.shown(issues.of_scope(request.person, scope), request.GET.get("show", "all"))
    return issues.issues_table(issues.listed(found[: issues.MOST]))
