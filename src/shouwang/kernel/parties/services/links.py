"""Personal links: giving somebody the address of their own pages, and taking all their addresses back."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.models import Person, PersonalLink
from shouwang.kernel.parties.queries.links import digest_of
from shouwang.util import clock

#: 192 bits: nobody finds a good address by trying.
SECRET_BYTES = 24


def issue_personal_link(person: Person, days: int, actor: journal.Actor) -> str:
    """Return the token of a new address for the person's own pages, good for `days` days; journaled.

    It can be shown this once only; earlier ones stay good until they expire. Raises ValueError for less than
    one day.
    """
    if days < 1:
        raise ValueError("a link is good for a day at least")
    token = secrets.token_urlsafe(SECRET_BYTES)
    now = clock.now()
    with transaction.atomic():
        PersonalLink.objects.create(
            person=person,
            secret_digest=digest_of(token),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        journal.record("person.link_issued", actor, journal.Ref("person", person.pk), data={"days": days})
    return token


def revoke_personal_links(person: Person, actor: journal.Actor) -> int:
    """Make every address of the person useless (one was lost, or shown to others); return how many."""
    with transaction.atomic():
        count, _by_model = PersonalLink.objects.filter(person=person).delete()
        if count:
            ref = journal.Ref("person", person.pk)
            journal.record("person.links_revoked", actor, ref, data={"count": count})
    return count
