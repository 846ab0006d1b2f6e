"""Identity numbers, credit codes and passports."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.util import identity
from shouwang.util.problems import Problem

TODAY = date(2020, 3, 18)
BIRTHDAYS = st.dates(date(1900, 1, 1), TODAY)
SEQUENCES = st.integers(0, 999)
#: Worked example of GB 11643, appendix.
STANDARD_EXAMPLE = "11010519491231002X"


def refused(check, *arguments):
    with pytest.raises(Problem) as caught:
        check(*arguments)
    return caught.value


def test_the_example_of_the_standard_passes():
    found = identity.check_id_number(STANDARD_EXAMPLE, TODAY)
    assert found == identity.IdNumber(STANDARD_EXAMPLE, date(1949, 12, 31), "F", "110105")


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
        "\u200b11010519491231002X",
    ],
)
def test_what_a_machine_can_mend_is_forgiven(typed):
    assert identity.check_id_number(typed, TODAY).number == STANDARD_EXAMPLE


def test_a_missing_digit_is_counted_as_the_phone_shows_it():
    problem = refused(identity.check_id_number, "50023620110304251", TODAY, "number")
    assert problem.what.zh == "少 1 位。身份证号是 18 位，这里有 17 位。"
    assert problem.what.en == "1 too few. An identity number has 18 characters; here there are 17."
    assert problem.field == "number"


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("", "id_number_empty", "还没填"),
        ("   ", "id_number_empty", "还没填"),
        ("4101051988023012170", "id_number_length", "多 1 位"),
        ("1" * 40_000, "id_number_length", "多 39,982 位"),
        ("110105491231002", "id_number_old", "15 位的旧号码"),
        ("11010519491231O021", "id_number_character", "第 15 位是“O”"),
        ("<script>alert(1)</script>", "id_number_character", "第 1 位是“<”"),
        ("X1010519491231002X", "id_number_character", "第 1 位是“X”"),
        ("٤١٠١٠٥١٩٨٨٠٢٣٠١٢١٧", "id_number_character", "第 1 位"),
        ("010105194912310021", "id_number_area", "开头 01"),
        ("410105198802301217", "id_number_birthday", "2 月没有 30 日。"),
        ("410105198813011217", "id_number_birthday", "没有 13 月。"),
        ("410105190002291217", "id_number_birthday", "2 月没有 29 日。"),
        ("410105202003191217", "id_number_future", "2020 年 3 月 19 日还没到"),
        ("410105188001011217", "id_number_too_old", "140 岁"),
        ("110105194912310021", "id_number_check_digit", "最后一位和前 17 位对不上"),
    ],
)
def test_each_fault_has_its_own_words(typed, code, words):
    problem = refused(identity.check_id_number, typed, TODAY)
    assert problem.code == code
    assert words in problem.in_words().zh
    assert problem.in_words().en.isascii() or "“" in problem.in_words().en


@given(BIRTHDAYS, SEQUENCES)
def test_synthetic_numbers_pass_and_say_who_was_meant(born_on, sequence):
    number = identity.synthetic_id_number(born_on, sequence)
    found = identity.check_id_number(number, TODAY)
    assert found.born_on == born_on
    assert found.sex == ("M" if sequence % 2 else "F")
    assert found.area_code == identity.SYNTHETIC_AREA


@given(BIRTHDAYS, SEQUENCES, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born_on, sequence, place, shift):
    number = identity.synthetic_id_number(born_on, sequence)
    wrong = str((int(number[place]) + shift) % 10)
    refused(identity.check_id_number, number[:place] + wrong + number[place + 1 :], TODAY)


@given(BIRTHDAYS, SEQUENCES, st.integers(0, 16))
def test_two_swapped_digits_are_always_found(born_on, sequence, place):
    number = identity.synthetic_id_number(born_on, sequence)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        refused(identity.check_id_number, swapped, TODAY)


@given(BIRTHDAYS, SEQUENCES, st.integers(1, 200))
def test_a_birthday_is_refused_until_it_has_come(born_on, sequence, days):
    number = identity.synthetic_id_number(born_on, sequence)
    assert refused(identity.check_id_number, number, born_on - timedelta(days=days))
    assert identity.check_id_number(number, born_on)


@given(st.text(max_size=60))
def test_anything_typed_gives_a_number_or_a_problem_in_both_languages(typed):
    try:
        outcome = identity.check_id_number(typed, TODAY)
    except Problem as problem:
        outcome = problem
    if isinstance(outcome, Problem):
        assert all((outcome.what.zh, outcome.what.en))
    else:
        assert outcome.number in unicodedata.normalize("NFKC", typed).upper().replace(" ", "")


def test_a_synthetic_number_is_refused_for_an_impossible_sequence():
    with pytest.raises(ValueError, match="1000"):
        identity.synthetic_id_number(TODAY, 1000)


def credit_code(first_17: str) -> str:
    """The check character by the definition of GB 32100, written another way than in the product."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(character) * 3**place for place, character in enumerate(first_17))
    return first_17 + alphabet[(31 - total % 31) % 31]


CREDIT_BODIES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17)


@given(CREDIT_BODIES)
def test_credit_codes_with_the_right_check_character_pass(body):
    code = credit_code(body)
    assert identity.check_credit_code(code.lower()) == code


@given(CREDIT_BODIES, st.integers(1, 30))
def test_credit_codes_with_another_check_character_fail(body, shift):
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = credit_code(body)
    wrong = alphabet[(alphabet.index(code[17]) + shift) % 31]
    assert refused(identity.check_credit_code, code[:17] + wrong).code == "credit_code_check"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("91410100MA40", "credit_code_length"),
        ("91410100MA4OXXXX1A", "credit_code_character"),
        ("", "credit_code_length"),
    ],
)
def test_credit_codes_say_what_is_wrong(typed, code):
    assert refused(identity.check_credit_code, typed).code == code


@pytest.mark.parametrize(
    ("typed", "number"),
    [("e1234 5678", "E12345678"), ("H12345678", "H12345678"), ("C01X00T478", "C01X00T478")],
)
def test_passports(typed, number):
    assert identity.check_passport(typed) == number


@pytest.mark.parametrize("typed", ["", "E123", "ABCDEFGH", "1" * 13, "E12345678<", "护照12345678"])
def test_passports_that_cannot_be(typed):
    assert refused(identity.check_passport, typed).code == "passport_unreadable"
