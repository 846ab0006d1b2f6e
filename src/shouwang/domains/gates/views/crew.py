"""Pages for checkpoint crews: the queue, the check of one car, its result, and the poster."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from shouwang.domains.gates.models import Occupant, Registration
from shouwang.domains.gates.queries import passages
from shouwang.domains.gates.services import guarding
from shouwang.domains.gates.services.refusing import Refused
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import CHINESE, Text
from shouwang.web.access import duty
from shouwang.web.refusals import tell_problem
from shouwang.web.requests import StaffRequest

#: Written into the journal and shown to the traveller for every look at a name.
PURPOSE = Text("卡口查验：与证件核对", "Checkpoint: compared with the papers")
#: Longer than any temperature that somebody meant.
LONGEST_TYPED = 50_000


@duty("gate.work")
@require_GET
def queue(request: StaffRequest) -> HttpResponse:
    """Show the cars that wait at the guard's checkpoint, the longest wait first, and those held."""
    mine = passages.checkpoints_of(request.person)
    chosen = _chosen(request, mine)
    context: dict[str, Any] = {"checkpoints": mine, "checkpoint": chosen, "find": request.GET.get("find", "")}
    if chosen is not None:
        held = [
            (car, guarding.rest_until(guarding.waiting_for_recheck(car))) for car in passages.held_at(chosen)
        ]
        context |= {
            "waiting": passages.waiting_at(chosen),
            "held": held,
            "recent": passages.recent_at(chosen),
        }
    return render(request, "gates/queue.html", context)


@duty("gate.work")
@require_GET
def find(request: StaffRequest) -> HttpResponse:
    """Open the car with a plate or a scanned code."""
    typed = request.GET.get("find", "")
    try:
        registration = passages.find_registration(request.person, typed)
    except NotFoundOrNotYours:
        tell_problem(request, _no_such_car())
    except Problem as problem:
        tell_problem(request, problem)
    else:
        return redirect("gates:check", registration.pk)
    return redirect(f"{reverse('gates:queue')}?find={_short(typed)}")


@duty("gate.work")
@require_GET
def scanned(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Open the car whose code was scanned."""
    return redirect("gates:check", passages.find_registration(request.person, str(public_id)).pk)


@duty("gate.work")
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a waiting car and take its check; show the result of a checked one."""
    registration = passages.access_registration(request.person, pk)
    if request.method != "POST":
        if registration.is_waiting:
            return _check_page(request, registration)
        return _result_page(request, registration)
    try:
        guarding.check(pk, request.person, _celsius(request), request.POST.getlist("ticks"))
    except Refused as refused:
        return _check_page(request, registration, refused)
    return redirect("gates:check", pk)


@duty("gate.work")
@require_POST
def recheck(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the armpit temperatures of whoever is held."""
    registration = passages.access_registration(request.person, pk)
    try:
        guarding.recheck(pk, request.person, _celsius(request), request.POST.getlist("ticks"))
    except Refused as refused:
        return _result_page(request, registration, refused)
    return redirect("gates:check", pk)


@duty("gate.work")
@require_POST
def refer(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the report of a fever."""
    registration = passages.access_registration(request.person, pk)
    try:
        guarding.refer(pk, request.person, request.POST.getlist("ticks"))
    except NotFoundOrNotYours:
        raise
    except Problem as problem:
        return _result_page(request, registration, Refused([problem]))
    return redirect("gates:check", pk)


@duty("gate.work")
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Drop a registration whose car did not come."""
    registration = passages.access_registration(request.person, pk)
    try:
        guarding.withdraw(pk, request.person, request.POST.get("reason", ""))
    except NotFoundOrNotYours:
        raise
    except Problem as problem:
        return _check_page(request, registration, Refused([problem]))
    return redirect("gates:queue")


@duty("gate.work")
@require_GET
def poster(request: StaffRequest, code: str) -> HttpResponse:
    """Print the poster that leads travellers to the form."""
    checkpoint = passages.checkpoint(code)
    if not duties.can(request.person, "gate.work", checkpoint):
        raise NotFoundOrNotYours
    pdf = documents.render(
        documents.kind_of("gates.poster"), poster_data(checkpoint), language=get_language() or CHINESE
    )
    name = f"poster-{checkpoint.code}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def poster_data(checkpoint: places.Place) -> dict[str, Any]:
    """Return what the poster of a checkpoint shows."""
    address = settings.PUBLIC_URL + reverse("gates:register", args=[checkpoint.code])
    answer = duties.holder("guard", checkpoint)
    return {
        "checkpoint": {"zh": checkpoint.name_zh, "en": checkpoint.name_en},
        "address": address,
        "code": documents.qr_svg(address),
        "phone": duties.phone_of(answer.post) if answer else "",
    }


def _chosen(request: StaffRequest, mine: list[places.Place]) -> places.Place | None:
    wanted = request.GET.get("at", "")
    return next((place for place in mine if place.code == wanted), mine[0] if mine else None)


def _celsius(request: StaffRequest) -> dict[int, str]:
    """Return the temperatures as typed, by occupant key."""
    found = {}
    for name, value in request.POST.items():
        _celsius_word, _dash, key = name.partition("celsius-")
        if not _celsius_word and key.isdecimal() and len(key) < 19:
            found[int(key)] = str(value)[:LONGEST_TYPED]
    return found


def _check_page(
    request: StaffRequest, registration: Registration, refused: Refused | None = None
) -> HttpResponse:
    problems = {problem.field: problem for problem in refused.problems} if refused else {}
    people = passages.people_of(registration)
    looks = parties.masked_many(one.person for one in people)
    duty_name = _duty_name(request)
    rows = [
        {
            "occupant": one,
            "name": parties.reveal(request.person, one.person, ["NAME"], PURPOSE, duty=duty_name)["NAME"],
            "id_hint": looks[one.person_id].id_hint,
            "typed": request.POST.get(f"celsius-{one.pk}", ""),
            "problem": problems.get(f"celsius.{one.pk}"),
        }
        for one in people
    ]
    step = _open_step(registration, guarding.VERIFY, guarding.MEASURE)
    context = {
        "registration": registration,
        "rows": rows,
        "checklist": procedures.step_standard(step).checklist if step else (),
        "ticked": request.POST.getlist("ticks"),
        "problems": problems,
        "waiting_count": passages.waiting_count(registration.checkpoint),
        "reason": request.POST.get("reason", ""),
    }
    return _no_store(request, "gates/check.html", context, 422 if refused else 200)


def _result_page(
    request: StaffRequest, registration: Registration, refused: Refused | None = None
) -> HttpResponse:
    registration.refresh_from_db()
    problems = {problem.field: problem for problem in refused.problems} if refused else {}
    people = passages.people_of(registration)
    to_recheck = guarding.waiting_for_recheck(registration)
    rest = guarding.rest_until(to_recheck)
    recheck_step = _open_step(registration, guarding.RECHECK)
    refer_step = _open_step(registration, guarding.REFER)
    doctor = _doctor_for(registration)
    context = {
        "registration": registration,
        "groups": passages.groups_of(people),
        "is_mine": registration.checked_by_id == request.person.pk,
        "to_recheck": [_recheck_row(request, one, problems) for one in to_recheck] if recheck_step else [],
        "rest_until": rest if rest and rest > clock.now() else None,
        "recheck_step": recheck_step,
        "recheck_checklist": procedures.step_standard(recheck_step).checklist if recheck_step else (),
        "turn_back_step": _open_step(registration, "turn_back"),
        "refer_step": refer_step,
        "refer_checklist": procedures.step_standard(refer_step).checklist if refer_step else (),
        "may_refer": refer_step is not None
        and (refer_step.holder_id == request.person.pk or cases.may_take(refer_step, request.person)),
        "refer_phone": duties.phone_of(refer_step.post) if refer_step and refer_step.post else "",
        "doctor": doctor,
        "doctor_phone": duties.phone_of(doctor.post) if doctor else "",
        "ticked": request.POST.getlist("ticks"),
        "problems": problems,
        "waiting_count": passages.waiting_count(registration.checkpoint),
    }
    return _no_store(request, "gates/result.html", context, 422 if refused else 200)


def _doctor_for(registration: Registration) -> duties.Answer | None:
    """Return the doctor who looks after the checkpoint, or who leads above it; None when nobody does."""
    try:
        return duties.answerable("community_doctor", registration.checkpoint)
    except duties.NobodyAnswers:
        return None


def _recheck_row(request: StaffRequest, one: Occupant, problems: dict[str, Problem]) -> dict[str, Any]:
    return {
        "occupant": one,
        "typed": request.POST.get(f"celsius-{one.pk}", ""),
        "problem": problems.get(f"celsius.{one.pk}"),
    }


def _open_step(registration: Registration, *keys: str) -> cases.Step | None:
    case = registration.case
    steps = cases.open_steps(case) if case else []
    return next((step for step in steps if step.key in keys), None)


def _duty_name(request: StaffRequest) -> Text | None:
    held = request.duty
    return Text(held.post.name_zh, held.post.name_en) if held else None


def _no_such_car() -> Problem:
    return Problem(
        "no_such_car",
        Text("这里没有这辆车的登记。", "No such car has registered here."),
        do=Text("请车上的人扫海报上的码登记，约 1 分钟。", "Ask them to scan the poster; it takes a minute."),
    )


def _short(typed: str) -> str:
    return "".join(character for character in typed[:12] if character.isalnum())


def _no_store(request: StaffRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    answer = render(request, template, context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
