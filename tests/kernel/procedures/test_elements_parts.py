"""Sub-processes, called procedures, for-each, and what is stored, on real cases."""

from __future__ import annotations

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import Problem
from tests.kernel import world as worlds
from tests.kernel.procedures.elements import (
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
)
from tests.kernel.procedures.samples import end, flow, procedure, step


@pytest.fixture
def walk(world, clock):
    return Walk(world, clock)


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
