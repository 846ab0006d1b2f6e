"""Registering people so that nobody is registered twice, whoever types first and however many type at once.

1. Everything typed is checked before anything is written.
2. A lock is taken on the tokens of the documents, in sorted order, for the rest of the transaction. Whoever
   comes second waits there, and then finds the person that the first one made. The locks lie in 1,024 buckets
   so that a batch of any size fits the server's lock table.
3. Register the people of one car in one call: two calls in one transaction could take their locks crosswise
   with another transaction (PostgreSQL would then end one of the two).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.models import Person, VaultField, VaultItem
from shouwang.kernel.parties.queries.identification import (
    CheckedIdentification,
    Identification,
    checked,
    token_of,
)
from shouwang.kernel.parties.services import vault
from shouwang.util import clock, identity
from shouwang.util.problems import Problem
from shouwang.util.text import Text

#: The class of the advisory locks ("PA" in ASCII), and how many there are.
LOCK_CLASS = int.from_bytes(b"PA")
LOCK_BUCKETS = 1024
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One person as typed."""

    name: str
    identification: Identification
    phone: str = ""


@dataclass(frozen=True, slots=True)
class _Checked:
    name: str
    document: CheckedIdentification
    phone: str


def register_person(
    *,
    name: str,
    identification: Identification,
    phone: str = "",
    actor: journal.Actor,
    purpose: str,
) -> tuple[Person, bool]:
    """Return the person with this document and whether they are new; journaled as "person.registered" if new.

    Known people keep their record. A telephone is stored if they had none; staff (an actor of kind "person")
    also replace a different one, the public does not, so that nobody can redirect somebody else's calls.

    Raises Problem at "name", "number", "kind" or "phone"; in particular `name_differs` when the document is
    registered under another name, without telling which.
    """
    row = _checked(NewPerson(name, identification, phone))
    return _register([row], actor, purpose, is_single=True)[0]


def register_people(
    people: Sequence[NewPerson], *, actor: journal.Actor, purpose: str
) -> list[tuple[Person, bool]]:
    """Register many at once, all or nothing, in a handful of statements; the results are in the given order.

    As `register_person`; a Problem lies at "<index>.<field>", for example "2.number".
    """
    rows = []
    for index, person in enumerate(people):
        try:
            rows.append(_checked(person))
        except Problem as problem:
            raise problem.at(f"{index}.{problem.field}") from None
    return _register(rows, actor, purpose, is_single=False)


def set_phone(person: Person, phone: str, actor: journal.Actor) -> None:
    """Store the person's telephone number in place of an earlier one; raises Problem at "phone"."""
    number = identity.check_phone(phone, field="phone")
    with transaction.atomic():
        _set_phone(person, number, actor)


def correct_name(person: Person, name: str, *, actor: journal.Actor) -> Person:
    """Write the person's name as it stands on the document; the former one stays in a shreddable detail.

    Raises Problem at "name".
    """
    name = identity.check_name(name, field="name")
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        if locked.name != name:
            before, locked.name = locked.name, name
            locked.save(update_fields=["name"])
            ref = journal.Ref("person", person.pk)
            journal.record("person.name_corrected", actor, ref, personal={"before": before})
    return locked


def lock_tokens(tokens: Iterable[str]) -> None:
    """Wait until nobody else registers these documents, and keep others waiting to the transaction's end."""
    buckets = sorted({int(token[:8], 16) % LOCK_BUCKETS for token in tokens})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket", [LOCK_CLASS, buckets]
        )


def _checked(person: NewPerson) -> _Checked:
    return _Checked(
        name=identity.check_name(person.name, field="name"),
        document=checked(person.identification),
        phone=identity.check_phone(person.phone, field="phone") if person.phone.strip() else "",
    )


def _register(
    rows: Sequence[_Checked], actor: journal.Actor, purpose: str, *, is_single: bool
) -> list[tuple[Person, bool]]:
    with transaction.atomic():
        tokens = [row.document.token for row in rows]
        lock_tokens(tokens)
        known = _known(tokens)
        _refuse_other_names(rows, known, is_single=is_single)
        new = {row.document.token: row for row in rows if row.document.token not in known}
        known |= _create(new, actor, purpose)
        _complete_phones([row for row in rows if row.document.token not in new], known, actor)
    return [(known[token], token in new) for token in tokens]


def _known(tokens: Iterable[str]) -> dict[str, Person]:
    fields = [VaultField.ID_NUMBER, VaultField.PASSPORT]
    items = VaultItem.objects.filter(token__in=set(tokens), field__in=fields).select_related("person")
    return {item.token: item.person for item in items}


def _refuse_other_names(rows: Sequence[_Checked], known: dict[str, Person], *, is_single: bool) -> None:
    names = {token: person.name for token, person in known.items()}
    for index, row in enumerate(rows):
        if _same_name(names.setdefault(row.document.token, row.name), row.name):
            continue
        raise Problem(
            "name_differs",
            Text(
                "这个证件号已经登记，但姓名和这里填的不一样。",
                "This document is already registered, under another name than the one typed here.",
            ),
            do=Text(
                "对照证件看姓名和号码。姓名确实改过的，请社区工作者更正。",
                "Compare name and number with the document. If the name really changed, a community worker "
                "can correct it.",
            ),
            field="name" if is_single else f"{index}.name",
        )


def _same_name(one: str, other: str) -> bool:
    return one.replace(" ", "").casefold() == other.replace(" ", "").casefold()


def _create(new: dict[str, _Checked], actor: journal.Actor, purpose: str) -> dict[str, Person]:
    if not new:
        return {}
    at = clock.now()
    people = Person.objects.bulk_create(
        [
            Person(name=row.name, sex=row.document.sex, born_on=row.document.born_on, created_at=at)
            for row in new.values()
        ],
        batch_size=BATCH,
    )
    pairs = list(zip(people, new.values(), strict=True))
    items = [item for person, row in pairs for item in _vault_items(person, row, at)]
    VaultItem.objects.bulk_create(items, batch_size=BATCH)
    journal.record_many(
        journal.Act(
            "person.registered",
            actor,
            journal.Ref("person", person.pk),
            data={"purpose": purpose, "document": row.document.field.value},
        )
        for person, row in pairs
    )
    return {row.document.token: person for person, row in pairs}


def _vault_items(person: Person, row: _Checked, at: datetime) -> list[VaultItem]:
    items = [vault.sealed_item(person, row.document.field, row.document.number, at)]
    if row.phone:
        items.append(vault.sealed_item(person, VaultField.PHONE, row.phone, at))
    return items


def _complete_phones(rows: Sequence[_Checked], known: dict[str, Person], actor: journal.Actor) -> None:
    rows = [row for row in rows if row.phone]
    if not rows:
        return
    people = [known[row.document.token] for row in rows]
    stored = VaultItem.objects.filter(person__in=people, field=VaultField.PHONE)
    has_phone = set(stored.values_list("person_id", flat=True))
    for row, person in zip(rows, people, strict=True):
        if person.pk not in has_phone or actor.kind == "person":
            _set_phone(person, row.phone, actor)


def _set_phone(person: Person, number: str, actor: journal.Actor) -> None:
    token = token_of(VaultField.PHONE, number)
    if VaultItem.objects.filter(person=person, field=VaultField.PHONE, token=token).exists():
        return
    vault.put(person, VaultField.PHONE, number)
    journal.record("person.phone_set", actor, journal.Ref("person", person.pk))
