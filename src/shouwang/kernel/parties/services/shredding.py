"""Taking a person's data out, everywhere, as the models declare it, so that counts still hold."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import BinaryField, CharField, Field, JSONField, Model, QuerySet, TextField

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.models import Account, Person
from shouwang.kernel.parties.queries.holdings import personal_rows
from shouwang.kernel.parties.services.homes import leave_households
from shouwang.util import clock, crypto, privacy

#: Characters of the keyed hash that stands for a shredded value.
HASH_LENGTH = 16


def shred_person(person: Person, actor: journal.Actor) -> Person:
    """Delete, blank or hash every personal field about the person in all installed parts, once and for all.

    Vault rows go, the name becomes a token, journal details go, an account closes; the person's row, the
    residences and the journal entries stay, so that what was counted still counts. Shredding twice changes
    nothing. Whether the data may go (no open case, retention over) is decided by the caller.
    """
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        if locked.shredded_at:
            return locked
        Account.objects.filter(person=locked).update(is_active=False)
        leave_households(locked)
        count = sum(_shred_rows(model, rows) for model, rows in personal_rows(locked))
        ref = journal.Ref("person", locked.pk)
        count += journal.shred(ref)
        Person.objects.filter(pk=locked.pk).update(shredded_at=clock.now())
        journal.record("person.shredded", actor, ref, data={"count": count})
        locked.refresh_from_db()
    return locked


def blank_value(field: Field[Any, Any]) -> object:
    """Return the empty value of a field; raises TypeError for one that has none (the privacy test asks)."""
    if field.null:
        return None
    if isinstance(field, CharField | TextField):
        return ""
    if isinstance(field, JSONField):
        return {}
    if isinstance(field, BinaryField):
        return b""
    raise TypeError(f"{field} cannot be blanked: let it be null, or shred it by deleting the row")


def _shred_rows(model: type[Model], rows: QuerySet[Any]) -> int:
    personal = privacy.declared(model)
    if any(field.shred == "delete" for field in personal.values()):
        return rows.delete()[1].get(model._meta.label, 0)
    hashed = [name for name, field in personal.items() if field.shred == "keep-hash"]
    for row in rows.only("pk", *hashed) if hashed else ():
        values = {name: _hashed(model, name, getattr(row, name)) for name in hashed}
        model._default_manager.filter(pk=row.pk).update(**values)
    blanks = {
        name: blank_value(model._meta.get_field(name))  # type: ignore[arg-type]  # a concrete field, as declared
        for name, field in personal.items()
        if field.shred == "blank"
    }
    return rows.update(**blanks) if blanks else rows.count()


def _hashed(model: type[Model], name: str, value: object) -> str:
    return f"#{crypto.blind_token(f'shredded:{model._meta.label}.{name}', str(value))[:HASH_LENGTH]}"
