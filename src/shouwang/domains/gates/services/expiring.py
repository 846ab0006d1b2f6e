"""What ends by itself: registrations whose car never came, and the records of passages after 30 days."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from shouwang.domains.gates.models import KEEP_DAYS, Occupant, Registration, RegistrationState
from shouwang.domains.gates.services.guarding import expire_locked, lock_registration
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.rules import api as rules
from shouwang.util import clock

BATCH = 500


def expire_waiting() -> int:
    """Drop the registrations whose car has not come within `registration_valid_hours`; return how many."""
    before = clock.now() - timedelta(hours=rules.parameter("registration_valid_hours"))
    waiting = Registration.objects.filter(state=RegistrationState.WAITING, registered_at__lte=before)
    dropped = 0
    for pk in list(waiting.order_by("registered_at").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            registration = lock_registration(Registration.objects.get(pk=pk))
            if registration.is_waiting:
                expire_locked(registration, journal.SYSTEM, "gates.expired")
                dropped += 1
    return dropped


def shred_old() -> int:
    """Shred the passages of more than 30 days ago, and people known from nothing else; return how many.

    What stays: that a car came, how many people it had, what was decided, when and by whom. A passage whose
    case is still open (somebody is held) waits for its end.
    """
    before = clock.now() - timedelta(days=KEEP_DAYS)
    old = Registration.objects.filter(shredded_at__isnull=True, registered_at__lte=before).filter(
        Q(case__isnull=True) | ~Q(case__state=cases.CaseState.OPEN)
    )
    shredded = 0
    for pk in list(old.order_by("registered_at").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            shredded += _shred(pk)
    return shredded


def _shred(pk: int) -> int:
    registration = (
        Registration.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=pk, shredded_at__isnull=True)
        .first()
    )
    if registration is None:
        return 0
    people = [occupant.person for occupant in registration.occupants.select_related("person")]
    registration.occupants.all().delete()
    registration.plate, registration.sealed_contact, registration.seal_key_id = "", None, ""
    registration.shredded_at = clock.now()
    registration.save(update_fields=["plate", "sealed_contact", "seal_key_id", "shredded_at"])
    journal.record(
        "gates.shredded",
        journal.SYSTEM,
        journal.Ref("registration", str(registration.pk)),
        place_path=registration.checkpoint_path,
        data={"people": registration.people_count},
    )
    for person in people:
        if not _is_known_otherwise(person):
            parties.shred_person(person, journal.SYSTEM)
    return 1


def _is_known_otherwise(person: parties.Person) -> bool:
    """Tell whether anything else is known of the person that has a retention of its own."""
    return (
        Occupant.objects.filter(person=person).exists()
        or cases.Case.objects.filter(person=person).exists()
        or parties.Account.objects.filter(person=person).exists()
        or parties.residence_of(person) is not None
    )
