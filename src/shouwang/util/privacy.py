"""What personal data is held, why, on what legal ground, for how long, and how it leaves.

A model declares its personal fields in a class attribute, and how its rows lead to the person:

    class Passage(models.Model):
        PERSONAL = {"temperature": Personal(purpose=…, basis=…, keep_days=30, shred="blank")}
        PERSONAL_OF = "traveller"            # ORM path from this model to the person; not needed for "person"
        NOT_PERSONAL = {"lane_note": "describes the lane, never who used it"}

`tests/privacy` walks every model: a field that could hold personal data and is neither declared nor
excepted fails. Shredding a person (`parties.shred_person`) follows the declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shouwang.util.text import Text

Shred = Literal["blank", "delete", "keep-hash"]

#: The value of `PERSONAL_OF` of a model whose personal data leaves by a service of its own concept.
OWN_SHREDDER = "own-shredder"

#: Field names that by house rule never hold personal data: codes, keys, digests and display names of things.
CONVENTIONAL_NAMES = frozenset(
    {
        "code",
        "key",
        "kind",
        "subkind",
        "state",
        "outcome",
        "verb",
        "path",
        "thread",
        "language",
        "unit",
        "role",
        "digest",
        "campaign",
        "source",
        "version",
        "name_zh",
        "name_en",
    }
)
CONVENTIONAL_ENDINGS = ("_key", "_kind", "_path", "_code", "_digest", "_token", "_state")

EMERGENCY = Text(
    "《传染病防治法》第十二条、《个人信息保护法》第十三条第一款第（三）（四）项：应对突发公共卫生事件",
    "Law on Prevention of Infectious Diseases art. 12; Personal Information Protection Law art. 13(1)(3)(4): "
    "response to a public health emergency",
)
OFFICIAL_DUTY = Text(
    "《个人信息保护法》第十三条第一款第（三）项：履行法定职责",
    "Personal Information Protection Law art. 13(1)(3): performance of statutory duties",
)


@dataclass(frozen=True, slots=True)
class Personal:
    """The declaration of one personal field.

    `keep_days` counts from the end of the purpose (release, closing of the case); None means that a law or a
    service of the concept sets the end. `shred`: "blank" empties the field, "delete" deletes the row,
    "keep-hash" replaces the value by a keyed hash so that counts and audits still hold. `label` names the
    field on the page that shows people what is held about them.
    """

    purpose: Text
    basis: Text
    keep_days: int | None
    shred: Shred
    label: Text | None = None


def declared(model: type[Any]) -> Mapping[str, Personal]:
    """Return the personal fields that `model` declares, by field name."""
    fields: Mapping[str, Personal] = model.__dict__.get("PERSONAL", {})
    return fields


def excepted(model: type[Any]) -> Mapping[str, str]:
    """Return the fields that `model` names as not personal, each with the reason."""
    fields: Mapping[str, str] = model.__dict__.get("NOT_PERSONAL", {})
    return fields


def person_path(model: type[Any]) -> str:
    """Return the ORM path from `model` to the person whose data it holds (may be `OWN_SHREDDER`, or "")."""
    path: str = model.__dict__.get("PERSONAL_OF", "person")
    return path


def is_conventional(field_name: str) -> bool:
    """Tell whether by house rule a field of this name never holds personal data."""
    return field_name in CONVENTIONAL_NAMES or field_name.endswith(CONVENTIONAL_ENDINGS)


#: Mobile numbers, and the invented ones of the demo (100…).
_MOBILE = re.compile(r"(?<!\d)1(?:[3-9]\d|00)\d{8}(?!\d)")
_ID_NUMBER = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def find_leak(value: object) -> str | None:
    """Name what personal number stands in the JSON-like `value`: "id_number", "phone", or None.

    The last guard before something is written where personal data must never be (journal, workflow data).
    An identity number counts only with a right check digit, so that other long numbers pass.
    """
    if isinstance(value, Mapping):
        return _first_leak([*value.keys(), *value.values()])
    if isinstance(value, list | tuple | set | frozenset):
        return _first_leak(value)
    if value is None or isinstance(value, bool | float):
        return None
    return _leak_in_words(str(value))


def _first_leak(values: Iterable[object]) -> str | None:
    return next((leak for leak in map(find_leak, values) if leak), None)


def _leak_in_words(words: str) -> str | None:
    if len(words) < 11:
        return None
    if any(_has_id_check_digit(match) for match in _ID_NUMBER.findall(words)):
        return "id_number"
    return "phone" if _MOBILE.search(words) else None


def _has_id_check_digit(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()
