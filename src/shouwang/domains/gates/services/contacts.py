"""The telephone and the door that a traveller typed: sealed until a guard has seen the papers.

A public form proves nothing about who typed it. So what it says about how to reach a person stays with the
registration, encrypted, and goes into the vault only when a guard has compared papers and people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from shouwang.domains.gates.models import Occupant, Registration
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.util import clock, crypto


@dataclass(frozen=True)
class Contact:
    """How to reach the people of a car; empty where the vault has it already."""

    phone: str = ""
    door: str = ""


def seal_contact(registration: Registration, contact: Contact) -> None:
    """Put a contact into an unsaved registration, encrypted."""
    if not (contact.phone or contact.door):
        registration.sealed_contact, registration.seal_key_id = None, ""
        return
    words = json.dumps({"phone": contact.phone, "door": contact.door}, ensure_ascii=False)
    sealed = crypto.seal(words, _context(registration))
    registration.sealed_contact, registration.seal_key_id = sealed.ciphertext, sealed.key_id


def open_contact(registration: Registration) -> Contact:
    """Return the sealed contact; empty when there is none any more."""
    if not registration.sealed_contact:
        return Contact()
    sealed = crypto.Sealed(bytes(registration.sealed_contact), registration.seal_key_id)
    return Contact(**json.loads(crypto.open_sealed(sealed, _context(registration))))


def move_into_vault(
    registration: Registration, occupant: Occupant, contact: Contact, actor: journal.Actor
) -> None:
    """Store where a person is reached from now on: residence, door, and the telephone of the car.

    The telephone replaces that of the driver, and completes that of the others who have none.
    """
    person, place = occupant.person, registration.destination
    if place is not None:
        if contact.door:
            parties.set_address(person, place, contact.door, actor)
        else:
            parties.set_residence(person, place, clock.today(), actor)
    if contact.phone and (occupant.is_driver or not parties.masked(person).phone_hint):
        parties.set_phone(person, contact.phone, actor)


def forget_contact(registration: Registration) -> None:
    """Drop the sealed contact of a registration; the caller saves."""
    registration.sealed_contact, registration.seal_key_id = None, ""


def _context(registration: Registration) -> str:
    return f"gates.registration:{registration.request_key}"
