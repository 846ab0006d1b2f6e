"""Every element of the profile, run through the services on PostgreSQL: each act loads and stores the case anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.util import clock as clocks
from shouwang.util.problems import Problem
from tests.kernel.procedures.elements import (
    Walk,
    boolean_form,
    border,
    catch,
    gateway,
    hear,
    path,
    script,
    steps,
)
from tests.kernel.procedures.samples import end, flow, step


@pytest.fixture
def walk(world, clock):
    return Walk(world, clock)


# --- tasks --------------------------------------------------------------------------------------------------


def test_manual_script_and_exclusive_gateway(walk):
    manual = step("errand", form=boolean_form("is_far")).replace("userTask", "manualTask")
    walk.begin(
        manual,
        script("count", "hours = is_far ? 4 : 2"),
        gateway("which", "exclusive", "which_near"),
        end("near", "NEAR"),
        end("far", "FAR"),
        path("start", "errand", "count", "which", "near"),
        flow("which", "far", "hours == 4"),
        members=("errand",),
    )
    walk.do("errand", is_far=True)
    assert walk.outcome == "FAR"


def test_a_fact_that_is_missing_is_said_plainly_and_nothing_moves(walk):
    walk.begin(
        steps("errand"),
        script("count", "hours = days * 24"),
        end(),
        path("start", "errand", "count", "end"),
        members=("errand",),
    )
    with pytest.raises(Problem, match="走不下去") as refused:
        walk.do("errand")
    assert "count" in refused.value.what.en
    assert walk.open == ["errand"]


# --- gateways -----------------------------------------------------------------------------------------------


def test_parallel_branches_join(walk):
    walk.begin(
        gateway("fork", "parallel"),
        steps("one", "two", "after"),
        gateway("join", "parallel"),
        end(),
        path("start", "fork", "one", "join", "after", "end"),
        path("fork", "two", "join"),
        members=("one", "two", "after"),
    )
    assert walk.open == ["one", "two"]
    walk.do("two")
    assert walk.open == ["one"]
    walk.do("one")
    walk.do("after")
    assert walk.outcome == "DONE"


@pytest.mark.parametrize(
    ("chosen", "opened"), [({"a", "b"}, ["one", "two"]), ({"b"}, ["two"]), (set(), ["neither"])]
)
def test_inclusive_branches_join_whichever_were_chosen(walk, chosen, opened):
    walk.begin(
        gateway("fork", "inclusive", "fork_neither"),
        steps("one", "two", "neither", "after"),
        gateway("join", "inclusive"),
        end(),
        path("start", "fork"),
        flow("fork", "one", "a == true"),
        flow("fork", "two", "b == true"),
        path("fork", "neither", "join", "after", "end"),
        path("one", "join"),
        path("two", "join"),
        members=("one", "two", "neither", "after"),
        facts={"a": "a" in chosen, "b": "b" in chosen},
    )
    assert walk.open == opened
    for key in opened:
        assert "after" not in walk.open
        walk.do(key)
    assert walk.open == ["after"]
    walk.do("after")
    assert walk.outcome == "DONE"


def begin_at_event_gateway(walk):
    walk.begin(
        gateway("first", "eventBased"),
        catch("called", "message"),
        catch("lifted", "signal"),
        catch("soon", "timeDuration", "PT2H"),
        catch("later", "timeDuration", "PT5H"),
        end("answered", "ANSWERED"),
        end("freed", "FREED"),
        end("silent", "SILENT"),
        end("late", "LATE"),
        steps("errand"),
        path("start", "fork", "first", "called", "answered"),
        gateway("fork", "parallel"),
        path("fork", "errand", "aside"),
        end("aside", ""),
        path("first", "lifted", "freed"),
        path("first", "soon", "silent"),
        path("first", "later", "late"),
        members=("errand",),
    )


@pytest.mark.parametrize("what", ["message", "signal", "timer"])
def test_event_gateway_goes_on_with_the_first(walk, what):
    begin_at_event_gateway(walk)
    assert walk.run.next_timer_at == clocks.now() + timedelta(hours=2)
    assert walk.run.awaited_signals == ["lifted"]
    if what == "message":
        assert walk.say() == 1
    elif what == "signal":
        assert hear(walk, "lifted") == 1
    else:
        assert walk.wait(hours=6) == 1
    assert walk.run.next_timer_at is None
    assert walk.run.awaited_signals == []
    assert walk.say() == 0
    walk.do("errand")
    assert walk.outcome == {"message": "ANSWERED", "signal": "FREED", "timer": "SILENT"}[what]


def test_event_gateway_waits_anew_in_a_loop(walk):
    walk.begin(
        gateway("in", "exclusive"),
        gateway("first", "eventBased"),
        catch("called", "message"),
        catch("soon", "timeDuration", "PT2H"),
        steps("errand"),
        end(),
        path("start", "fork", "in", "first", "called", "in"),
        path("first", "soon", "end"),
        gateway("fork", "parallel"),
        path("fork", "errand", "aside"),
        end("aside", ""),
        members=("errand",),
    )
    for _ in range(3):
        walk.wait(hours=1)
        assert walk.say() == 1
        assert walk.run.next_timer_at == clocks.now() + timedelta(hours=2)
    assert walk.wait(hours=2) == 1
    walk.do("errand")
    assert walk.outcome == "DONE"


# --- timers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "hours"),
    [
        ("timeDuration", "PT2H", 2),
        ("timeDuration", "span", 3),
        ("timeDate", "at", 4),
        ("timeDate", "2020-03-18T15:00:00+08:00", 5),
    ],
)
def test_timers_by_duration_date_and_fact(walk, kind, text, hours):
    at = (clocks.now() + timedelta(hours=4)).isoformat()
    walk.begin(
        gateway("fork", "parallel"),
        steps("errand"),
        catch("wait", kind, text),
        end(),
        end("aside", ""),
        path("start", "fork", "wait", "end"),
        path("fork", "errand", "aside"),
        members=("errand",),
        facts={"span": "PT3H", "at": at},
    )
    assert walk.run.next_timer_at == clocks.now() + timedelta(hours=hours)
    walk.do("errand")
    assert walk.open == ["wait"]
    assert walk.wait(hours=hours - 1) == 0
    assert walk.wait(hours=1) == 1
    assert walk.outcome == "DONE"


def test_a_border_timer_interrupts(walk):
    walk.begin(
        steps("errand", "hurry"),
        border("late", "errand", "timeDuration", "PT2H"),
        end(),
        end("hurried", "HURRIED"),
        path("start", "errand", "end"),
        path("late", "hurry", "hurried"),
        members=("errand", "hurry"),
    )
    assert walk.wait(hours=2) == 1
    assert walk.open == ["hurry"]
    walk.do("hurry")
    assert walk.outcome == "HURRIED"


def test_a_border_timer_that_does_not_interrupt_fires_once(walk):
    walk.begin(
        steps("errand", "remind"),
        border("late", "errand", "timeDuration", "PT2H", interrupts=False),
        end(),
        end("reminded", ""),
        path("start", "errand", "end"),
        path("late", "remind", "reminded"),
        members=("errand", "remind"),
    )
    assert walk.wait(hours=2) == 1
    assert walk.wait(hours=2) == 0
    assert walk.open == ["errand", "remind"]
    walk.do("errand")
    assert walk.open == ["remind"]
    walk.do("remind")
    assert walk.outcome == "DONE"


def begin_with_cycle(walk, text):
    walk.begin(
        steps("errand", "remind"),
        border("again", "errand", "timeCycle", text, interrupts=False),
        end(),
        end("reminded", ""),
        path("start", "errand", "end"),
        path("again", "remind", "reminded"),
        members=("errand", "remind"),
    )


def test_a_cycle_fires_as_often_as_it_says(walk):
    begin_with_cycle(walk, "R3/PT1H")
    for fired in (1, 2, 3):
        assert walk.run.next_timer_at == clocks.now() + timedelta(hours=1)
        walk.wait(hours=1)
        assert walk.open.count("remind") == fired
    assert walk.run.next_timer_at is None
    walk.do("errand")
    for _ in range(3):
        walk.do("remind")
    assert walk.outcome == "DONE"


def test_a_cycle_that_was_slept_through_fires_once_and_keeps_its_beat(walk):
    begin_with_cycle(walk, "R/PT1H")
    begun = clocks.now()
    walk.wait(hours=5, minutes=20)
    assert walk.open.count("remind") == 1
    assert walk.run.next_timer_at == begun + timedelta(hours=6)
    walk.do("errand")
    assert walk.run.next_timer_at is None


def test_a_cycle_from_an_instant(walk):
    begin_with_cycle(walk, "R2/2020-03-19T08:00:00+08:00/P1D")
    assert clocks.local(walk.run.next_timer_at).strftime("%d %H:%M") == "19 08:00"
    walk.wait(days=1)
    assert walk.open.count("remind") == 1
    walk.wait(days=3)
    assert walk.open.count("remind") == 2
    assert walk.run.next_timer_at is None


# --- waiting alone ------------------------------------------------------------------------------------------


def begin_waiting(walk):
    walk.begin(
        steps("errand"),
        catch("tomorrow", "timeDuration", "P1D"),
        catch("called", "message"),
        end(),
        path("start", "errand", "tomorrow", "called", "end"),
        members=("errand",),
    )
    walk.do("errand")
    return cases.open_steps(walk.case)[0]


def test_whoever_holds_the_lane_answers_while_a_case_only_waits(walk):
    watch = begin_waiting(walk)
    assert (watch.key, watch.holder) == ("tomorrow", walk.world.people["community_worker", "C1"])
    assert watch.due_at == clocks.now() + timedelta(days=1)
    with pytest.raises(Problem, match="等到了就自己结束"):
        walk.do("tomorrow")
    walk.wait(days=1)
    watch.refresh_from_db()
    assert (watch.state, watch.done_by) == ("DONE", None)
    assert walk.open == ["called"]
    assert cases.open_steps(walk.case)[0].due_at == clocks.now() + timedelta(days=1)  # its limit
    walk.say()
    assert walk.outcome == "DONE"


def test_a_wait_that_is_late_climbs_like_any_step(walk, clock):
    begin_waiting(walk)
    clock.advance(timedelta(days=1, hours=3))
    assert cases.sweep().total >= 1
