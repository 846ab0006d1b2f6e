"""Names, telephones, plates and temperatures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.util import identity
from shouwang.util.problems import Problem

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SERIAL = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
AREAS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def refused(check, *arguments):
    with pytest.raises(Problem) as caught:
        check(*arguments)
    return caught.value


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 裴 听澜 ", "裴听澜"),
        ("Ann   Lee", "Ann Lee"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("O’Brien", "O’Brien"),
        ("José García", "José García"),
        ("𠮷田", "𠮷田"),
        ("Нина", "Нина"),
    ],
)
def test_names_of_any_script_pass(typed, name):
    assert identity.check_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name_empty"),
        ("   ", "name_empty"),
        ("<script>", "name_character"),
        ("张3", "name_character"),
        ("···", "name_character"),
        ("裴\x00听澜", "name_character"),
        ("裴" * 61, "name_too_long"),
        ("裴" * 40_000, "name_too_long"),
    ],
)
def test_what_cannot_be_a_name(typed, code):
    assert refused(identity.check_name, typed).code == code


@given(st.text(max_size=80))
def test_a_checked_name_stays_the_same_when_checked_again(typed):
    try:
        name = identity.check_name(typed)
    except Problem:
        return
    assert identity.check_name(name) == name
    assert not set(name) & set('<>&"\x00')


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("100 0371 0382", "10003710382"),
        ("+86 138-0000-1234", "13800001234"),
        ("0086 13800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("0371-65551234", "037165551234"),
        ("(010) 6555 1234", "01065551234"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("0044 20 7946 0958", "+442079460958"),
    ],
)
def test_telephones(typed, number):
    assert identity.check_phone(typed) == number


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "还没填手机号"),
        ("1380000123", "少 1 位。手机号是 11 位，这里有 10 位。"),
        ("138000012345", "多 1 位"),
        ("12800001234", "这不是电话号码"),
        ("abc", "这不是电话号码"),
        ("<script>", "这不是电话号码"),
        ("6" * 40_000, "这不是电话号码"),
    ],
)
def test_telephones_that_cannot_be(typed, words):
    assert words in refused(identity.check_phone, typed).in_words().zh


@given(
    st.sampled_from(PROVINCES),
    st.sampled_from(AREAS),
    st.one_of(
        st.text(SERIAL, min_size=5, max_size=5),
        st.from_regex(rf"[ABCDEFGHJK][{SERIAL}][0-9]{{4}}", fullmatch=True),
        st.from_regex(r"[0-9]{5}[ABCDEFGHJK]", fullmatch=True),
    ),
    st.sampled_from(["", " ", "·", "•", ". ", "-"]),
)
def test_plates_of_every_form_pass_however_they_are_typed(province, area, serial, separator):
    plate = province + area + serial
    assert identity.check_plate(f" {province}{area}{separator}{serial.lower()} ") == plate


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("豫a·1 23 45", "豫A12345"),
        ("豫ＡＤ１２３４５", "豫AD12345"),
        ("豫A12345D", "豫A12345D"),
        ("豫A1234挂", "豫A1234挂"),
        ("京A12345警", "京A12345警"),
        ("粤Z1234港", "粤Z1234港"),
        ("223456使", "223456使"),
        ("WJ豫12345", "WJ豫12345"),
    ],
)
def test_plates_as_people_type_them(typed, plate):
    assert identity.check_plate(typed) == plate


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("", "plate_empty", "还没填车牌号"),
        ("豫A1234O", "plate_letter", "是 豫A12340 吗？"),
        ("豫A123", "plate_length", "这里有 5 位"),
        ("豫A123456789", "plate_length", "这里有 11 位"),
        ("A12345", "plate_unreadable", "省份简称"),
        ("<script>alert(1)</script>", "plate_unreadable", "这不是车牌号"),
        ("豫" * 40_000, "plate_length", "这里有 40000 位"),
    ],
)
def test_plates_that_cannot_be(typed, code, words):
    problem = refused(identity.check_plate, typed)
    assert problem.code == code
    assert words in problem.in_words().zh


@given(st.decimals("34.0", "43.0", places=1))
def test_every_body_temperature_passes(celsius):
    assert identity.check_celsius(f" {celsius}℃ ") == celsius


@given(
    st.decimals("0.0", "99.9", places=1).filter(lambda value: not Decimal("34.0") <= value <= Decimal("43.0"))
)
def test_every_other_temperature_is_refused(celsius):
    refused(identity.check_celsius, str(celsius))


@pytest.mark.parametrize(
    ("typed", "do"),
    [
        ("3.75", "是 37.5 吗？"),
        ("37,5", "是 37.5 吗？"),
        ("375", "是 37.5 吗？"),
        ("37", "正好 37 度就写 37.0。"),
        ("36.55", None),
        ("abc", None),
        ("9.99", None),
        ("-36.5", None),
        ("NaN", None),
        ("3" * 40_000, None),
    ],
)
def test_a_reading_in_the_wrong_form_is_answered_with_the_likely_one(typed, do):
    problem = refused(identity.check_celsius, typed)
    assert problem.code == "celsius_unreadable"
    assert "小数后一位" in problem.what.zh
    assert (problem.do.zh if problem.do else None) == do


@pytest.mark.parametrize("typed", ["36.5", "３６．５", "36。5", "36.5 ℃", "36.5度", " 36.5°C", "36.5c"])
def test_readings_as_people_type_them(typed):
    assert identity.check_celsius(typed) == Decimal("36.5")


@given(
    st.text(max_size=40), st.sampled_from(["check_phone", "check_plate", "check_celsius", "check_passport"])
)
def test_anything_typed_is_normal_or_explained(typed, check):
    try:
        outcome = getattr(identity, check)(typed)
    except Problem as problem:
        outcome = problem
    if isinstance(outcome, Problem):
        assert all((outcome.what.zh, outcome.what.en))
    else:
        assert getattr(identity, check)(str(outcome)) == outcome
