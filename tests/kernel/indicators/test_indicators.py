"""Indicators: computed now and then, kept by day, opened down to records, set beside the article."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from shouwang.kernel.duties import api as duties
from shouwang.kernel.indicators import api as indicators
from shouwang.kernel.indicators.models import DailyValue, vocabulary
from shouwang.kernel.journal import api as journal
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import PlaceKind
from shouwang.util import clock as clocks
from shouwang.util.text import Text


@pytest.fixture
def registry(monkeypatch):
    """The register as it stands, which the test may add to."""
    monkeypatch.setattr(vocabulary, "_indicators", dict(vocabulary._indicators))
    monkeypatch.setattr(vocabulary, "_rows", list(vocabulary._rows))


def an_indicator(key="test_measure", **more):
    functions = {"value": lambda place, at: 3, "records": lambda place, at: "/somewhere/"}
    text = Text("测试", "Test")
    return indicators.Indicator(key, text, text, text, "COMMUNITY", PlaceKind.DISTRICT, **(functions | more))


@pytest.mark.parametrize(
    ("key", "whole", "of_a_community"),
    [
        ("subdistricts", 2, 0),
        ("communities", 4, 1),
        ("courtyards", 12, 3),
        ("courtyards_with_task_force", 12, 3),
        ("round_the_clock_posts_empty", 0, 0),
        ("checkpoints", 1, 0),
        ("checkpoints_held", 1, 0),
        ("communities_with_director", 4, 1),
        ("round_the_clock_posts", 23, 4),
    ],
)
def test_the_territory_is_counted_as_a_whole_and_by_place(district, key, whole, of_a_community):
    assert indicators.value(key) == whole
    assert indicators.value(key, district.place) == whole
    assert indicators.value(key, district.at("410105006001")) == of_a_community


def test_people_are_added_up_from_the_courtyards(district):
    community = district.at("410105006002")
    courtyards = places.subtree(community, PlaceKind.COURTYARD)
    assert indicators.value("residents", community) == sum(one.resident_count for one in courtyards)
    assert indicators.value("households", community) == sum(one.household_count for one in courtyards)


def test_a_post_that_somebody_leaves_shows_at_once_and_only_from_then_on(district, clock):
    team = duties.Holding.objects.filter(post__role="courtyard_team", post__place__code="410105006001-01")
    left_at = clock.advance(timedelta(hours=1))
    for holding in team:
        duties.end_holding(holding, left_at, journal.SYSTEM)
    assert indicators.value("courtyards_with_task_force") == 11
    assert indicators.value("round_the_clock_posts_empty") == 1
    assert indicators.value("courtyards_with_task_force", at=left_at - timedelta(minutes=1)) == 12
    assert indicators.value("round_the_clock_posts_empty", at=left_at - timedelta(minutes=1)) == 0


@pytest.mark.parametrize("key", [one.key for one in indicators.TERRITORY])
def test_what_opens_is_as_many_as_the_figure_and_each_has_a_line(district, key):
    place = district.at("410105006")
    records = list(indicators.open_records(key, place))
    if key not in {"residents", "households"}:
        assert len(records) == indicators.value(key, place)
    for record in records:
        line = indicators.record_line(key, record)
        assert line.title.zh
        assert line.title.en
    assert indicators.records_url(key, place) == f"/indicators/{key}/?place=410105006"


def test_people_on_duty_are_listed_masked(district):
    lines = [
        indicators.record_line("people_on_duty", person)
        for person in indicators.open_records("people_on_duty", district.at("410105-S01"))
    ]
    assert len(lines) == 7
    assert all("*" in line.title.zh for line in lines)


def test_an_indicator_may_open_a_page_of_its_own(registry):
    indicators.register_indicators(an_indicator())
    assert indicators.records_url("test_measure") == "/somewhere/"
    with pytest.raises(ValueError, match="opens an address"):
        indicators.record_line("test_measure", object())


def test_the_same_key_is_never_two_measures(registry):
    one = an_indicator()
    indicators.register_indicators(one, one)
    with pytest.raises(ValueError, match="test_measure"):
        indicators.register_indicators(an_indicator())
    with pytest.raises(LookupError, match="no indicator"):
        indicators.value("unknown")


def test_campaigns_have_their_indicators():
    keys = [one.key for one in indicators.all_for("ENTRY_CHECKPOINT")]
    assert "checkpoints_held" in keys
    assert "courtyards" not in keys


def test_every_indicator_says_what_it_is_in_both_languages():
    for one in indicators.all_indicators():
        for text in (one.name, one.definition):
            assert text.zh
            assert text.en
        assert one.campaign in {"COMMUNITY", "ISOLATION_CONTROL", "ENTRY_CHECKPOINT", "PUBLIC_INFORMATION"}
        assert one.level in PlaceKind.values


# days


def test_days_that_are_over_are_kept_once_and_missed_ones_made_up_for(district, clock):
    assert indicators.keep_days() > 0
    assert indicators.keep_days() == 0
    first = DailyValue.objects.filter(indicator_key="courtyards", place=district.place)
    assert list(first.values_list("on", flat=True)) == [date(2020, 3, 17)]
    clock.advance(timedelta(days=3))
    indicators.keep_days()
    days = list(first.order_by("on").values_list("on", flat=True))
    assert days == [date(2020, 3, 17 + number) for number in range(4)]


def test_a_made_up_day_has_the_value_of_its_own_evening(district, clock):
    indicators.keep_days()
    clock.advance(timedelta(days=1, hours=2))
    for holding in duties.Holding.objects.filter(post__place__code="410105006001-01"):
        duties.end_holding(holding, clocks.now(), journal.SYSTEM)
    clock.advance(timedelta(days=1))
    indicators.keep_days()
    points = indicators.series("courtyards_with_task_force", days=5)
    # the 17th ended before anybody was on duty; the 18th is whole; one courtyard was left on the 19th
    assert [point.value for point in points] == [None, 0, 12, 11, 11]
    assert [point.is_live for point in points] == [False, False, False, False, True]
    assert points[-1].on == date(2020, 3, 20)


def test_a_day_ends_at_midnight_in_the_district_not_in_greenwich(registry, district, clock):
    seen = []
    indicators.register_indicators(
        an_indicator(value=lambda place, at: seen.append(at) or 1, daily_kinds=(PlaceKind.DISTRICT,))
    )
    indicators.keep_days()
    assert [clocks.local(at).isoformat() for at in seen] == ["2020-03-18T00:00:00+08:00"]


def test_a_long_standstill_is_made_up_for_31_days_back(registry, district, clock):
    indicators.register_indicators(an_indicator(daily_kinds=(PlaceKind.DISTRICT,)))
    indicators.keep_days()
    clock.advance(timedelta(days=100))
    indicators.keep_days()
    assert DailyValue.objects.filter(indicator_key="test_measure").count() == 32


def test_what_has_no_value_keeps_no_day(registry, district):
    indicators.register_indicators(an_indicator(value=lambda place, at: None))
    indicators.keep_days()
    assert not DailyValue.objects.filter(indicator_key="test_measure").exists()
    assert [point.value for point in indicators.series("test_measure", days=2)] == [None, None]


# the article


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("computed", "tolerance", "is_ok"),
    [(3, 0, True), (4, 0, False), (4, 1, True), (None, 9, False), (Decimal("3.4"), Decimal("0.5"), True)],
)
def test_a_figure_fits_within_its_tolerance(registry, computed, tolerance, is_ok):
    indicators.register_indicators(an_indicator(value=lambda place, at: computed))
    row = indicators.ArticleRow(99, Text("图", "Figure"), 3, "test_measure", tolerance)
    indicators.register_article_rows(row, row)
    (line,) = [line for line in indicators.article_table() if line["row"] == 99]
    assert line["ok"] is is_ok
    assert line["figure"] == "图 Figure"
    assert line["article"] == 3
    assert set(line) == {"row", "figure", "article", "computed", "ok"}
