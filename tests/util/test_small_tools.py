"""Ids, money, problems and the guard against leaks."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shouwang.util import clock, identity, money, privacy
from shouwang.util.ids import new_uuid
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text


def test_ids_are_version_7_and_rise_even_when_time_stands_still():
    with clock.use(clock.FixedClock(datetime(2199, 1, 1, tzinfo=UTC))):
        made = [new_uuid() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {value.version for value in made} == {7}


def test_ids_of_many_threads_never_meet():
    made: list[object] = []
    threads = [
        threading.Thread(target=lambda: made.extend(new_uuid() for _ in range(2_000))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8_000


def test_ids_sort_by_time():
    with clock.use(clock.FixedClock(datetime(2200, 1, 1, tzinfo=UTC))) as fixed:
        first = new_uuid()
        fixed.advance(timedelta(hours=1))
        assert new_uuid() > first


@given(st.integers(-(10**14), 10**14))
def test_money_written_and_read_is_the_same_money(fen):
    assert money.parse_yuan(money.format_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1,234.5", 123_450), ("１２ 元", 1_200), ("¥0.07", 7), ("-3", -300), ("3918123", 391_812_300)],
)
def test_money_as_people_type_it(typed, fen):
    assert money.parse_yuan(typed) == fen


@pytest.mark.parametrize("typed", ["", "1.234", "12,34", "1e5", "abc", "1.2.3", "NaN"])
def test_money_that_cannot_be_read(typed):
    with pytest.raises(Problem) as caught:
        money.parse_yuan(typed, "amount")
    assert caught.value.field == "amount"


def test_a_problem_speaks_both_languages_and_names_its_field():
    problem = Problem(
        "late", Text("晚了。", "Too late."), do=Text("明天再来。", "Come tomorrow."), field="on"
    )
    assert problem.in_words() == Text("晚了。明天再来。", "Too late. Come tomorrow.")
    with translation.override("en"):
        assert str(problem) == "Too late. Come tomorrow."
    assert problem.at("2.on").field == "2.on"
    assert problem.at("2.on").code == "late"


def test_missing_and_forbidden_are_one_answer():
    assert NotFoundOrNotYours().status == 404
    assert NotFoundOrNotYours().what == NotFoundOrNotYours().what


ID_NUMBER = identity.synthetic_id_number(date(1990, 1, 2), 7)


@pytest.mark.parametrize(
    ("value", "leak"),
    [
        ({"note": f"他的号码 {ID_NUMBER}"}, "id_number"),
        ([{"deep": [ID_NUMBER.lower()]}], "id_number"),
        ({ID_NUMBER: 1}, "id_number"),
        ({"call": "打 10003710382"}, "phone"),
        (13800001234, "phone"),
        ("+8613800001234", None),
        ({"code": "410105001003", "count": 12, "when": "2020-03-18T10:00:00+00:00"}, None),
        ({"number": "123456789012345678"}, None),
        ({"uuid": "0190a5d2-7c3e-7b3e-8b3e-138000012345"}, None),
        (None, None),
        ({"reading": 36.5, "is_late": True}, None),
    ],
)
def test_personal_numbers_are_seen_wherever_they_stand(value, leak):
    assert privacy.find_leak(value) == leak


@pytest.mark.parametrize(
    ("name", "is_conventional"),
    [
        ("code", True),
        ("subject_key", True),
        ("name_zh", True),
        ("name", False),
        ("note", False),
        ("phone", False),
    ],
)
def test_some_names_never_hold_personal_data(name, is_conventional):
    assert privacy.is_conventional(name) is is_conventional
