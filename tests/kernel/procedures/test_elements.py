"""Every element of the profile, run through the services on PostgreSQL: each act loads and stores the case anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.procedures import jobs
from shouwang.util import clock as clocks
from shouwang.util.problems import Problem
from tests.kernel import world as worlds
from tests.kernel.procedures.elements import (
    DECLARED,
    Walk,
    boolean_form,
    border,
    call,
    catch,
    each,
    gateway,
    path,
    script,
    steps,
    sub_process,
    throw,
    throwing_end,
)
from tests.kernel.procedures.samples import end, flow, procedure, step


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


def hear(walk, signal, code="D"):
    """Send a signal and let the job tell the cases; return how many heard it."""
    procedures.send_signal(signal, walk.world.places[code], journal.SYSTEM)
    return tell(signal)


def tell(signal):
    entry = journal.Entry.objects.filter(verb="procedure.signal", data__signal=signal).latest("pk")
    heard = jobs.tell_signal_to_cases(entry.pk)
    assert jobs.tell_signal_to_cases(entry.pk) == 0  # the job again, after a crash
    return heard


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


# --- sub-processes and calls --------------------------------------------------------------------------------


def test_lanes_in_a_sub_process_and_lanes_inherited(walk):
    lanes = (
        '<bpmn:laneSet id="inner"><bpmn:lane id="doctors"><bpmn:extensionElements>'
        '<sw:role key="community_doctor"/></bpmn:extensionElements><bpmn:flowNodeRef>examine'
        "</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    walk.begin(
        sub_process(
            "visit",
            steps("knock", "examine"),
            end("inside", ""),
            path("visit_start", "knock", "examine", "inside"),
            lanes=lanes,
        ),
        end(),
        path("start", "visit", "end"),
        members=("visit",),
    )
    assert cases.open_steps(walk.case)[0].role == "community_worker"
    walk.do("knock")
    assert cases.open_steps(walk.case)[0].role == "community_doctor"
    walk.do("examine")
    assert walk.outcome == "DONE"


def test_interrupting_a_sub_process_ends_all_that_ran_in_it(walk):
    walk.begin(
        sub_process(
            "outer",
            gateway("fork", "parallel"),
            sub_process("inner", steps("deep"), end("deep_end", ""), path("inner_start", "deep", "deep_end")),
            catch("wait", "timeDuration", "PT1H"),
            end("one", ""),
            end("two", ""),
            path("outer_start", "fork", "inner", "one"),
            path("fork", "wait", "two"),
        ),
        border("called", "outer", "message"),
        steps("after"),
        end(),
        end("other", "OTHER"),
        path("start", "outer", "end"),
        path("called", "after", "other"),
        members=("outer", "after"),
    )
    assert walk.open == ["deep"]
    assert walk.say() == 1
    assert walk.open == ["after"]
    assert walk.run.next_timer_at is None
    walk.do("after")
    assert walk.outcome == "OTHER"


CALLED = (step("visit"), end("seen", "SEEN"), path("start", "visit", "seen"))


def begin_with_call(walk):
    worlds.publish(procedure(*CALLED, key="VISITING", members=("visit",)))
    walk.begin(
        steps("errand"),
        call("go", "VISITING"),
        gateway("which", "exclusive", "which_end"),
        end(),
        end("seen_end", "SEEN"),
        path("start", "errand", "go", "which", "end"),
        flow("which", "seen_end", "outcome == 'SEEN'"),
        members=("errand",),
    )


def test_a_called_procedure_gives_its_outcome(walk):
    begin_with_call(walk)
    walk.do("errand")
    walk.do("visit")
    assert walk.outcome == "SEEN"


def test_a_case_keeps_the_version_of_the_called_procedure_it_began_with(walk):
    begin_with_call(walk)
    worlds.publish(
        procedure(
            steps("look", "visit"), end("seen", "SEEN"), path("start", "look", "visit", "seen"), key="VISITING",
            members=("look", "visit"),
        )
    )  # fmt: skip
    later = worlds.start(walk.world, "ERRAND")
    walk.do("errand")
    assert walk.open == ["visit"]
    found = cases.open_steps(later)[0]
    procedures.complete(found.pk, found.holder, ticks=["asked"])
    assert [one.key for one in cases.open_steps(later)] == ["look"]


def test_procedures_with_the_same_message_ids_do_not_mix(walk):
    other = '<bpmn:message id="msg_call" name="other"/>'
    inner = (
        steps("visit"),
        border("told", "visit", "message"),
        end("seen", "SEEN"),
        end("gone", "GONE"),
        path("start", "visit", "seen"),
        path("told", "gone"),
    )
    worlds.publish(procedure(*inner, key="VISITING", members=("visit",), outside=other))
    walk.begin(
        call("go", "VISITING"),
        border("called", "go", "message"),
        end(),
        end("off", "OFF"),
        path("start", "go", "end"),
        path("called", "off"),
        members=("go",),
    )
    assert walk.say("call") == 1
    assert walk.outcome == "OFF"


# --- for each -----------------------------------------------------------------------------------------------


def begin_each(walk, items=("甲楼", "乙楼", "丙楼"), **marks):
    is_step_of_its_own = step("ask", form=boolean_form("is_home"), more="")
    is_step_of_its_own = is_step_of_its_own.replace(
        "</bpmn:userTask>", each("found", **marks) + "</bpmn:userTask>"
    )
    walk.begin(
        is_step_of_its_own,
        gateway("which", "exclusive", "which_end"),
        end(),
        end("all_home", "ALL_HOME"),
        path("start", "ask", "which", "end"),
        flow(
            "which", "all_home", "len(found) == 3 and found[0].is_home == true and found[2].is_home == true"
        ),
        members=("ask",),
        facts={"list": list(items)},
    )


def test_for_each_in_parallel_opens_a_step_an_item(walk):
    begin_each(walk)
    assert [one.name_zh for one in cases.open_steps(walk.case)] == [
        "跑腿（甲楼）",
        "跑腿（乙楼）",
        "跑腿（丙楼）",
    ]
    walk.do("ask", 2, is_home=True)
    walk.do("ask", 0, is_home=True)
    assert walk.open == ["ask"]
    walk.do("ask", is_home=False)
    assert walk.outcome == "ALL_HOME"


def test_for_each_in_turn_opens_one_step_at_a_time(walk):
    begin_each(walk, is_sequential=True)
    for name in ("甲楼", "乙楼", "丙楼"):
        assert [one.name_zh for one in cases.open_steps(walk.case)] == [f"跑腿（{name}）"]
        walk.do("ask", is_home=True)
    assert walk.outcome == "ALL_HOME"


@pytest.mark.parametrize("is_sequential", [False, True])
def test_for_each_ends_early_when_it_is_enough(walk, is_sequential):
    begin_each(walk, is_sequential=is_sequential, until="is_home == true or nrOfCompletedInstances == 2")
    walk.do("ask", is_home=False)
    assert walk.open == (["ask"] if is_sequential else ["ask", "ask"])
    walk.do("ask", is_home=True)
    assert walk.outcome == "DONE"


def test_for_each_of_an_empty_list_goes_on(walk):
    begin_each(walk, items=())
    assert walk.outcome == "DONE"


def test_for_each_of_no_list_is_said_plainly(walk):
    with pytest.raises(Problem, match="走不下去"):
        walk.begin(
            step("ask").replace("</bpmn:userTask>", each() + "</bpmn:userTask>"),
            end(),
            path("start", "ask", "end"),
            members=("ask",),
        )


def test_for_each_sub_process_is_interrupted_whole(walk):
    inner = (
        steps("ask"),
        border("late", "ask", "timeDuration", "PT1H", interrupts=False),
        steps("hurry"),
        end("asked", ""),
        end("hurried", ""),
        path("visit_start", "ask", "asked"),
        path("late", "hurry", "hurried"),
    )
    walk.begin(
        sub_process("visit", *inner, more=each("found")),
        border("called", "visit", "message"),
        end(),
        end("off", "OFF"),
        steps("after"),
        path("start", "visit", "end"),
        path("called", "after", "off"),
        members=("visit", "after"),
        facts={"list": [{"zh": "甲"}, {"zh": "乙"}]},
    )
    assert walk.open == ["ask", "ask"]
    walk.wait(hours=1)
    assert walk.open == ["ask", "ask", "hurry", "hurry"]
    walk.do("ask")
    assert walk.say() == 1
    assert walk.open == ["after"]
    assert walk.run.next_timer_at is None
    walk.do("after")
    assert walk.outcome == "OFF"


def test_for_each_call(walk):
    worlds.publish(procedure(*CALLED, key="VISITING", members=("visit",)))
    walk.begin(
        call("go", "VISITING", each("found")),
        steps("after"),
        end(),
        path("start", "go", "after", "end"),
        members=("after",),
        facts={"list": [1, 2, 3]},
    )
    assert [one.name_zh for one in cases.open_steps(walk.case)] == ["跑腿"] * 3
    for _ in range(3):
        walk.do("visit")
    assert walk.open == ["after"]


# --- what is stored -----------------------------------------------------------------------------------------


def test_a_loop_does_not_make_what_is_stored_grow(walk):
    walk.begin(
        gateway("in", "exclusive"),
        step("ask", form=boolean_form("is_home")),
        steps("note"),
        gateway("which", "exclusive", "which_note"),
        end(),
        path("start", "in", "ask", "which", "note", "in"),
        flow("which", "end", "is_home == true"),
        members=("ask", "note"),
    )
    sizes = []
    for _ in range(60):
        walk.do("ask", is_home=False)
        walk.do("note")
        sizes.append(len(walk.run.tokens))
    assert max(sizes) < min(sizes) + 100
    walk.do("ask", is_home=True)
    assert walk.outcome == "DONE"


def test_a_timer_that_cannot_run_holds_nobody_up(walk, clock):
    walk.begin(
        steps("errand"),
        border("late", "errand", "timeDuration", "PT2H", interrupts=False),
        script("count", "hours = days * 24"),
        end(),
        end("counted", ""),
        path("start", "errand", "end"),
        path("late", "count", "counted"),
        members=("errand",),
    )
    stuck = walk.case
    walk.begin(
        steps("wait_here"),
        border("late", "wait_here", "timeDuration", "PT2H"),
        end(),
        end("timed", "TIMED"),
        path("start", "wait_here", "end"),
        path("late", "timed"),
        members=("wait_here",),
        key="OTHER",
    )
    assert walk.wait(hours=2) == 1
    assert walk.outcome == "TIMED"
    stuck.refresh_from_db()
    assert stuck.is_open
    assert walk.wait(minutes=1) == 0
