"""Acts on steps: do, tick, prove, take over, hand over. The kernel decides; these pages say what."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.desk.forms.steps import ProofForm, ReasonForm, ReceiverForm, StepForm
from shouwang.desk.queries.steps import receivers
from shouwang.desk.services import do_step
from shouwang.desk.views.answers import UNPROCESSABLE, back, say_done, show_again, show_step
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.web.access import duty
from shouwang.web.refusals import add_problem, tell_problem
from shouwang.web.requests import StaffRequest
from shouwang.web.templatetags.shouwang import in_language
from shouwang.web.views import safe_next


@duty("case.work")
@require_GET
def step(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one step by itself: for long lists, and for phones without scripts."""
    found = cases.access_step(request.person, pk)
    if not found.is_open:
        return redirect("desk:case", found.case_id)
    return show_step(request, found)


@duty("case.work")
@require_POST
def complete(request: StaffRequest, pk: int) -> HttpResponse:
    """Complete a step with its ticks, proofs and answers. Sent twice by the same person it is done once."""
    found = _step_or_done(request, pk)
    if found is None:
        return back(request)
    spec = procedures.step_standard(found)
    proven = frozenset(cases.Evidence.objects.filter(step=found).values_list("key", flat=True))
    form = StepForm(found, spec, proven, request.POST)
    if form.is_valid():
        try:
            case = do_step(
                pk,
                request.person,
                ticks=form.cleaned_data.get("ticks", []),
                answers=form.answers(),
                proofs=form.proofs_given(),
            )
        except Problem as problem:
            form.add(problem)
        else:
            say_done(request, case, in_language(found))
            return back(request)
    return show_again(request, found, bound=form)


def _step_or_done(request: StaffRequest, pk: int) -> cases.Step | None:
    """Return the step, or None when the same person has done it already (a repeated tap, a resent form).

    Whoever did the last step of a case may have no hand in it any more, so this is asked first.
    """
    done = cases.Step.objects.filter(pk=pk, state="DONE", done_by=request.person).first()
    if done is not None:
        messages.success(request, _("“%(step)s”已经办过了，不用再办。") % {"step": in_language(done)})
        return None
    return cases.access_step(request.person, pk)


@duty("case.work")
@require_POST
def tick(request: StaffRequest, pk: int) -> HttpResponse:
    """Tick or untick one item of the checklist at once; answers how many are left."""
    cases.access_step(request.person, pk)
    item = request.POST.get("item", "")[:64]
    ticked = cases.tick(pk, item, item in request.POST.getlist("ticks"), request.person)
    spec = procedures.step_standard(ticked)
    missing = sum(1 for one in spec.checklist if one.key not in ticked.ticks)
    return render(request, "desk/parts/missing.html", {"missing": missing})


@duty("case.work")
@require_POST
def take(request: StaffRequest, pk: int) -> HttpResponse:
    """Become the holder of a step, at once; the former holder is told."""
    taken = cases.take_over(pk, request.person)
    messages.success(request, _("接过来了：%(step)s，现在由你负责。") % {"step": in_language(taken)})
    return back(request)


@duty("case.work")
@require_http_methods(["GET", "POST"])
def offer(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose to whom a step is handed over, and offer it; the giver answers until it is accepted."""
    found = cases.access_step(request.person, pk)
    held = receivers(found, found.holder_id)
    choices = [(str(holding.pk), holding.person.name) for holding in held]
    form = ReceiverForm(choices, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen = next(holding for holding in held if str(holding.pk) == form.cleaned_data["receiver"])
        try:
            cases.offer(pk, duties.Answer(chosen.person, chosen.post), request.person)
        except Problem as problem:
            add_problem(form, problem)
        else:
            words = {"step": in_language(found), "who": chosen.person.name}
            messages.success(request, _("已移交给%(who)s：%(step)s。对方接收以前还由你负责。") % words)
            return redirect("desk:case", found.case_id)
    values = {"form": form, "step": found, "held": held, "case": found.case}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "desk/offer.html", values, status=status)


@duty("case.work")
@require_POST
def prove(request: StaffRequest, pk: int) -> HttpResponse:
    """Store one proof for an open step."""
    found = cases.access_step(request.person, pk)
    form = ProofForm(procedures.step_standard(found), request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            cases.add_evidence(
                pk,
                data["key"],
                request.person,
                note=data["note"],
                document_number=data["document_number"],
            )
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("凭据存好了。"))
            return back(request)
    values = {"form": form, "step": found, "case": found.case, "back": safe_next(request, "")}
    return render(request, "desk/proof.html", values, status=UNPROCESSABLE)


@duty("case.work")
@require_POST
def recall(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an offer back while nobody has accepted it."""
    try:
        handover = cases.recall(pk, request.person)
    except Problem as problem:
        if problem.status == 404:
            raise
        tell_problem(request, problem)
    else:
        words = {"step": in_language(handover.step)}
        messages.success(request, _("收回来了：%(step)s，还由你负责。") % words)
    return back(request)


@duty("case.work")
@require_POST
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    """Accept an offer with everything that was offered in the same gesture."""
    try:
        accepted = cases.accept(pk, request.person)
    except Problem as problem:
        if problem.status == 404:
            raise
        tell_problem(request, problem)
        return back(request)
    count = len(accepted)
    words = {"count": count}
    messages.success(
        request,
        ngettext("接收了 %(count)s 件，从现在起由你负责。", "接收了 %(count)s 件，从现在起由你负责。", count)
        % words,
    )
    return back(request)


@duty("case.work")
@require_http_methods(["GET", "POST"])
def decline(request: StaffRequest, pk: int) -> HttpResponse:
    """Decline an offer with a reason; what was typed is kept beside the item when it is not enough."""
    handover = _visible_offer(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cases.decline(pk, request.person, form.cleaned_data["reason"])
        except Problem as problem:
            if problem.field:
                add_problem(form, problem)
            else:
                tell_problem(request, problem)
                return back(request)
        else:
            words = {"who": handover.giver.name}
            messages.success(request, _("没有接，原因已告诉%(who)s，还由他负责。") % words)
            return back(request)
    target = safe_next(request, reverse("desk:work"))
    if request.method == "POST" and urlsplit(target).path == reverse("desk:work"):
        return show_again(request, handover.step, declined=(pk, form))
    values = {"handover": handover, "form": form, "back": target}
    return render(request, "desk/decline.html", values, status=UNPROCESSABLE if form.is_bound else 200)


def _visible_offer(request: StaffRequest, pk: int) -> cases.Handover:
    """Return an offer to the reader, or of a case that they may see; raises NotFoundOrNotYours.

    An offer to the reader stays visible once it is settled, so that a repeated tap finds it.
    """
    related = ("step__case__place", "step__place", "step__post", "giver", "giver_post")
    handover = cases.Handover.objects.select_related(*related).filter(pk=pk).first()
    if handover is None:
        raise NotFoundOrNotYours
    if handover.receiver_id != request.person.pk:
        cases.access_case(request.person, handover.step.case_id)
    return handover
