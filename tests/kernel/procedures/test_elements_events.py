"""Messages, signals, errors and escalations between elements, on real cases."""

from __future__ import annotations

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from tests.kernel import world as worlds
from tests.kernel.procedures.elements import (
    DECLARED,
    Walk,
    boolean_form,
    border,
    catch,
    gateway,
    hear,
    path,
    steps,
    sub_process,
    tell,
    throw,
    throwing_end,
)
from tests.kernel.procedures.samples import end, flow, procedure, step


@pytest.fixture
def walk(world, clock):
    return Walk(world, clock)


# --- messages, signals, errors, escalations -----------------------------------------------------------------


def test_a_border_message_that_does_not_interrupt_comes_again_and_again(walk):
    walk.begin(
        steps("errand", "answer"),
        border("called", "errand", "message", interrupts=False),
        end(),
        end("answered", ""),
        path("start", "errand", "end"),
        path("called", "answer", "answered"),
        members=("errand", "answer"),
    )
    assert [walk.say() for _ in range(3)] == [1, 1, 1]
    assert walk.open == ["answer", "answer", "answer", "errand"]
    walk.do("errand")
    assert walk.say() == 0


def test_a_thrown_message_is_caught_in_another_branch(walk):
    walk.begin(
        gateway("fork", "parallel"),
        steps("errand"),
        throw("tell", "message"),
        catch("told", "message"),
        end(),
        end("aside", ""),
        path("start", "fork", "errand", "tell", "aside"),
        path("fork", "told", "end"),
        members=("errand",),
    )
    walk.do("errand")
    assert walk.outcome == "DONE"


WAITING = (
    steps("errand", "answer"),
    border("lifted", "errand", "signal", interrupts=False),
    end(),
    end("answered", ""),
    path("start", "errand", "end"),
    path("lifted", "answer", "answered"),
)


def test_a_signal_reaches_every_case_in_the_place_once(walk):
    walk.begin(*WAITING, members=("errand", "answer"))
    elsewhere = worlds.start(walk.world, place="Y2")
    assert hear(walk, "lifted", "S1") == 1
    assert walk.open == ["answer", "errand"]
    assert len(cases.open_steps(elsewhere)) == 1
    assert hear(walk, "lifted", "D") == 2
    assert walk.open == ["answer", "answer", "errand"]


def test_a_signal_thrown_by_a_case_is_heard_by_itself_and_others(walk):
    walk.begin(*WAITING, members=("errand", "answer"))
    worlds.publish(
        procedure(
            steps("lift"),
            throw("lifts", "signal"),
            gateway("fork", "parallel"),
            catch("hears", "signal"),
            end(),
            end("aside", ""),
            path("start", "fork", "lift", "lifts", "aside"),
            path("fork", "hears", "end"),
            key="LIFTING",
            members=("lift", "hears"),
            outside=DECLARED,
        )
    )
    lifting = worlds.start(walk.world, "LIFTING")
    found = cases.open_steps(lifting)[0]
    assert procedures.complete(found.pk, found.holder, ticks=["asked"]).outcome == "DONE"
    assert tell("lifted") == 1
    assert walk.open == ["answer", "errand"]


def begin_with_error(walk, *, is_parallel=False):
    fork = gateway("fork", "parallel") if is_parallel else ""
    begins = path("search_start", "fork", "look") if is_parallel else path("search_start", "look")
    aside = path("fork", "other", "other_done") + end("other_done", "") if is_parallel else ""
    inner = (
        fork,
        step("look", form=boolean_form("is_lost")),
        step("other") if is_parallel else "",
        gateway("found", "exclusive", "found_inside"),
        throwing_end("lost", "error"),
        end("inside", ""),
        begins,
        aside,
        path("look", "found", "inside"),
        flow("found", "lost", "is_lost == true"),
    )
    walk.begin(
        sub_process("search", *inner),
        border("gone", "search", "error"),
        steps("report", "after"),
        end(),
        end("lost_end", "LOST"),
        path("start", "search", "after", "end"),
        path("gone", "report", "lost_end"),
        members=("search", "report", "after"),
    )


@pytest.mark.parametrize("is_parallel", [False, True])
def test_an_error_leaves_the_sub_process(walk, is_parallel):
    begin_with_error(walk, is_parallel=is_parallel)
    walk.do("look", is_lost=True)
    assert walk.open == ["report"]
    walk.do("report")
    assert walk.outcome == "LOST"


@pytest.mark.parametrize("is_parallel", [False, True])
def test_without_the_error_the_sub_process_goes_on(walk, is_parallel):
    begin_with_error(walk, is_parallel=is_parallel)
    walk.do("look", is_lost=False)
    if is_parallel:
        walk.do("other")
    assert walk.open == ["after"]
    walk.do("after")
    assert walk.outcome == "DONE"


@pytest.mark.parametrize("interrupts", [False, True])
def test_an_escalation_is_answered_beside_or_instead(walk, interrupts):
    walk.begin(
        sub_process(
            "search",
            steps("look", "again"),
            throw("cry", "escalation"),
            end("inside", ""),
            path("search_start", "look", "cry", "again", "inside"),
        ),
        border("heard", "search", "escalation", interrupts=interrupts),
        steps("help"),
        end(),
        end("helped", "HELPED"),
        path("start", "search", "end"),
        path("heard", "help", "helped"),
        members=("search", "help"),
    )
    walk.do("look")
    assert walk.open == (["help"] if interrupts else ["again", "help"])
    if not interrupts:
        walk.do("again")
    walk.do("help")
    assert walk.outcome == ("HELPED")


def test_an_escalation_at_an_end_is_heard(walk):
    walk.begin(
        sub_process(
            "search", steps("look"), throwing_end("cry", "escalation"), path("search_start", "look", "cry")
        ),
        border("heard", "search", "escalation", interrupts=False),
        steps("help", "after"),
        end(),
        end("helped", ""),
        path("start", "search", "after", "end"),
        path("heard", "help", "helped"),
        members=("search", "help", "after"),
    )
    walk.do("look")
    assert walk.open == ["after", "help"]


def test_terminate_ends_every_branch(walk):
    walk.begin(
        gateway("fork", "parallel"),
        steps("one", "two"),
        catch("wait", "timeDuration", "PT1H"),
        end("stop", "STOPPED").replace(
            "</bpmn:endEvent>", "<bpmn:terminateEventDefinition/></bpmn:endEvent>"
        ),
        end(),
        end("waited", ""),
        path("start", "fork", "one", "stop"),
        path("fork", "two", "end"),
        path("fork", "wait", "waited"),
        members=("one", "two"),
    )
    walk.do("one")
    assert (walk.outcome, walk.open, walk.run.next_timer_at) == ("STOPPED", [], None)


def test_the_outcome_of_a_branch_that_ended_first_is_kept(walk):
    walk.begin(
        gateway("fork", "parallel"),
        steps("one", "two"),
        end(),
        end("aside", ""),
        path("start", "fork", "one", "end"),
        path("fork", "two", "aside"),
        members=("one", "two"),
    )
    walk.do("one")
    assert walk.outcome == ""
    walk.do("two")
    assert walk.outcome == "DONE"
