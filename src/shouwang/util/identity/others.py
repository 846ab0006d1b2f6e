"""Names, telephones, number plates and temperatures."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from shouwang.util.identity.typed import compact, refuse, wrong_length
from shouwang.util.problems import Problem
from shouwang.util.text import Text

NAME_LENGTH = 60
PHONE_LENGTH = 11
LOWEST_CELSIUS, HIGHEST_CELSIUS = Decimal("34.0"), Decimal("43.0")

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_SERIAL = "[0-9A-HJ-NP-Z]"
#: GA 36: ordinary plates, the two forms of new-energy plates, and those that end in a word.
_PLATES = re.compile(
    rf"{_PROVINCE}[A-HJ-Z]{_SERIAL}{{5}}"
    rf"|{_PROVINCE}[A-HJ-Z](?:[A-HJK]{_SERIAL}[0-9]{{4}}|[0-9]{{5}}[A-HJK])"
    rf"|{_PROVINCE}[A-HJ-Z]{_SERIAL}{{4,5}}[挂学警试超领]"
    rf"|粤Z{_SERIAL}{{4}}[港澳]"
    r"|[0-9]{6}使|使[0-9]{6}"
    rf"|WJ{_PROVINCE}?[0-9]{{4}}[0-9A-Z]"  # armed police
    r"|[A-Z]{2}[0-9]{5}"  # armed forces
)
_DOTS = re.compile(r"[•・∙‧．]")


def check_name(typed: str, field: str = "") -> str:
    """Check a person's name: letters of any script, with · - ' . and blanks between, at most 60 characters.

    Blanks between Chinese characters are dropped, other runs of blanks become one. Raises Problem.
    """
    if len(typed.strip()) > NAME_LENGTH * 2:
        raise _name_too_long(field)
    name = unicodedata.normalize("NFC", typed)
    name = _DOTS.sub("·", unicodedata.normalize("NFKC", name) if name.isascii() else name)
    name = re.sub(r"(?<=[^\x00-\u02ff])\s+(?=[^\x00-\u02ff])", "", " ".join(name.split()))
    if not name:
        raise refuse("name_empty", Text("还没填姓名。", "The name is missing."), field)
    if len(name) > NAME_LENGTH:
        raise _name_too_long(field)
    strange = next((character for character in name if not _may_stand_in_a_name(character)), "")
    if strange or not any(character.isalpha() for character in name):
        raise refuse(
            "name_character",
            Text(f"姓名里不能有“{strange}”。", f"A name cannot hold “{strange}”.")
            if strange
            else Text("姓名里没有字。", "There is no letter in this name."),
            field,
            do=Text("照证件上的写法填。", "Write it as it stands on the document."),
        )
    return name


def check_phone(typed: str, field: str = "") -> str:
    """Check a telephone number; return digits only, or "+" and digits for a foreign one.

    Known: mainland mobiles (11 digits), land lines with area code, foreign numbers with +, and the invented
    numbers of the demo (11 digits beginning 100). +86 and 0086 are dropped. Raises Problem.
    """
    number = re.sub(r"^(?:\+|00)86", "", re.sub(r"[()/]", "", compact(typed)))
    if re.fullmatch(r"1[3-9][0-9]{9}|100[0-9]{8}|0[1-9][0-9]{8,10}", number):
        return number
    foreign = re.sub(r"^00", "+", number)
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", foreign):
        return foreign
    if not number:
        raise refuse("phone_empty", Text("还没填手机号。", "The telephone number is missing."), field)
    if re.fullmatch(r"1[0-9]*", number) and len(number) != PHONE_LENGTH:
        raise wrong_length(
            "phone_length", Text("手机号", "A mobile number"), len(number), PHONE_LENGTH, field
        )
    raise refuse(
        "phone_unreadable",
        Text("这不是电话号码。", "This is not a telephone number."),
        field,
        do=Text(
            "手机填 11 位数字；座机带区号，例如 0371-65551234；境外号码以 + 开头。",
            "Mobiles have 11 digits; land lines need their area code, e.g. 0371-65551234; foreign numbers "
            "begin with +.",
        ),
    )


def check_plate(typed: str, field: str = "") -> str:
    """Check a number plate (GA 36, with new-energy plates of 8 characters); return it without blanks or dots.

    Raises Problem; it says so when I or O, which no plate uses, stand for 1 or 0.
    """
    plate = compact(typed)
    if _PLATES.fullmatch(plate):
        return plate
    if not plate:
        raise refuse("plate_empty", Text("还没填车牌号。", "The number plate is missing."), field)
    guess = plate[:2] + plate[2:].replace("O", "0").replace("I", "1")
    if guess != plate and _PLATES.fullmatch(guess):
        raise refuse(
            "plate_letter",
            Text("车牌不用字母 I 和 O。", "Plates never use the letters I and O."),
            field,
            do=Text(f"是 {guess} 吗？", f"Is it {guess}?"),
        )
    if re.match(_PROVINCE, plate) and len(plate) not in {7, 8}:
        raise refuse(
            "plate_length",
            Text(
                f"车牌是 7 位，新能源车是 8 位，这里有 {len(plate)} 位。",
                f"A plate has 7 characters, 8 for new-energy cars; here there are {len(plate)}.",
            ),
            field,
        )
    raise refuse(
        "plate_unreadable",
        Text("这不是车牌号。", "This is not a number plate."),
        field,
        do=Text(
            "省份简称、字母，再加 5 位，例如 豫A12345；新能源车加 6 位，例如 豫AD12345。",
            "Province, letter and five characters, e.g. 豫A12345; new-energy cars six, e.g. 豫AD12345.",
        ),
    )


def check_celsius(typed: str, field: str = "") -> Decimal:
    """Check a body temperature typed in degrees Celsius with exactly one decimal, 34.0 to 43.0.

    Raises Problem; a missing or misplaced decimal point is answered with the likely reading.
    """
    reading = unicodedata.normalize("NFKC", typed[:100]).upper().replace("。", ".")
    reading = re.sub(r"\s|°C|℃|C$|度$", "", reading)
    if re.fullmatch(r"[0-9]{2}\.[0-9]", reading):
        return _within_reach(Decimal(reading), field)
    if not reading:
        raise refuse("celsius_empty", Text("还没填体温。", "The temperature is missing."), field)
    raise refuse(
        "celsius_unreadable",
        Text("体温写到小数后一位，例如 36.5。", "Write the temperature with one decimal, e.g. 36.5."),
        field,
        do=_likely_reading(reading),
    )


def _name_too_long(field: str) -> Problem:
    what = Text(
        f"姓名太长，最多 {NAME_LENGTH} 个字。", f"The name is too long; at most {NAME_LENGTH} characters."
    )
    return refuse("name_too_long", what, field, do=Text("照证件上的写法填。", "Write it as on the document."))


def _within_reach(celsius: Decimal, field: str) -> Decimal:
    if LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
        return celsius
    raise refuse(
        "celsius_out_of_range",
        Text(
            f"{celsius} ℃ 不像体温。体温在 {LOWEST_CELSIUS} 到 {HIGHEST_CELSIUS} ℃ 之间。",
            f"{celsius} °C is no body temperature: {LOWEST_CELSIUS} to {HIGHEST_CELSIUS} °C is possible.",
        ),
        field,
        do=Text("再量一次。", "Measure again."),
    )


def _likely_reading(reading: str) -> Text | None:
    """Return a question with the reading that was probably meant, if the digits allow only one."""
    digits = re.sub(r"[^0-9]", "", reading)
    if len(digits) == 2 and reading == digits:
        return Text(f"正好 {digits} 度就写 {digits}.0。", f"For exactly {digits} write {digits}.0.")
    if len(digits) != 3 or not re.fullmatch(r"[0-9]+[.,;:、]?[0-9]*", reading):
        return None
    guess = f"{digits[:2]}.{digits[2]}"
    if not LOWEST_CELSIUS <= Decimal(guess) <= HIGHEST_CELSIUS:
        return None
    return Text(f"是 {guess} 吗？", f"Is it {guess}?")


def _may_stand_in_a_name(character: str) -> bool:
    return character in " ·.-'’" or unicodedata.category(character)[0] in "LM"
