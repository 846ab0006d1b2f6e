"""Pages for travellers: the form behind a checkpoint's code, the search for a place, and the status page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from shouwang.domains.gates.forms import (
    PLATE_PROVINCES,
    RegistrationForm,
    empty_form,
    form_from_device,
    form_from_post,
    recall,
)
from shouwang.domains.gates.models import KEEP_DAYS, Registration, VehicleKind
from shouwang.domains.gates.queries import destinations, passages
from shouwang.domains.gates.services.refusing import Refused
from shouwang.domains.gates.services.registering import Came
from shouwang.domains.gates.services.registering import register as register_car
from shouwang.domains.gates.services.typed import GUARDIAN_UNTIL_AGE
from shouwang.kernel.documents import api as documents
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as kernel_places
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import CHINESE, Text
from shouwang.web.access import public
from shouwang.web.requests import Request

#: What lets a phone bring its people out again: a signed key of the last registration, nothing about anybody.
DEVICE_COOKIE = "gate_device"
DEVICE_SALT = "gates.device"
DEVICE_SECONDS = KEEP_DAYS * 86_400
PERSONAL_LINK_DAYS = 30


@public
@require_GET
def checkpoints(request: Request) -> HttpResponse:
    """Offer the checkpoints to choose from, for whoever comes without having scanned a code."""
    found = kernel_places.Place.objects.filter(
        kind=kernel_places.PlaceKind.SITE, subkind="CHECKPOINT", closed_at__isnull=True
    )
    return render(request, "gates/checkpoints.html", {"checkpoints": found.order_by("path")})


@public
def register(request: Request, code: str) -> HttpResponse:
    """Show and take the form of a checkpoint: one car and everyone in it."""
    checkpoint = passages.checkpoint(code)
    last = remembered_by(request)
    if request.method != "POST":
        form = form_from_device(last) if last else empty_form()
        return _form_page(request, checkpoint, form, last)
    form = form_from_post(request.POST, last)
    act = request.POST.get("act", "")
    if act:
        _act(form, act, last)
        return _form_page(request, checkpoint, form, last)
    try:
        came = register_car(form.typed(checkpoint), last)
    except Refused as refused:
        form.put_problems(refused)
        return _form_page(request, checkpoint, form, last, status=422)
    target = reverse("gates:status", args=[came.registration.status_token])
    answer = HttpResponseRedirect(target + ("?changed=1" if came.came is Came.CHANGED else ""))
    remember(request, answer, came.registration)
    return answer


@public
@require_GET
def places(request: Request, code: str) -> JsonResponse:
    """Answer a search for a courtyard or community: names and codes of places, nothing else."""
    passages.checkpoint(code)
    language = get_language() or CHINESE
    found = destinations.search_destinations(request.GET.get("q", ""))
    rows = [
        {"code": one.code, "name": one.name.localised(language), "where": one.where.localised(language)}
        for one in found
    ]
    return JsonResponse({"places": rows})


@public
@require_GET
def status(request: Request, token: str) -> HttpResponse:
    """Show a traveller's own page: the code for the guard while they wait, then what was decided and why."""
    registration = passages.by_status_token(token)
    people = passages.people_of(registration)
    context: dict[str, Any] = {
        "registration": registration,
        "people": people,
        "was_changed": "changed" in request.GET,
        "checkpoint_phone": _checkpoint_phone(registration),
    }
    if registration.is_waiting:
        target = settings.PUBLIC_URL + reverse("gates:scanned", args=[registration.public_id])
        context["code"] = documents.qr_svg(target)
        context["ahead"] = passages.ahead_of(registration)
    else:
        context["groups"] = passages.groups_of(people)
    answer = render(request, "gates/status.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@public
@require_POST
def own_page(_request: Request, token: str, order: int) -> HttpResponse:
    """Lead a traveller under quarantine to their own pages, by a link that is made for them now."""
    registration = passages.by_status_token(token)
    occupant = registration.occupants.select_related("person").filter(order=order).first()
    if occupant is None or occupant.quarantine_case_id is None:
        raise NotFoundOrNotYours
    actor = journal.public("traveller")
    secret = parties.issue_personal_link(occupant.person, PERSONAL_LINK_DAYS, actor)
    return redirect(f"/p/{secret}/")


def remembered_by(request: Request) -> Registration | None:
    """Return the last registration from the requesting device, or None."""
    signed = request.COOKIES.get(DEVICE_COOKIE, "")
    try:
        return passages.remembered(signing.loads(signed, salt=DEVICE_SALT, max_age=DEVICE_SECONDS))
    except signing.BadSignature:
        return None


def remember(request: Request, answer: HttpResponse, registration: Registration) -> None:
    """Let the device bring out this registration's people the next time."""
    signed = signing.dumps(str(registration.request_key), salt=DEVICE_SALT)
    answer.set_cookie(
        DEVICE_COOKIE,
        signed,
        max_age=DEVICE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
        path="/c/",
    )


def _act(form: RegistrationForm, act: str, last: Registration | None) -> None:
    """Add, remove or recall people without sending the form."""
    name, _colon, number = act.partition(":")
    if name == "add":
        form.add_row()
    elif name == "remove" and number.isdecimal():
        form.remove_row(int(number))
    elif name == "recall" and last is not None:
        recall(form, last)


def _form_page(
    request: Request,
    checkpoint: kernel_places.Place,
    form: RegistrationForm,
    last: Registration | None,
    status: int = 200,
) -> HttpResponse:
    destination = destinations.destination(form.values.get("destination_code", ""))
    described = destinations.describe_destinations([destination]) if destination else []
    if destination and not form.values.get("destination"):
        form.values["destination"] = described[0].name.localised(get_language() or CHINESE)
    context = {
        "checkpoint": checkpoint,
        "district": _district(checkpoint),
        "form": form,
        "provinces": PLATE_PROVINCES,
        "vehicle_kinds": VehicleKind.choices,
        "destination_where": described[0].where if described else None,
        "waiting": last if last and last.is_waiting and last.checkpoint_id == checkpoint.pk else None,
        "is_remembered": any(row.known for row in form.rows),
        "guardian_until_age": GUARDIAN_UNTIL_AGE,
        "keep_days": KEEP_DAYS,
        "empty_row": RegistrationForm(form.request_key).add_row(),
    }
    return render(request, "gates/register.html", context, status=status)


def _district(checkpoint: kernel_places.Place) -> Text:
    found = kernel_places.ancestor(checkpoint, kernel_places.PlaceKind.DISTRICT)
    return Text(found.name_zh, found.name_en) if found else Text("", "")


def _checkpoint_phone(registration: Registration) -> str:
    post = registration.checked_post
    if post is None:
        answer = duties.holder("guard", registration.checkpoint)
        post = answer.post if answer else None
    return duties.phone_of(post) if post else ""
