"""Checks of what people type to identify somebody or something, each with the exact reason when it fails.

Every `check_…` takes the text as typed, forgives what a machine can mend (blanks, full-width characters,
lower case, separators) and returns the one normal form, or raises a `Problem` that says what is wrong and
what would be right, laid at `field`. Nothing here knows whether the number belongs to anybody.
"""

from shouwang.util.identity.numbers import (
    SYNTHETIC_AREA,
    IdNumber,
    check_credit_code,
    check_id_number,
    check_passport,
    id_check_digit,
    synthetic_id_number,
)
from shouwang.util.identity.others import check_celsius, check_name, check_phone, check_plate

__all__ = [
    "SYNTHETIC_AREA",
    "IdNumber",
    "check_celsius",
    "check_credit_code",
    "check_id_number",
    "check_name",
    "check_passport",
    "check_phone",
    "check_plate",
    "id_check_digit",
    "synthetic_id_number",
]
