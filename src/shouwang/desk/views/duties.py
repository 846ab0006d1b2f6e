"""The duty board, one post, and putting people on posts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwang.desk.forms.people import AssignForm
from shouwang.desk.queries.duty_board import PostPage, duty_board, post_page
from shouwang.desk.views.answers import UNPROCESSABLE
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.web.access import duty
from shouwang.web.refusals import add_problem, tell_problem
from shouwang.web.requests import StaffRequest
from shouwang.web.templatetags.shouwang import in_language


@duty("duty.see")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Show who holds which post at a place, and where nobody does."""
    query = request.GET
    board = duty_board(request.person, query.get("place", ""), query.get("show", ""), query.get("after", ""))
    return render(request, "desk/duties.html", {"board": board})


@duty("duty.see")
@require_GET
def post(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one post: who holds it, who held it, and the form to put somebody on it."""
    page = post_page(request.person, pk)
    return _post(request, page, AssignForm(page.candidates))


@duty("duty.assign")
@require_POST
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    """Put somebody on a post from now on."""
    page = post_page(request.person, pk)
    if not page.may_assign:
        raise NotFoundOrNotYours
    form = AssignForm(page.candidates, request.POST)
    if form.is_valid():
        person = parties.by_id(int(form.cleaned_data["person"]))
        try:
            duties.assign(
                page.post,
                person,
                kind=form.cleaned_data["kind"],
                from_at=clock.now(),
                until_at=form.cleaned_data["until_at"],
                actor=journal.person(request.person.pk),
            )
        except Problem as problem:
            add_problem(form, problem)
        else:
            words = {"who": person.name, "post": in_language(page.post)}
            messages.success(request, _("%(who)s 从现在起在岗：%(post)s。") % words)
            return redirect("desk:post", pk)
    return _post(request, page, form, UNPROCESSABLE)


@duty("duty.assign")
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """End somebody's holding now; what they held open goes to whoever answers next."""
    holding = duties.Holding.objects.select_related("post__place", "person").filter(pk=pk).first()
    if holding is None or not duties.can(request.person, "duty.assign", holding.post.place):
        raise NotFoundOrNotYours
    try:
        duties.end_holding(holding, actor=journal.person(request.person.pk))
    except Problem as problem:
        tell_problem(request, problem)
    else:
        words = {"who": holding.person.name, "post": in_language(holding.post)}
        messages.success(request, _("%(who)s 已离岗：%(post)s。手上的事转给接着负责的人。") % words)
    return redirect("desk:post", holding.post_id)


def _post(request: StaffRequest, page: PostPage, form: AssignForm, status: int = 200) -> HttpResponse:
    return render(request, "desk/post.html", {"page": page, "form": form}, status=status)
