"""Numbers with a standard behind them: identity number, credit code, passport."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shouwang.util.identity.typed import compact, refuse, wrong_length
from shouwang.util.problems import Problem
from shouwang.util.text import Text

ID_LENGTH = 18
OLDEST_YEARS = 130
#: ISO 7064 MOD 11-2 as in GB 11643: the weight of position i from the left is 2^(17-i) mod 11.
_ID_WEIGHTS = [pow(2, 17 - position, 11) for position in range(17)]
_ID_CHECK_DIGITS = "10X98765432"
#: GB/T 2260 provinces, 71/81/82/83 for Taiwan, Hong Kong, Macao residents, 9x for permanent residents.
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-9]")
#: An area code that GB/T 2260 never gave to any place; see `synthetic_id_number`.
SYNTHETIC_AREA = "410199"

#: GB 32100: digits and capitals without I, O, S, V, Z; weights 3^i mod 31.
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = [pow(3, position, 31) for position in range(17)]

ID_NAME = Text("身份证号", "An identity number")
BIRTHDAY_PLACE = Text("第 7 到 14 位是生日。", "Digits 7 to 14 are the date of birth.")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A checked identity number and what it says: birthday, sex "M" or "F", six-digit area code."""

    number: str
    born_on: date
    sex: Literal["M", "F"]
    area_code: str


def check_id_number(typed: str, today: date, field: str = "") -> IdNumber:
    """Check a citizen's identity number (GB 11643, 18 characters) as of `today`.

    Raises Problem naming the first thing wrong: characters, length, area, a birthday that does not exist,
    lies in the future or more than 130 years back, or the check digit.
    """
    number = compact(typed)
    _check_id_characters(number, field)
    if not _PROVINCES.fullmatch(number[:2]):
        raise refuse(
            "id_number_area",
            Text(
                f"开头 {number[:2]} 不是任何省份的代码。",
                f"It begins with {number[:2]}, the code of no province.",
            ),
            field,
            do=Text("对照证件再看前两位。", "Compare the first two digits with the card."),
        )
    born_on = _id_birthday(number, today, field)
    if id_check_digit(number[:17]) != number[17]:
        raise refuse(
            "id_number_check_digit",
            Text(
                "有一位写错了：最后一位和前 17 位对不上。",
                "One digit is wrong: the last does not fit the first 17.",
            ),
            field,
            do=Text("对照证件逐位再看一遍。", "Compare it with the card digit by digit."),
        )
    return IdNumber(number, born_on, "M" if int(number[16]) % 2 else "F", number[:6])


def id_check_digit(first_17: str) -> str:
    """Return the check character (0-9 or X) of the first 17 digits of an identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _ID_WEIGHTS, strict=True))
    return _ID_CHECK_DIGITS[total % 11]


def synthetic_id_number(born_on: date, sequence: int, area_code: str = SYNTHETIC_AREA) -> str:
    """Return an identity number that passes every check and can belong to nobody.

    The area code 410199 stands in no edition of GB/T 2260 (checked against the list of all codes ever in
    force, 1980 to 2020), so no such number was ever issued. `sequence` is 0 to 999: odd for a man, even for a
    woman; up to 1,000 numbers per birthday. Raises ValueError for another sequence.
    """
    if not 0 <= sequence <= 999:
        raise ValueError(f"sequence {sequence} is not within 0..999")
    first_17 = f"{area_code}{born_on:%Y%m%d}{sequence:03d}"
    return first_17 + id_check_digit(first_17)


def check_credit_code(typed: str, field: str = "") -> str:
    """Check a unified social credit code (GB 32100, 18 characters, MOD 31); return its normal form.

    Raises Problem naming the length, a character that is never used, or the check character.
    """
    code = compact(typed)
    name = Text("统一社会信用代码", "A unified social credit code")
    if len(code) != ID_LENGTH:
        raise wrong_length("credit_code_length", name, len(code), ID_LENGTH, field)
    for place, character in enumerate(code, 1):
        if character not in _CREDIT_ALPHABET:
            raise refuse(
                "credit_code_character",
                Text(
                    f"第 {place} 位是 {character}。信用代码只用数字和大写字母，不用 I、O、S、V、Z。",
                    f"Character {place} is {character}. Codes never use I, O, S, V or Z.",
                ),
                field,
            )
    total = sum(
        _CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(code[:17], _CREDIT_WEIGHTS, strict=True)
    )
    if _CREDIT_ALPHABET[-total % 31] != code[17]:
        raise refuse(
            "credit_code_check",
            Text(
                "有一位写错了：最后一位和前 17 位对不上。", "One character is wrong: the last does not fit."
            ),
            field,
            do=Text("对照营业执照再看一遍。", "Compare it with the business licence."),
        )
    return code


def check_passport(typed: str, field: str = "") -> str:
    """Check the number of a passport or travel permit: 5 to 12 letters and digits, at least 4 of them digits.

    Countries differ too much for more (ICAO 9303 allows 9 characters; mainland travel permits have up to 11).
    Raises Problem.
    """
    number = compact(typed)
    if re.fullmatch(r"[A-Z0-9]{5,12}", number) and sum(character.isdigit() for character in number) >= 4:
        return number
    raise refuse(
        "passport_unreadable",
        Text("证件号读不懂。", "This document number cannot be read."),
        field,
        do=Text(
            "照证件填 5 到 12 位字母和数字，例如 E12345678。",
            "Copy 5 to 12 letters and digits, e.g. E12345678.",
        ),
    )


def _check_id_characters(number: str, field: str) -> None:
    if not number:
        raise refuse("id_number_empty", Text("还没填身份证号。", "The identity number is missing."), field)
    for place, character in enumerate(number[:ID_LENGTH], 1):
        if re.fullmatch(r"[0-9]", character) or (place == ID_LENGTH and character == "X"):
            continue
        if place == len(number) and character == "X":
            break  # a number that ends in X and is too short: its length is what is wrong
        raise refuse(
            "id_number_character",
            Text(
                f"第 {place} 位是“{character}”。前 17 位都是数字，最后一位是数字或 X。",
                f"Character {place} is “{character}”. The first 17 are digits, the last is a digit or X.",
            ),
            field,
        )
    if re.fullmatch(r"[0-9]{15}", number):
        raise refuse(
            "id_number_old",
            Text(
                "这是 15 位的旧号码，2013 年起停用。", "This is an old number of 15 digits, void since 2013."
            ),
            field,
            do=Text("请填现在身份证上的 18 位号码。", "Use the 18 characters on the present card."),
        )
    if len(number) != ID_LENGTH:
        raise wrong_length("id_number_length", ID_NAME, len(number), ID_LENGTH, field)


def _id_birthday(number: str, today: date, field: str) -> date:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        born_on = date(year, month, day)
    except ValueError:
        raise _no_such_day(month, day, field) from None
    if born_on > today:
        raise refuse(
            "id_number_future",
            Text(
                f"生日 {year} 年 {month} 月 {day} 日还没到。",
                f"The birthday {born_on.isoformat()} is still to come.",
            ),
            field,
            do=BIRTHDAY_PLACE,
        )
    if today.year - year > OLDEST_YEARS:
        raise refuse(
            "id_number_too_old",
            Text(
                f"按生日已 {today.year - year} 岁。",
                f"By this birthday the person is {today.year - year} years old.",
            ),
            field,
            do=BIRTHDAY_PLACE,
        )
    return born_on


def _no_such_day(month: int, day: int, field: str) -> Problem:
    if not 1 <= month <= 12:
        what = Text(f"没有 {month} 月。", f"There is no month {month}.")
    else:
        what = Text(f"{month} 月没有 {day} 日。", f"Month {month} has no day {day}.")
    return refuse("id_number_birthday", what, field, do=BIRTHDAY_PLACE)
