from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.kernel.rules import api as rules
from shouwang.util.text import Text
from tests.kernel.rules import tables


@pytest.fixture
def release(db, clock):
    rules.publish_parameter(tables.parameter("fever_axillary", 37.3, "℃"))
    rules.publish_parameter(tables.parameter("term_days", 14, "days"))
    rules.publish_table(RELEASE)


def cells(days, axillary, signed, place, free, outcome, zh="理由", en="Reason"):
    names = ("d", "a", "s", "p", "x", "r", "zh", "en")
    values = (days, axillary, signed, place, free, f"'{outcome}'", f"'{zh}'", f"'{en}'")
    return dict(zip(names, values, strict=True))


RELEASE = {
    "key": "release",
    "version": "1",
    "effective_from": "2020-01-01",
    "source": "test",
    "facts": {
        "days": {"zh": "观察天数", "en": "Days observed"},
        "axillary": {"zh": "腋温", "en": "Armpit temperature"},
        "is_signed": {"zh": "医生签字", "en": "Doctor's signature"},
        "place": {"zh": "住处", "en": "Place"},
    },
    "jdm": {
        "inputs": [
            {"id": "d", "field": "days", "name": "天数"},
            {"id": "a", "field": "axillary", "name": "腋温"},
            {"id": "s", "field": "is_signed", "name": "签字"},
            {"id": "p", "field": "place", "name": "住处"},
            {"id": "x", "name": "读数齐全 / All readings there"},
        ],
        "outputs": [
            {"id": "r", "field": "outcome"},
            {"id": "zh", "field": "reason_zh"},
            {"id": "en", "field": "reason_en"},
        ],
        "rules": [
            cells("", "", "", "'WARD'", "", "HOSPITAL", "在 {place} 住院", "In {place}"),
            cells(
                ">= p.term_days",
                "< p.fever_axillary",
                "true",
                "'HOME','SITE'",
                "readings >= days * 2",
                "RELEASE",
            ),
            cells("[7..10]", "", "true", "", "", "EARLY"),
            cells("> 100", "", "", "", "", "EARLY"),
            cells("", "", "", "", "", "STAY"),
        ],
    },
}
DONE = {"days": 14, "axillary": Decimal("36.5"), "is_signed": True, "place": "HOME", "readings": 28}


def why(wanted="RELEASE", **changes):
    return rules.explain("release", {**DONE, **changes}, wanted)


@pytest.mark.parametrize(
    ("changes", "field", "zh", "en"),
    [
        (
            {"days": 12},
            "days",
            "观察天数是 12 天，要至少 14 天，还差 2 天。",
            "Days observed is 12 days; it must be at least 14 days, 2 days short.",
        ),
        (
            {"axillary": Decimal("37.6")},
            "axillary",
            "腋温是 37.6 ℃，要低于 37.3 ℃，超出 0.3 ℃。",
            "Armpit temperature is 37.6 ℃; it must be below 37.3 ℃, 0.3 ℃ over.",
        ),
        (
            {"axillary": Decimal("37.3")},
            "axillary",
            "腋温是 37.3 ℃，正好是 37.3 ℃，要低于它。",
            "Armpit temperature is 37.3 ℃; that is the limit itself, it must be below it.",
        ),
        ({"axillary": None}, "axillary", "没有填写腋温。", "Armpit temperature is not given."),
        (
            {"is_signed": False},
            "is_signed",
            "医生签字是 否，要是 是。",
            "Doctor's signature is no; it must be yes.",
        ),
        (
            {"place": "STREET"},
            "place",
            "住处是 STREET，要是 HOME 或 SITE。",
            "Place is STREET; it must be HOME or SITE.",
        ),
        ({"readings": 27}, "", "不满足：读数齐全。", "Not met: All readings there."),
    ],
)
def test_each_failed_condition_says_by_how_much(release, changes, field, zh, en):
    assert why(**changes) == [rules.FailedCondition(field, Text(zh, en), 2)]


def test_nothing_fails_when_the_table_already_gives_it(release):
    assert why() == []
    assert rules.decide("release", DONE).outcome == "RELEASE"


def test_several_failures_stand_in_the_order_of_the_columns(release):
    assert [one.field for one in why(days=1, is_signed=False, place=None)] == ["days", "is_signed", "place"]


def test_rows_are_alternatives_the_nearest_first(release):
    told = why("EARLY", days=12, is_signed=False)
    assert [(one.row, one.field) for one in told] == [(4, "days"), (3, "days"), (3, "is_signed")]
    assert told[1].text.zh == "观察天数是 12，要不超过 10，超出 2。"
    assert told[0].text.en == "Days observed is 12; it must be above 100, 88 short."


def test_a_row_that_fits_but_comes_too_late_names_the_one_before_it(release):
    told = why("STAY", place="WARD")
    assert told == [
        rules.FailedCondition(
            "",
            Text("先适用的是另一条：在 WARD 住院", "Another rule comes first: In WARD"),
            5,
        )
    ]


def test_an_outcome_that_no_row_gives_is_a_fault(release):
    with pytest.raises(ValueError, match="FLY"):
        why("FLY")


@pytest.mark.parametrize(
    ("cell", "value", "zh"),
    [
        ("!= 'A'", "A", "住处是 A，不能是 A。"),
        ("== 'A'", "B", "住处是 B，要是 A。"),
        ("not in ['A', 'B']", "A", "住处是 A，要求 not in ['A', 'B']。"),
        ("len($) > 3", "AB", "住处是 AB，要求 len($) > 3。"),
        ("> d('2020-03-20')", "2020-03-18", "住处是 2020-03-18，要晚于 3 月 20 日。"),
        ("(1..5)", 1, "住处是 1，正好是 1，要高于它。"),
        ("[1..5]", 0.5, "住处是 0.5，要至少 1，还差 0.5。"),
        ("> 5 and < 10", 3, "住处是 3，要求 > 5 and < 10。"),
        (">= 5", "abc", "住处是 abc，要求 >= 5。"),
        ("1, 2", 3, "住处是 3，要是 1 或 2。"),
    ],
)
def test_conditions_of_every_form_are_told(release, cell, value, zh):
    table = {**RELEASE, "key": "forms", "jdm": {**RELEASE["jdm"]}}
    table["jdm"]["rules"] = [cells("", "", "", cell, "", "YES"), cells("", "", "", "", "", "NO")]
    rules.publish_table(table)
    (told,) = rules.explain("forms", {"place": value}, "YES")
    assert told.text.zh == zh


@given(
    facts=st.fixed_dictionaries(
        {
            "days": st.one_of(st.none(), st.integers(0, 120)),
            "axillary": st.sampled_from([None, 36.5, 37.2, 37.3, 37.4]),
            "is_signed": st.sampled_from([None, True, False]),
            "place": st.sampled_from([None, "HOME", "SITE", "WARD", "STREET"]),
            "readings": st.one_of(st.none(), st.integers(0, 60)),
        }
    ),
    wanted=st.sampled_from(["RELEASE", "EARLY", "STAY", "HOSPITAL"]),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_explanation_is_empty_exactly_when_the_outcome_is_the_wanted_one(release, facts, wanted):
    told = rules.explain("release", facts, wanted)
    assert (not told) == (rules.decide("release", facts).outcome == wanted)
    assert all(one.text.zh and one.text.en for one in told)
