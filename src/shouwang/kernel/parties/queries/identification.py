"""What somebody shows to be recognised, checked and turned into the token under which the vault knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shouwang.kernel.parties.models import VaultField
from shouwang.util import clock, crypto, identity
from shouwang.util.problems import Problem
from shouwang.util.text import Text


@dataclass(frozen=True, slots=True)
class Identification:
    """A document as typed: kind "ID_NUMBER" or "PASSPORT", and its number."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class CheckedIdentification:
    """A document whose number can be right, in normal form, with what the number tells."""

    field: VaultField
    number: str
    token: str
    born_on: date | None
    sex: str


def checked(identification: Identification) -> CheckedIdentification:
    """Check the number by the rules of its kind; raises Problem at the field "number"."""
    if identification.kind == VaultField.ID_NUMBER:
        found = identity.check_id_number(identification.number, clock.today(), field="number")
        return _checked(VaultField.ID_NUMBER, found.number, found.born_on, found.sex)
    if identification.kind == VaultField.PASSPORT:
        return _checked(VaultField.PASSPORT, identity.check_passport(identification.number, field="number"))
    raise Problem(
        "identification_kind",
        Text("证件种类不对。", "This kind of document is not known."),
        do=Text("选身份证，或者护照、通行证。", "Choose identity card, or passport or travel permit."),
        field="kind",
    )


def _checked(
    field: VaultField, number: str, born_on: date | None = None, sex: str = ""
) -> CheckedIdentification:
    return CheckedIdentification(field, number, token_of(field, number), born_on, sex)


def token_of(field: VaultField, value: str) -> str:
    """Return the blind token of a value in normal form."""
    return crypto.blind_token(f"vault:{field.value}", value)


def hint_of(field: VaultField, value: str) -> str:
    """Return the last characters by which a number is recognised: four, or two of a short one."""
    if field == VaultField.ADDRESS:
        return ""
    return value[-4:] if len(value) >= 8 else value[-2:]
