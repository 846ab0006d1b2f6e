from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.kernel.rules import api as rules
from shouwang.util import clock as clocks
from shouwang.util.text import Text
from tests.kernel.rules import tables

NO_FIXTURE_PER_EXAMPLE = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def fever(db, clock):
    tables.publish()


def test_a_decision_says_what_why_and_by_which_row_of_which_version(fever):
    decision = rules.decide("fever", {"axillary": Decimal("37.6"), "forehead": None, "origin": "LOCAL"})
    assert decision == rules.Decision(
        outcome="HOLD",
        values={"days": 0},
        reasons=[Text("腋温 37.6 ℃ 是发热", "Armpit 37.6 ℃ is a fever")],
        remedies=[],
        table="fever",
        version="1",
        row=1,
    )


def test_reasons_may_name_outputs_and_parameters_of_the_day(fever):
    rules.publish_parameter(tables.parameter("term_days", 7, effective_from="2020-03-19"))
    facts = {"origin": "HUBEI"}
    today, tomorrow = clocks.today(), clocks.today() + timedelta(days=1)
    assert rules.decide("fever", facts).values == {"days": 14}
    assert type(rules.decide("fever", facts).values["days"]) is int
    assert rules.decide("fever", facts, today).reasons == [Text("隔离 14 天", "14 days")]
    assert rules.decide("fever", facts, tomorrow).reasons == [Text("隔离 7 天", "7 days")]


celsius = st.one_of(st.none(), st.integers(340, 430).map(lambda tenths: Decimal(tenths) / 10))


@given(
    axillary=celsius,
    forehead=celsius,
    origin=st.sampled_from(["HUBEI", "ABROAD", "LOCAL", "", "hubei", None]),
)
@NO_FIXTURE_PER_EXAMPLE
def test_the_table_agrees_with_the_same_rule_written_in_python(fever, axillary, forehead, origin):
    decision = rules.decide("fever", {"axillary": axillary, "forehead": forehead, "origin": origin})
    assert (decision.outcome, decision.row, decision.values["days"]) == oracle(axillary, forehead, origin)
    assert all("{" not in reason.zh + reason.en for reason in decision.reasons)


def oracle(axillary, forehead, origin):
    if axillary is not None and axillary >= Decimal("37.3"):
        return ("HOLD", 1, 0)
    if forehead is not None and forehead >= Decimal("37.0"):
        return ("RECHECK", 2, 0)
    if origin in ("HUBEI", "ABROAD"):
        return ("TELL", 3, 14)
    return ("PASS", 4, 0)


@given(
    rows=st.lists(
        st.fixed_dictionaries({"axillary": celsius, "origin": st.sampled_from(["HUBEI", "X"])}), max_size=20
    )
)
@NO_FIXTURE_PER_EXAMPLE
def test_many_are_decided_as_one_by_one(fever, rows):
    assert rules.decide_many("fever", rows) == [rules.decide("fever", row) for row in rows]


def test_a_graph_from_an_editor_decides_as_the_bare_table(fever):
    rules.publish_table(tables.fever(key="drawn", jdm=tables.graph(tables.FEVER["jdm"])))
    facts = {"axillary": 38.0}
    assert rules.decide("drawn", facts).outcome == rules.decide("fever", facts).outcome == "HOLD"


def test_identity_numbers_are_strings(fever):
    with pytest.raises(ValueError, match="identity numbers"):
        rules.decide("fever", {"number": 11010519491231002})
    number = "110105194912310021"
    assert rules.decide("fever", {"origin": number, "number": number}).outcome == "PASS"


def test_what_is_no_fact_is_refused(fever):
    with pytest.raises(TypeError):
        rules.decide("fever", {"origin": object()})
    with pytest.raises(ValueError, match="parameters"):
        rules.decide("fever", {"p": 1})


def test_an_unknown_table_is_named_and_one_of_the_future_does_not_decide_yet(fever):
    with pytest.raises(rules.UnknownRuleError, match="nothing"):
        rules.decide("nothing", {})
    rules.publish_table(tables.fever(key="later", effective_from="2020-03-19"))
    with pytest.raises(rules.UnknownRuleError, match="2020-03-18"):
        rules.decide("later", {})
    assert rules.decide("later", {}, date(2020, 3, 19)).outcome == "PASS"


def test_the_version_in_force_is_the_one_of_the_day(fever, clock):
    newer = tables.fever(version="2", effective_from="2020-03-20")
    newer["jdm"]["rules"] = [tables.row("", "", "", "CLOSED", "全部劝返", "All turned back")]
    rules.publish_table(newer)
    assert rules.decide("fever", {}).version == "1"
    clock.advance(timedelta(days=2))
    assert (rules.decide("fever", {}).version, rules.decide("fever", {}).outcome) == ("2", "CLOSED")
    assert rules.decide("fever", {}, date(2020, 3, 19)).version == "1"


def test_words_are_filled_as_people_write_them(fever):
    table = tables.fever(key="words")
    zh = "{yes}，{no}，{day}，{when}，{number}，{words}，{list}，{gone}，{deep.er}"
    table["jdm"]["rules"] = [tables.row("", "", "", "X", zh, zh)]
    rules.publish_table(table)
    facts = {
        "yes": True,
        "no": False,
        "day": date(2020, 3, 18),
        "when": datetime(2020, 3, 18, 20, tzinfo=clocks.local(clocks.now()).tzinfo),
        "number": 37.0,
        "words": Text("卡点", "checkpoint"),
        "list": ["甲", "乙"],
        "deep": {"er": 5},
    }
    (reason,) = rules.decide("words", facts).reasons
    assert reason.zh == "是，否，3 月 18 日，3 月 18 日，37，卡点，甲、乙，—，5"
    assert reason.en == "yes，no，18 March，18 March，37，checkpoint，甲, 乙，—，5"


def test_words_can_name_values_but_never_reach_into_them(fever):
    table = tables.fever(key="sly")
    table["jdm"]["rules"] = [tables.row("", "", "", "X", "{origin.__class__}{origin}", "{origin!r:>99}")]
    rules.publish_table(table)
    (reason,) = rules.decide("sly", {"origin": "{p.term_days}"}).reasons
    assert reason == Text("—{p.term_days}", "{origin!r:>99}")


def test_outputs_may_be_reckoned_from_the_facts(fever):
    table = tables.fever(key="reckoned")
    table["jdm"]["rules"] = [
        tables.row("", "", "> 3", "BIG", "超出 {days}", "{days} over", "origin - p.term_days"),
        tables.row("", "", "", "SMALL", "小", "Small", ""),
    ]
    rules.publish_table(table)
    big = rules.decide("reckoned", {"origin": 20})
    assert (big.outcome, big.values, big.reasons[0].en) == ("BIG", {"days": 6}, "6 over")
    small = rules.decide("reckoned", {"origin": 2})
    assert (small.outcome, small.values.get("days"), small.row) == ("SMALL", None, 2)


def test_remedies_come_one_by_one(fever):
    table = tables.fever(key="helped")
    table["jdm"]["outputs"] += [{"id": "m", "field": "remedy_zh"}, {"id": "n", "field": "remedy_en"}]
    last = table["jdm"]["rules"][-1]
    last |= {
        "m": "'休息 {p.term_days} 分钟；再量一次'",
        "n": "'Rest for {p.term_days} minutes; measure again'",
    }
    rules.publish_table(table)
    assert rules.decide("helped", {}).remedies == [
        Text("休息 14 分钟", "Rest for 14 minutes"),
        Text("再量一次", "measure again"),
    ]
    assert rules.decide("helped", {"axillary": 38}).remedies == []


def test_deciding_asks_the_database_at_most_once_a_second(fever, django_assert_max_num_queries):
    rules.decide("fever", {})
    with django_assert_max_num_queries(3):
        for _ in range(500):
            rules.decide("fever", {"axillary": 37.0})
