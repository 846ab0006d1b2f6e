"""Putting values into the vault and taking them out. Only the services of this concept come here."""

from __future__ import annotations

from datetime import datetime

from shouwang.kernel.parties.models import Person, VaultField, VaultItem
from shouwang.kernel.parties.queries.identification import hint_of, token_of
from shouwang.util import clock, crypto


def sealed_item(person: Person, field: VaultField, value: str, at: datetime) -> VaultItem:
    """Return an unsaved item with `value` (in normal form) encrypted for this person and field."""
    sealed = crypto.seal(value, _context(person.pk, field))
    return VaultItem(
        person=person,
        field=field,
        ciphertext=sealed.ciphertext,
        key_id=sealed.key_id,
        token=token_of(field, value),
        hint=hint_of(field, value),
        created_at=at,
    )


def put(person: Person, field: VaultField, value: str) -> None:
    """Keep `value` (in normal form) as the person's `field`, in place of what was there."""
    item = sealed_item(person, field, value, clock.now())
    kept = {name: getattr(item, name) for name in ("ciphertext", "key_id", "token", "hint", "created_at")}
    VaultItem.objects.update_or_create(person=person, field=field, defaults=kept)


def opened(item: VaultItem) -> str:
    """Return the value of an item in the clear; raises crypto.KeyProblem if it does not open."""
    sealed = crypto.Sealed(bytes(item.ciphertext), item.key_id)
    return crypto.open_sealed(sealed, _context(item.person_id, VaultField(item.field)))


def _context(person_id: int, field: VaultField) -> str:
    return f"person:{person_id}:{field.value}"
