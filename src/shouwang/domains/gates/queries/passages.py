"""Cars at checkpoints: who waits, what was decided, who answers next, what a device may bring out again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.crypto import constant_time_compare

from shouwang.domains.gates.models import Decision, Occupant, Registration, RegistrationState
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.util import clock, identity
from shouwang.util.problems import NotFoundOrNotYours

_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
#: A status page opens for so long after the registration; then the address is good for nothing.
STATUS_DAYS = 2
#: How far back a guard looks for a plate that does not wait now.
LOOKUP_DAYS = 1
RECENT = 20


def checkpoint(code: str) -> places.Place:
    """Return the open checkpoint with this code; raises NotFoundOrNotYours."""
    place = places.Place.objects.filter(
        code=code, kind=places.PlaceKind.SITE, subkind="CHECKPOINT", closed_at__isnull=True
    ).first()
    if place is None:
        raise NotFoundOrNotYours
    return place


def checkpoints_of(person: Person) -> list[places.Place]:
    """Return the open checkpoints at which `person` may work now, by path."""
    within = places.within(duties.scope(person, "gate.work"))
    found = places.Place.objects.filter(
        within, kind=places.PlaceKind.SITE, subkind="CHECKPOINT", closed_at__isnull=True
    )
    return list(found.order_by("path"))


def waiting_at(checkpoint_place: places.Place) -> list[Registration]:
    """Return the cars that wait at a checkpoint, the one that waits longest first."""
    return list(
        _with_people(
            Registration.objects.filter(checkpoint=checkpoint_place, state=RegistrationState.WAITING)
        ).order_by("registered_at", "pk")
    )


def ahead_of(registration: Registration) -> int:
    """Return how many cars are checked before a waiting one."""
    before = Q(registered_at__lt=registration.registered_at) | Q(
        registered_at=registration.registered_at, pk__lt=registration.pk
    )
    waiting = Registration.objects.filter(
        checkpoint_id=registration.checkpoint_id, state=RegistrationState.WAITING
    )
    return waiting.filter(before).count()


def waiting_count(checkpoint_place: places.Place) -> int:
    """Return how many cars wait at a checkpoint."""
    return Registration.objects.filter(checkpoint=checkpoint_place, state=RegistrationState.WAITING).count()


def held_at(checkpoint_place: places.Place) -> list[Registration]:
    """Return the checked cars that are still held at a checkpoint, the one held longest first."""
    return list(_with_people(held().filter(checkpoint=checkpoint_place)).order_by("checked_at", "pk"))


def recent_at(checkpoint_place: places.Place, limit: int = RECENT) -> list[Registration]:
    """Return the cars checked last at a checkpoint today, newest first."""
    found = Registration.objects.filter(
        checkpoint=checkpoint_place,
        state=RegistrationState.CHECKED,
        checked_at__gte=start_of_day(clock.now()),
    )
    return list(_with_people(found).order_by("-checked_at", "-pk")[:limit])


def held() -> QuerySet[Registration]:
    """Return the checked cars with somebody held whose case is still open."""
    return Registration.objects.filter(
        state=RegistrationState.CHECKED, decision_key=Decision.HOLD, case__state=cases.CaseState.OPEN
    )


def access_registration(person: Person, pk: int) -> Registration:
    """Return a registration at a checkpoint of `person`; raises NotFoundOrNotYours."""
    found = _with_places(Registration.objects.filter(pk=pk)).first()
    if found is None or not duties.can(person, "gate.work", found.checkpoint):
        raise NotFoundOrNotYours
    return found


def find_registration(person: Person, typed: str) -> Registration:
    """Return the car that a guard means by a scanned code (its address) or a plate, waiting ones first.

    Raises:
        NotFoundOrNotYours: a code that is not of this guard's checkpoints.
        Problem: a plate that cannot be one, at "find".
    """
    mine = Registration.objects.filter(duties.scope_q(person, "gate.work", "checkpoint_path"))
    code = _UUID.search(typed)
    if code:
        found = mine.filter(public_id=UUID(code[0])).first()
    else:
        found = _by_plate(mine, identity.check_plate(typed[:100], field="find"))
    if found is None:
        raise NotFoundOrNotYours
    return found


def find_by_plate(checkpoint_place: places.Place, plate: str) -> Registration | None:
    """Return the car with this plate (normal form) at a checkpoint: waiting, or else the last of a day."""
    return _by_plate(Registration.objects.filter(checkpoint=checkpoint_place), plate)


def by_status_token(token: str) -> Registration:
    """Return the registration whose own page this token opens; raises NotFoundOrNotYours once it is old."""
    since = clock.now() - timedelta(days=STATUS_DAYS)
    found = _with_places(
        Registration.objects.filter(status_token=token).filter(
            Q(registered_at__gte=since) | Q(checked_at__gte=since)
        )
    ).first()
    if found is None or not constant_time_compare(found.status_token, token):
        raise NotFoundOrNotYours
    return found


def remembered(key: str) -> Registration | None:
    """Return the registration that a device remembers by its key, while it has not been shredded."""
    if not _UUID.fullmatch(key):
        return None
    return (
        Registration.objects.filter(request_key=UUID(key), shredded_at__isnull=True)
        .select_related("destination", "checkpoint")
        .first()
    )


def people_of(registration: Registration) -> list[Occupant]:
    """Return the people in a car in the order of the form, with their persons and cases."""
    found = registration.occupants.select_related("person", "guardian__person", "quarantine_case__place")
    return list(found.order_by("order"))


@dataclass(frozen=True)
class Receiver:
    """Who was asked to take a person over, and how that stands."""

    handover: cases.Handover
    phone: str

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver answers for the person now."""
        return self.handover.state == cases.HandoverState.ACCEPTED


def receivers_of(occupants: Sequence[Occupant]) -> dict[int, Receiver]:
    """Return who was asked first to take each person over, by occupant key."""
    case_ids = {occupant.quarantine_case_id for occupant in occupants if occupant.quarantine_case_id}
    if not case_ids:
        return {}
    handovers = (
        cases.Handover.objects.filter(step__case_id__in=case_ids)
        .select_related("step", "receiver", "receiver_post__place", "giver_post")
        .order_by("-offered_at", "-pk")
    )
    first = {handover.step.case_id: handover for handover in handovers}
    phones: dict[int, str] = {}
    found: dict[int, Receiver] = {}
    for occupant in occupants:
        handover = first.get(occupant.quarantine_case_id or 0)
        if handover is None:
            continue
        post = handover.receiver_post
        if post is not None and post.pk not in phones:
            phones[post.pk] = duties.phone_of(post)
        found[occupant.pk] = Receiver(handover, phones[post.pk] if post else "")
    return found


@dataclass(frozen=True)
class Group:
    """People of one car who were decided alike, for the same reasons, and were handed to the same post."""

    people: list[Occupant]
    receiver: Receiver | None

    @property
    def first(self) -> Occupant:
        """One of them, for what all of them share."""
        return self.people[0]


def groups_of(occupants: Sequence[Occupant]) -> list[Group]:
    """Return the people of a car in groups that are told together, in the order of the form."""
    receivers = receivers_of(occupants)
    groups: dict[tuple[object, ...], Group] = {}
    for one in occupants:
        receiver = receivers.get(one.pk)
        handover = receiver.handover if receiver else None
        post = (handover.receiver_post_id, handover.state) if handover else None
        key = (one.decision_key, str(one.reasons), str(one.remedies), post)
        groups.setdefault(key, Group([], receiver)).people.append(one)
    return list(groups.values())


def start_of_day(at: datetime) -> datetime:
    """Return when the local day of an instant began."""
    return clock.at_local(clock.local(at).date(), time())


def _by_plate(within: QuerySet[Registration], plate: str) -> Registration | None:
    since = clock.now() - timedelta(days=LOOKUP_DAYS)
    found = within.filter(plate=plate, registered_at__gte=since).exclude(state=RegistrationState.EXPIRED)
    waiting = found.filter(state=RegistrationState.WAITING).order_by("registered_at").first()
    return waiting or found.order_by("-registered_at").first()


def _with_places(found: QuerySet[Registration]) -> QuerySet[Registration]:
    return found.select_related("checkpoint", "destination", "case", "checked_by", "checked_post")


def _with_people(found: QuerySet[Registration]) -> QuerySet[Registration]:
    to_recheck = Occupant.objects.filter(
        registration=OuterRef("pk"), decision_key=Decision.HOLD, axillary_celsius__isnull=True
    )
    unwell = Occupant.objects.filter(registration=OuterRef("pk"), has_symptoms=True)
    return _with_places(found).annotate(is_to_recheck=Exists(to_recheck), is_somebody_unwell=Exists(unwell))
