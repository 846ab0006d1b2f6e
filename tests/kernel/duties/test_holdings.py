from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.kernel.duties import api as duties
from shouwang.kernel.duties.models import Holding
from shouwang.kernel.journal import api as journal
from shouwang.kernel.journal.models import Entry
from shouwang.util import clock as clocks
from shouwang.util.problems import Problem
from shouwang.util.text import Text

HOUR = timedelta(hours=1)


def verbs():
    return list(Entry.objects.filter(verb__startswith="duty.").order_by("id").values_list("verb", flat=True))


def test_putting_somebody_on_a_post_is_journaled_by_key_only(land):
    held = land.hold("community_worker", "C1", hours=8)
    entry = Entry.objects.get(verb="duty.begun")
    assert (entry.subject_kind, entry.subject_key) == ("post", str(held.post_id))
    assert entry.place_path == land["C1"].path
    assert entry.data["person"] == held.person_id
    assert "某人" not in str(entry.data)
    assert journal.describe(entry).zh == "排岗：community_worker岗"
    assert journal.describe(entry).en == "Put somebody on community_worker post"


@pytest.mark.parametrize("until", [0, -1])
def test_time_never_runs_backwards(land, until):
    now = clocks.now()
    with pytest.raises(Problem) as raised:
        duties.assign(
            land.post("guard", "K1"),
            land.somebody(),
            kind="REGULAR",
            from_at=now,
            until_at=now + until * HOUR,
            actor=journal.SYSTEM,
        )
    assert raised.value.code == "holding_runs_backwards"


def test_naive_times_and_unknown_kinds_are_faults(land):
    post, person = land.post("guard", "K1"), land.somebody()
    with pytest.raises(ValueError, match="aware"):
        duties.assign(post, person, kind="REGULAR", from_at=datetime(2020, 3, 1), actor=journal.SYSTEM)  # noqa: DTZ001  naive on purpose
    with pytest.raises(ValueError, match="BOSS"):
        duties.assign(post, person, kind="BOSS", from_at=clocks.now(), actor=journal.SYSTEM)


def test_one_person_holds_one_post_once_at_a_time(land):
    held = land.hold("guard", "K1", hours=8, seats=3)
    with pytest.raises(Problem) as raised:
        land.assign(held.post, person=held.person, after=7)
    assert raised.value.code == "held_already"
    assert raised.value.field == "person"
    land.assign(held.post, person=held.person, after=8)  # the next shift begins when this one ends


def test_the_database_itself_refuses_an_overlap(land):
    held = land.hold("guard", "K1", hours=8, seats=3)
    with pytest.raises(IntegrityError, match="duties_holding_once"), transaction.atomic():
        Holding.objects.create(post=held.post, person=held.person, from_at=held.from_at + HOUR)
    row = duties.HoldingRow(held.post, held.person, held.from_at + HOUR)
    with pytest.raises(Problem) as raised:
        duties.assign_many([row])
    assert raised.value.code == "held_already"


def test_seats_bound_how_many_hold_a_post_at_one_instant_substitutes_aside(land):
    post = land.post("guard", "K1", seats=2)
    land.assign(post, hours=8)
    land.assign(post, after=8, hours=8)
    land.assign(post, hours=16)  # beside one or the other, never three
    with pytest.raises(Problem) as raised:
        land.assign(post, after=15, hours=2)
    assert raised.value.code == "seats_taken"
    assert "2" in raised.value.what.zh
    land.assign(post, "SUBSTITUTE", after=15, hours=2)
    land.assign(post, after=16)


def test_a_closed_post_takes_nobody(land):
    post = duties.close_post(land.post("guard", "K1"), journal.SYSTEM)
    with pytest.raises(Problem) as raised:
        land.assign(post)
    assert raised.value.code == "post_is_closed"
    assert duties.close_post(post, journal.SYSTEM).closed_at == post.closed_at


def test_closing_a_post_ends_what_runs_and_cancels_what_was_to_come(land, clock):
    post = land.post("guard", "K1")
    land.assign(post, hours=8)
    land.assign(post, after=8)
    clock.advance(HOUR)
    duties.close_post(post, journal.SYSTEM)
    assert [one.until_at for one in Holding.objects.all()] == [clocks.now()]
    assert verbs()[-3:] == ["duty.ended", "duty.cancelled", "duty.post_closed"]


def test_an_end_now_is_recorded_now_and_an_end_ahead_when_it_comes(land, clock):
    now_over, later_over = land.hold("guard", "K1"), land.hold("guard", "K1")
    clock.advance(HOUR)
    duties.end_holding(now_over, actor=journal.SYSTEM)
    duties.end_holding(later_over, clocks.now() + HOUR, journal.SYSTEM)
    assert verbs()[-2:] == ["duty.ended", "duty.end_set"]
    assert duties.record_ends() == 0
    clock.advance(HOUR)
    assert duties.record_ends() == 1
    assert duties.record_ends() == 0
    assert verbs()[-1] == "duty.ended"
    assert Entry.objects.filter(verb="duty.ended").last().data["person"] == later_over.person_id


def test_a_shift_that_runs_out_is_recorded_by_the_job_once(land, clock):
    land.hold("guard", "K1", hours=8)
    assert duties.record_ends() == 0
    clock.advance(8 * HOUR)
    assert duties.record_ends() == 1
    assert duties.record_ends() == 0


def test_what_is_entered_after_it_was_over_ends_nothing_now(land, clock):
    clock.advance(48 * HOUR)
    land.assign(land.post("guard", "K1"), after=-24, hours=8)
    assert duties.record_ends() == 0


def test_an_end_can_come_earlier_but_never_later_or_before_the_beginning(land, clock):
    held = land.hold("guard", "K1", hours=8)
    held = duties.end_holding(held, clocks.now() + 4 * HOUR, journal.SYSTEM)
    assert held.until_at == clocks.now() + 4 * HOUR
    for hours, code in (
        (4, "holding_ends_earlier"),
        (6, "holding_ends_earlier"),
        (0, "holding_runs_backwards"),
    ):
        with pytest.raises(Problem) as raised:
            duties.end_holding(held, clocks.now() + hours * HOUR, journal.SYSTEM)
        assert raised.value.code == code


def test_only_what_has_not_begun_can_be_taken_back(land):
    ahead = land.assign(land.post("guard", "K1"), after=1)
    duties.cancel_holding(ahead, journal.SYSTEM)
    assert not Holding.objects.exists()
    with pytest.raises(Problem) as raised:
        duties.cancel_holding(land.hold("guard", "K1"), journal.SYSTEM)
    assert raised.value.code == "holding_has_begun"


@pytest.mark.parametrize(("name", "seats"), [(Text(" ", "x"), 1), (Text("岗", ""), 1), (Text("岗", "x"), 0)])
def test_a_post_needs_a_name_in_both_languages_and_a_seat(land, name, seats):
    with pytest.raises(Problem):
        duties.create_posts([duties.PostRow("guard", land["K1"], name, seats=seats)])


def test_making_posts_is_one_entry_at_the_place_that_holds_them_all(land):
    rows = [duties.PostRow("guard", land[code], Text("岗", "post")) for code in ("Y1", "Y11")]
    duties.create_posts([*rows, duties.PostRow("community_worker", land["C1"], Text("岗", "post"))])
    entry = Entry.objects.get(verb="duty.posts_created")
    assert entry.place_path == land["C1"].path
    assert entry.data == {"count": 3, "roles": {"guard": 2, "community_worker": 1}}


shifts = st.tuples(
    st.integers(0, 3),  # who
    st.integers(-5, 20),  # begins, hours from now
    st.one_of(st.none(), st.integers(-2, 12)),  # lasts
    st.sampled_from(duties.HoldingKind.values),
)


@given(wanted=st.lists(shifts, max_size=8), looks=st.lists(st.integers(-8, 40), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_for_nobody_overlaps_no_seat_is_overfull_and_the_first_answers(land, wanted, looks):
    """Assignments in any order against a plain list of intervals."""
    with transaction.atomic():
        post, people = land.post("courtyard_team", "Y1", seats=2), [land.somebody() for _ in range(4)]
        kept: list[Holding] = []
        refusals: list[str] = []
        for who, begins, lasts, kind in wanted:
            try:
                with transaction.atomic():
                    kept.append(
                        duties.assign(
                            post,
                            people[who],
                            kind=kind,
                            from_at=clocks.now() + begins * HOUR,
                            until_at=None if lasts is None else clocks.now() + (begins + lasts) * HOUR,
                            actor=journal.SYSTEM,
                        )
                    )
            except Problem as problem:
                refusals.append(problem.code)
        assert set(refusals) <= {"held_already", "seats_taken", "holding_runs_backwards"}
        for hours in looks:
            _check(land, post, people, kept, clocks.now() + hours * HOUR)
        transaction.set_rollback(True)


def _check(land, post, people, kept, at):
    now = [one for one in kept if one.from_at <= at and (one.until_at is None or one.until_at > at)]
    assert len({one.person_id for one in now}) == len(now)
    assert sum(one.kind != "SUBSTITUTE" for one in now) <= post.seats
    rank = ["SUBSTITUTE", "REGULAR", "SECONDED", "VOLUNTEER", "SPONSOR"]
    first = min(now, key=lambda one: (rank.index(one.kind), one.from_at, one.pk), default=None)
    assert duties.holder("courtyard_team", land["Y1"], at) == (first and duties.Answer(first.person, post))
    for person in people:
        carries = any(one.person_id == person.pk for one in now)
        assert duties.can(person, "quarantine.work", land["Y1"], at) == carries
        assert duties.still_holds(person, post, at) == carries
    at_or_made = max(at, post.created_at)
    assert bool(duties.gaps(None, land["D"], at_or_made)) == (not _held(kept, at_or_made))


def _held(kept, at):
    return any(one.from_at <= at and (one.until_at is None or one.until_at > at) for one in kept)


def test_the_minutely_job_records_what_ran_out(land, clock):
    from shouwang.kernel.duties import jobs

    land.hold("guard", "K1", hours=1)
    clock.advance(HOUR)
    assert jobs.record_ends(0) == 1
