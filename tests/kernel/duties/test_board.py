from __future__ import annotations

from datetime import timedelta

from shouwang.kernel.duties import api as duties
from shouwang.kernel.duties.models import Post
from shouwang.kernel.journal import api as journal
from shouwang.kernel.places.api import PlaceKind
from shouwang.util import clock as clocks
from shouwang.util.text import Text

HOUR = timedelta(hours=1)


def test_a_gap_is_empty_since_its_last_holding_or_its_making(land, clock):
    made = clocks.now()
    left = land.post("courtyard_team", "Y1")
    never = land.post("courtyard_team", "Y2")
    land.assign(left, hours=2)
    land.assign(left, after=10, hours=2)  # not yet: the gap lies between
    clock.advance(5 * HOUR)
    assert duties.gaps(None, land["D"]) == [
        duties.Gap(never, made),
        duties.Gap(left, made + 2 * HOUR),
    ]
    assert duties.gaps("courtyard_team", land["S1"]) == [duties.Gap(left, made + 2 * HOUR)]
    assert duties.gaps("guard", land["D"]) == []


def test_a_post_by_day_is_no_gap_and_a_closed_one_neither(land):
    land.post("community_worker", "C1")
    closed = land.post("guard", "K1")
    by_day = land.post("courtyard_team", "Y1", is_round_the_clock=False)
    assert not by_day.is_round_the_clock
    duties.close_post(closed, journal.SYSTEM)
    assert duties.gaps(None, land["D"]) == []


def test_holding_closes_the_gap_for_its_time(land, clock):
    post = land.post("guard", "K1")
    land.assign(post, hours=8)
    assert duties.gaps(None, land["D"]) == []
    clock.advance(8 * HOUR)
    assert [gap.post for gap in duties.gaps(None, land["D"])] == [post]


def test_coverage_counts_courtyards_with_somebody_now(land, clock, django_assert_num_queries):
    land.hold("courtyard_team", "Y1", hours=8)
    land.post("courtyard_team", "Y2")
    land.hold("courtyard_lead", "Y11")  # not round the clock
    with django_assert_num_queries(1):
        covered = duties.coverage(land["D"], PlaceKind.COURTYARD)
    assert (covered.places, covered.held, covered.empty) == (3, 1, 2)
    assert duties.coverage(land["D"], PlaceKind.COURTYARD, "courtyard_lead").held == 1
    assert duties.coverage(land["S2"], PlaceKind.COURTYARD) == duties.Coverage(1, 0)
    clock.advance(9 * HOUR)
    assert duties.coverage(land["D"], PlaceKind.COURTYARD).held == 0


def test_eight_thousand_posts_are_a_few_statements(land, django_assert_max_num_queries):
    rows = [
        duties.PostRow("courtyard_team", land["Y1"], Text(f"专班{number}", f"Team {number}"))
        for number in range(8_000)
    ]
    with django_assert_max_num_queries(10):
        posts = duties.create_posts(rows)
    assert Post.objects.count() == len(posts) == 8_000
    person = land.somebody()
    with django_assert_max_num_queries(14):
        duties.assign_many(duties.HoldingRow(post, person, clocks.now()) for post in posts)
    assert duties.gaps(None, land["D"]) == []
