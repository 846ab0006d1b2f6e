"""Shredding: identity leaves 30 days after release, temperatures too; counts stay.

A person is shredded only where nothing else needs them: no open case, no containment, no later order, and no
account (staff in quarantine lose their readings, not their post).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from shouwang.domains.quarantine.models import Order, Reading
from shouwang.domains.quarantine.services.ordering import record
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.rules import api as rules
from shouwang.util import clock


def shred_expired(at: datetime | None = None) -> int:
    """Shred what is held about everybody whose order ended long enough ago; return how many orders."""
    now = at or clock.now()
    return sum(_shred(pk) for pk in list(_expired(now).values_list("pk", flat=True)))


def _expired(now: datetime) -> QuerySet[Order]:
    last = now - timedelta(days=rules.parameter("quarantine_retention_days"))
    needed = cases.Case.objects.filter(person=OuterRef("person"), state=cases.CaseState.OPEN)
    contained = cases.Containment.objects.filter(person=OuterRef("person"), until_at__isnull=True)
    later = Order.objects.filter(person=OuterRef("person")).exclude(ended_at__lte=last)
    expired = Order.objects.filter(shredded_at__isnull=True, ended_at__lte=last)
    return expired.exclude(Exists(needed) | Exists(contained) | Exists(later)).order_by("ended_at")


def _shred(case_pk: int) -> int:
    with transaction.atomic():
        cases.lock_case(case_pk)
        order = Order.objects.select_related("person", "place").get(pk=case_pk)
        if order.shredded_at is not None:
            return 0
        Reading.objects.filter(order=order).update(celsius=None)
        order.extension_reason = ""
        order.shredded_at = clock.now()
        order.save(update_fields=["extension_reason", "shredded_at"])
        journal.shred(journal.Ref("case", case_pk))
        if not parties.Account.objects.filter(person=order.person).exists():
            parties.shred_person(order.person, journal.SYSTEM)
        record("quarantine.shredded", order, journal.SYSTEM)
    return 1
