"""What the cases teach: medians, waits, ticks and climbs that are known beforehand; percentiles as plain Python."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel.procedures import lessons

MINUTE = 60


@pytest.fixture
def two(world):
    from tests.kernel import world as worlds

    worlds.publish(lessons.TWO_STEPS)
    return world


def sample(world, path="/D/", key="TWO", **more):
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util import clock

    now = clock.now()
    return procedures.sample_of(key, path, now - timedelta(days=28), now + timedelta(seconds=1), **more)


def test_median_and_95th_percentile_of_steps_driven_by_the_services(two, clock):
    from shouwang.kernel.procedures import api as procedures

    lessons.visits(two, clock, [10, 20, 30, 40, 150])
    figures = procedures.step_figures(sample(two))
    visit = figures["visit"]
    assert (visit.count, visit.on_time) == (5, 4)
    assert visit.median == 30 * MINUTE
    assert visit.p95 == pytest.approx((40 + 0.8 * 110) * MINUTE)
    assert visit.longest == 150 * MINUTE
    assert (visit.shortest_limit, visit.longest_limit) == (7200, 7200)
    assert visit.on_time_share == 0.8
    assert visit.p95_of_limit == pytest.approx(128 / 120)
    assert (figures["kit"].median, figures["kit"].on_time) == (10 * MINUTE, 5)


def test_a_step_is_timed_from_its_acceptance_and_the_waits_follow_each_other(two, clock):
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.procedures import api as procedures
    from tests.kernel import world as worlds

    case = worlds.start(two, "TWO", offer_from=two.answer("guard", "K1"))
    clock.advance(timedelta(minutes=25))
    lessons.accept(case)
    clock.advance(timedelta(minutes=35))
    step = lessons.open_step(case)
    cases.tick(step.pk, "met", True, step.holder)
    lessons.done(case, clock, 40)
    visit = procedures.waits(sample(two))["visit"]
    assert visit.offered == (25 * MINUTE, 25 * MINUTE)
    assert visit.untouched == (35 * MINUTE, 35 * MINUTE)
    assert visit.in_hand == (40 * MINUTE, 40 * MINUTE)
    assert visit.shares == (0.25, 0.35, 0.4)
    figures = procedures.step_figures(sample(two))["visit"]
    assert figures.median == 75 * MINUTE
    assert figures.on_time == 1, "the limit of two hours begins with the acceptance"
    items = procedures.item_figures(sample(two), clock.now())
    assert items["visit", "met"].median == 35 * MINUTE
    assert items["visit", "room"].median == 75 * MINUTE


def test_offers_of_a_running_step_and_refused_ones_are_counted(two, clock):
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.procedures import api as procedures
    from tests.kernel import world as worlds

    case = worlds.start(two, "TWO")
    step = lessons.open_step(case)
    director = two.answer("community_director", "C1")
    offer = cases.offer(step.pk, director, step.holder)
    cases.decline(offer.pk, director.person, "人手不够")
    lessons.done(case, clock, 5)
    visit = procedures.waits(sample(two))["visit"]
    assert (visit.passed_on, visit.declined) == (1, 1)
    assert visit.offered == (0, 0), "the giver answered all the time"


def test_climbs_are_counted_by_step_and_level(two, clock):
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.procedures import api as procedures
    from tests.kernel import world as worlds

    worlds.start(two, "TWO")
    case = worlds.start(two, "TWO", "Y2")
    clock.advance(timedelta(hours=4, minutes=1))
    cases.sweep()
    lessons.done(case, clock, 1)
    clock.advance(timedelta(hours=1, minutes=1))
    cases.sweep()
    assert procedures.climbs(sample(two)) == {"visit": {1: 2, 2: 2}, "kit": {1: 1}}
    assert procedures.climbs(sample(two, "/D/S1/")) == {"visit": {1: 1, 2: 1}}


def test_a_refused_checklist_leaves_a_trace_and_changes_nothing_else(two, clock):
    from shouwang.desk.services import do_step
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util.problems import Problem
    from tests.kernel import world as worlds

    case = worlds.start(two, "TWO")
    step = lessons.open_step(case)
    for _ in range(2):
        with pytest.raises(Problem):
            do_step(step.pk, step.holder, ticks=["met"], answers={})
    clock.advance(timedelta(hours=3))
    items = procedures.item_figures(sample(two), clock.now())
    assert (items["visit", "room"].refused, items["visit", "met"].refused) == (1, 0)
    assert items["visit", "room"].open_late == 1
    assert items["visit", "room"].ticked == 0
    step.refresh_from_db()
    assert step.is_open
    assert step.ticks == {}


def test_a_tick_after_the_due_instant_is_late(two, clock):
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.procedures import api as procedures
    from tests.kernel import world as worlds

    case = worlds.start(two, "TWO")
    step = lessons.open_step(case)
    cases.tick(step.pk, "met", True, step.holder)
    lessons.done(case, clock, 121)
    items = procedures.item_figures(sample(two), clock.now())
    assert (items["visit", "met"].after_due, items["visit", "room"].after_due) == (0, 1)


def test_what_waits_now_is_told_with_its_oldest(two, clock):
    from shouwang.kernel.procedures import api as procedures
    from tests.kernel import world as worlds

    begun = clock.now()
    worlds.start(two, "TWO")
    clock.advance(timedelta(hours=3))
    worlds.start(two, "TWO", offer_from=two.answer("guard", "K1"))
    found = procedures.open_figures(sample(two), clock.now())["visit"]
    assert (found.count, found.late, found.offered, found.oldest_at) == (2, 1, 1, begun)


def test_period_place_and_version_narrow_the_sample(two, clock):
    from shouwang.kernel.procedures import api as procedures
    from tests.kernel import world as worlds

    lessons.visits(two, clock, [10, 20])
    lessons.visits(two, clock, [60], "Y2")
    assert procedures.step_figures(sample(two, "/D/S2/"))["visit"].median == 60 * MINUTE
    assert procedures.step_figures(sample(two, "/D/S2/C2/Y2/"))["visit"].count == 1
    clock.advance(timedelta(days=1))
    second = worlds.publish(lessons.STRICTER)
    lessons.visits(two, clock, [40])
    figures = procedures.step_figures(sample(two, version=second))["visit"]
    assert (figures.count, figures.on_time, figures.longest_limit) == (1, 0, 1800)
    both = procedures.step_figures(sample(two))["visit"]
    assert (both.count, both.shortest_limit, both.longest_limit) == (4, 1800, 7200)
    clock.advance(timedelta(days=40))
    assert procedures.step_figures(sample(two)) == {}


def test_the_steps_of_a_called_procedure_are_its_own(two, clock):
    from shouwang.kernel.procedures import api as procedures
    from tests.kernel import world as worlds

    worlds.publish(lessons.CALLER)
    case = worlds.start(two, "CALLER")
    lessons.done(case, clock, 5)
    lessons.done(case, clock, 15)
    assert procedures.step_figures(sample(two))["visit"].median == 15 * MINUTE
    first = procedures.versions_of("TWO")[0]
    assert procedures.step_figures(sample(two, version=first))["visit"].count == 1
    clock.advance(timedelta(days=1))
    second = worlds.publish(lessons.STRICTER)
    assert procedures.step_figures(sample(two, version=second)) == {}
    assert set(procedures.step_figures(sample(two, key="CALLER"))) == {"ask"}


def percentile(values, share):
    """Return the continuous percentile: between the two nearest values, in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@pytest.fixture
def closed(two, clock):
    """A closed case whose steps a test may write as it likes."""
    (case,) = lessons.visits(two, clock, [1])
    return case


SPANS = st.lists(
    st.tuples(st.integers(0, 500_000), st.integers(0, 90_000), st.integers(1, 90_000)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPANS)
def test_percentiles_are_those_of_plain_python(two, closed, spans):
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util.ids import new_uuid

    cases.Step.objects.filter(case=closed).exclude(key="visit").delete()
    model = cases.Step.objects.filter(case=closed, key="visit").first()
    cases.Step.objects.filter(case=closed).delete()
    done_at = datetime(2020, 3, 1, tzinfo=UTC)
    for took, offered, limit in spans:
        begun = done_at - timedelta(seconds=took)
        model.pk, model._state.adding, model.task_id = None, True, new_uuid()
        model.opened_at, model.accepted_at = begun - timedelta(seconds=offered), begun if offered else None
        model.done_at, model.limit_seconds = done_at, limit
        model.due_at = begun + timedelta(seconds=limit)
        model.save()
    figures = procedures.step_figures(sample(two))["visit"]
    held = [took for took, _, _ in spans]
    assert figures.count == len(spans)
    assert figures.on_time == sum(took <= limit for took, _, limit in spans)
    assert figures.median == pytest.approx(percentile(held, 0.5), abs=1e-3)
    assert figures.p95 == pytest.approx(percentile(held, 0.95), abs=1e-3)
    assert figures.longest == max(held)
    waits = procedures.waits(sample(two))["visit"]
    assert waits.offered[1] == pytest.approx(percentile([one for _, one, _ in spans], 0.95), abs=1e-3)


def test_periods_are_local_days():
    from shouwang.kernel.procedures import api as procedures

    since, until = procedures.period(date(2020, 3, 16), 7)
    assert since == datetime(2020, 3, 15, 16, tzinfo=UTC)
    assert until - since == timedelta(days=7)
