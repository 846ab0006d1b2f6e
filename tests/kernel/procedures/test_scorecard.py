"""The weekly scorecard: every figure of a week that the services lived through."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.kernel.procedures import lessons

MONDAY = date(2020, 3, 16)


@pytest.fixture
def week(world, clock):
    """Two on time and one late in the first sub-district, an offer declined and a case left open in the second."""
    from shouwang.kernel.cases import api as cases
    from tests.kernel import world as worlds

    worlds.publish(lessons.TWO_STEPS)
    lessons.visits(world, clock, [10, 20])
    late = worlds.start(world, "TWO")
    clock.advance(timedelta(minutes=125))
    cases.sweep()
    lessons.done(late, clock, 0)
    lessons.done(late, clock, 10)
    left = worlds.start(world, "TWO", "Y2", offer_from=world.answer("guard", "K1"))
    offer = cases.Handover.objects.get(step__case=left, state="OFFERED")
    cases.decline(offer.pk, offer.receiver, "不住这里")
    return left


def card(world, code="D", monday=MONDAY):
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util import clock

    return procedures.scorecard(world.places[code], monday, clock.now())


def test_the_figures_of_a_week_by_place_and_by_procedure(world, week, clock):
    found = card(world)
    first, second = found.by_place["S1"], found.by_place["S2"]
    assert (first.done, first.on_time) == (6, 5)
    assert first.on_time_share == pytest.approx(5 / 6)
    assert first.median == 600
    assert first.p95 == pytest.approx((20 + 0.75 * 105) * 60)
    assert first.p95_of_limit == pytest.approx((20 + 0.75 * 105) / 120)
    assert (first.climbs, first.declined, first.closed, first.again) == ((1, 0, 0), 0, 3, 0)
    assert (second.done, second.declined, second.open_count) == (0, 1, 1)
    assert (second.on_time_share, second.oldest_case, second.oldest_number) == (None, week.pk, week.number)
    whole = found.by_procedure["TWO"]
    assert (whole.done, whole.opened, whole.closed, whole.open_count) == (6, 4, 3, 1)
    assert found.whole == whole


def test_a_place_below_shows_the_places_below_it(world, week):
    assert set(card(world, "S1").by_place) == {"C1"}
    assert set(card(world, "Y1").by_place) == {""}, "the courtyard itself"


def test_a_past_week_is_computed_as_it_was(world, week, clock):
    before = card(world)
    clock.advance(timedelta(days=9))
    step = lessons.open_step(week)
    from shouwang.kernel.procedures import api as procedures

    procedures.complete(step.pk, step.holder, ticks=["met", "room"])
    lessons.done(week, clock, 5)
    after = card(world)
    assert after.by_place["S2"].open_count == 1
    assert {key: row.done for key, row in after.rows.items()} == {
        key: row.done for key, row in before.rows.items()
    }
    assert card(world, monday=MONDAY - timedelta(days=7)).whole.opened == 0
    following = card(world, monday=MONDAY + timedelta(days=7)).whole
    assert (following.opened, following.closed, following.open_count) == (0, 1, 0)


def test_opened_again_counts_a_case_for_the_same_subject_within_a_week(world, clock):
    from shouwang.kernel.cases import api as cases
    from tests.kernel import world as worlds

    worlds.publish(lessons.TWO_STEPS)
    (first,) = lessons.visits(world, clock, [10])
    clock.advance(timedelta(days=1))
    again = worlds.start(world, "TWO")
    cases.Case.objects.filter(pk=again.pk).update(subject_key=first.subject_key)
    worlds.start(world, "TWO")
    assert card(world).whole.again == 1


def test_steps_that_end_with_a_term_say_nothing_about_limits(world, clock):
    from shouwang.kernel.procedures.queries.samples import term_steps
    from tests.kernel import world as worlds
    from tests.kernel.procedures.samples import errand

    worlds.publish(lessons.TWO_STEPS)
    worlds.publish(errand(more='<sw:until fact="until_at"/>'))
    case = worlds.start(world, facts={"until_at": "2020-03-18T12:00:00+08:00"})
    lessons.done(case, clock, 10)
    assert term_steps()["ERRAND"] == {"errand"}
    assert card(world).whole.done == 0
    assert card(world).whole.closed == 1
