"""Where people live: residences by day, and the doors behind which they live together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.models import Household, Person, Residence, VaultField
from shouwang.kernel.parties.services import vault
from shouwang.kernel.places.api import Place
from shouwang.util import clock, crypto
from shouwang.util.problems import Problem
from shouwang.util.text import Text

ADDRESS_LENGTH = 200


def set_residence(person: Person, place: Place, from_on: date, actor: journal.Actor) -> Residence:
    """Let the person live at `place` from that day on; an earlier residence ends on it.

    The same place again changes nothing; the same day again corrects the place. Raises Problem for a day
    before the present residence began.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        current = Residence.objects.filter(person=person, until_on__isnull=True).first()
        if current is None:
            residence = Residence.objects.create(person=person, place=place, from_on=from_on)
        elif current.place_id == place.pk:
            return current
        else:
            residence = _moved(current, place, from_on)
        journal.record("person.moved", actor, journal.Ref("person", person.pk), place_path=place.path)
    return residence


def settle_many(homes: Iterable[tuple[Person, Place]], from_on: date, actor: journal.Actor) -> int:
    """Give many people who have no residence yet one each, in bulk; return how many there were.

    Raises IntegrityError when one of them has a residence already.
    """
    residences = [Residence(person=person, place=place, from_on=from_on) for person, place in homes]
    with transaction.atomic():
        Residence.objects.bulk_create(residences, batch_size=2_000)
        journal.record_many(
            journal.Act(
                "person.moved",
                actor,
                journal.Ref("person", residence.person_id),
                place_path=residence.place.path,
            )
            for residence in residences
        )
    return len(residences)


def set_address(person: Person, place: Place, address: str, actor: journal.Actor) -> Residence:
    """Keep the exact address (building, unit, flat) in the vault and join the household behind that door.

    The person's residence becomes `place` from today on if it was another. Raises Problem at "address".
    """
    address = _checked_address(address)
    with transaction.atomic():
        residence = set_residence(person, place, clock.today(), actor)
        household, _ = Household.objects.get_or_create(
            place=place, door_token=_door_token(place, address), defaults={"created_at": clock.now()}
        )
        if residence.household_id != household.pk:
            residence.household = household
            residence.save(update_fields=["household"])
        vault.put(person, VaultField.ADDRESS, address)
        journal.record("person.address_set", actor, journal.Ref("person", person.pk), place_path=place.path)
    return residence


def leave_households(person: Person) -> None:
    """Take the person out of every household; doors behind which nobody is left are deleted."""
    doors = list(Residence.objects.filter(person=person).values_list("household_id", flat=True))
    Residence.objects.filter(person=person).update(household=None)
    Household.objects.filter(pk__in=[door for door in doors if door], residences__isnull=True).delete()


def _moved(current: Residence, place: Place, from_on: date) -> Residence:
    if from_on < current.from_on:
        raise Problem(
            "residence_before_current",
            Text(
                "现住处从 {since} 起算，新的不能更早。",
                "The present residence began on {since}; a new one cannot begin earlier.",
            ).format(since=current.from_on.isoformat()),
            field="from_on",
        )
    if from_on == current.from_on:
        current.place, current.household = place, None
        current.save(update_fields=["place", "household"])
        return current
    current.until_on = from_on
    current.save(update_fields=["until_on"])
    return Residence.objects.create(person=current.person, place=place, from_on=from_on)


def _checked_address(typed: str) -> str:
    address = " ".join(unicodedata.normalize("NFKC", typed).split())
    if not address:
        raise Problem("address_empty", Text("还没填住址。", "The address is missing."), field="address")
    if len(address) > ADDRESS_LENGTH:
        raise Problem(
            "address_too_long",
            Text("住址太长，最多 {n} 个字。", "The address is too long; at most {n} characters.").format(
                n=ADDRESS_LENGTH
            ),
            do=Text("只写楼、单元、门牌。", "Building, unit and door are enough."),
            field="address",
        )
    if re.search(r"[<>\x00-\x1f]", address):
        raise Problem(
            "address_character",
            Text("住址里有不能用的字符。", "The address holds characters that cannot be used."),
            do=Text("只写楼、单元、门牌。", "Building, unit and door are enough."),
            field="address",
        )
    return address


def _door_token(place: Place, address: str) -> str:
    door = re.sub(r"[\s,，。.#＃-]+", "", address).upper()
    return crypto.blind_token("door", f"{place.code}/{door}")
