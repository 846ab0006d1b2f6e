"""People: found by exact match, shown masked, and where they live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from shouwang.kernel.parties.models import Person, Residence, VaultField, VaultItem
from shouwang.kernel.parties.queries.identification import Identification, checked, token_of
from shouwang.kernel.places.api import Place
from shouwang.util import clock, identity
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import mask_name


@dataclass(frozen=True, slots=True)
class MaskedPerson:
    """What a list may show: the name with stars, and the last characters of document and telephone."""

    name: str
    id_hint: str
    phone_hint: str


def by_id(pk: int) -> Person:
    """Return a person by primary key; raises NotFoundOrNotYours."""
    return _one(Q(pk=pk))


def by_public_id(public_id: UUID) -> Person:
    """Return a person by the id that may stand in an address; shredded ones are gone: NotFoundOrNotYours."""
    return _one(Q(public_id=public_id, shredded_at__isnull=True))


def find_by_identification(identification: Identification) -> Person | None:
    """Return the person with exactly this document, or None; raises Problem for an impossible number."""
    document = checked(identification)
    return Person.objects.filter(vault_items__field=document.field, vault_items__token=document.token).first()


def find_by_phone(phone: str) -> list[Person]:
    """Return everybody who gave exactly this telephone number (families share one), the earliest first.

    Raises Problem for a number that cannot be one.
    """
    token = token_of(VaultField.PHONE, identity.check_phone(phone, field="phone"))
    chosen = Person.objects.filter(vault_items__field=VaultField.PHONE, vault_items__token=token)
    return list(chosen.order_by("pk"))


def masked(person: Person) -> MaskedPerson:
    """Return the look of one person for a list; for many, `masked_many` asks once."""
    return masked_many([person])[person.pk]


def masked_many(people: Iterable[Person]) -> dict[int, MaskedPerson]:
    """Return the looks of many people by primary key, with one query for all hints."""
    people = list(people)
    hints: dict[tuple[int, str], str] = {
        (person_id, field): hint
        for person_id, field, hint in VaultItem.objects.filter(person__in=people).values_list(
            "person_id", "field", "hint"
        )
    }
    return {person.pk: _masked(person, hints) for person in people}


def residence_of(person: Person, on: date | None = None) -> Residence | None:
    """Return where the person lives on that day (today if not given), with its place loaded, or None."""
    chosen = Residence.objects.filter(_lived_in(on or clock.today()), person=person)
    return chosen.select_related("place").first()


def people_living_in(place: Place, on: date | None = None) -> QuerySet[Person]:
    """Return the people who live in `place` or below it on that day (today if not given), each once."""
    living = Residence.objects.filter(_lived_in(on or clock.today()), place__path__startswith=place.path)
    return Person.objects.filter(pk__in=living.values("person_id")).order_by("pk")


def _lived_in(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def _masked(person: Person, hints: dict[tuple[int, str], str]) -> MaskedPerson:
    id_hint = hints.get((person.pk, VaultField.ID_NUMBER)) or hints.get((person.pk, VaultField.PASSPORT), "")
    name = person.name if person.shredded_at else mask_name(person.name)
    return MaskedPerson(name, id_hint, hints.get((person.pk, VaultField.PHONE), ""))


def _one(condition: Q) -> Person:
    person = Person.objects.filter(condition).first()
    if person is None:
        raise NotFoundOrNotYours
    return person
