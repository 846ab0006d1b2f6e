"""Files that are malformed, huge, hostile or merely wrong: refused with reasons, nothing stored, nothing run."""

from __future__ import annotations

import time

import pytest

from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.procedures.models import ProcedureVersion
from shouwang.kernel.procedures.services.findings import FAULTS
from shouwang.util import clock as clocks
from tests.kernel.procedures.elements import (
    DECLARED,
    border,
    call,
    catch,
    each,
    gateway,
    path,
    script,
    steps,
    sub_process,
    throwing_end,
)
from tests.kernel.procedures.samples import HEAD, end, errand, flow, procedure, step

MARK = "a-file-that-must-not-appear"
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
DEEP = "<bpmn:x>" * 5_000 + "</bpmn:x>" * 5_000


def run_python(place: str) -> str:
    """Return a program that would leave a file behind."""
    return f"__import__('pathlib').Path('{place}').touch()"


def hostile(place: str) -> dict[str, str]:
    """Return the files by name."""
    program = run_python(place)
    chosen = gateway("which", "exclusive", "which_end")
    timed = border("late", "errand", "timeDuration", program)
    other = end("other", "OTHER")
    return {
        "entity expansion": f'<!DOCTYPE x [<!ENTITY e0 "ha">{BOMB}]><x>&e9;</x>',
        "external entity": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>',
        "external document type": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
        "stylesheet": '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + errand(),
        "web content": errand().replace(
            "<sw:limit>", '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script><sw:limit>'
        ),
        "deep nesting": f"{HEAD}{DEEP}</bpmn:definitions>",
        "huge": "<x>" + "y" * 10_000_000 + "</x>",
        "not XML": "\x7fELF no xml at all",
        "half a file": errand()[:600],
        "nothing": "",
        "program in a script": procedure(
            script("count", program), end(), path("start", "count", "end"), members=()
        ),
        "program in a condition": procedure(
            steps("errand"), chosen, end(), other, path("start", "errand", "which", "end"),
            flow("which", "other", program.replace("'", "&quot;")),
        ),
        "program in a timer": procedure(
            steps("errand"), timed, end(), other, path("start", "errand", "end"), path("late", "other")
        ),
        "endless range": procedure(
            script("count", "n = map([1..3000000], map([1..3000000], #))"), end(), path("start", "count", "end")
        ),
        "thousands of elements": procedure(
            steps(*(f"s{n}" for n in range(3_000))), end(), path("start", *(f"s{n}" for n in range(3_000)), "end")
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(hostile("")))
def test_a_hostile_file_is_refused_with_reasons_and_leaves_nothing(db, clock, tmp_path, name):
    place = tmp_path / MARK
    began = time.perf_counter()
    with pytest.raises(procedures.Refused) as refused:
        procedures.publish(hostile(str(place))[name], clocks.today(), journal.SYSTEM)
    assert time.perf_counter() - began < 20
    assert all(one.what.zh and one.what.en and one.mend.zh and one.mend.en for one in refused.value.findings)
    assert not any(MARK in one.what.en for one in refused.value.findings if name == "external entity")
    assert not ProcedureVersion.objects.exists()
    assert not journal.Entry.objects.filter(verb="procedure.published").exists()
    assert not place.exists()


GOOD = (steps("errand"), end(), path("start", "errand", "end"))
WRONG = {
    "processes": errand().replace("</bpmn:process>", '</bpmn:process><bpmn:process id="MORE"/>', 1),
    "not_executable": errand().replace(' isExecutable="true"', ""),
    "no_drawing": procedure(*GOOD, is_drawn=False),
    "not_drawn": errand().replace('bpmnElement="errand"', 'bpmnElement="elsewhere"'),
    "duplicate": procedure(*GOOD, steps("errand")),
    "no_english": errand().replace('<sw:name lang="en">Community</sw:name>', ""),
    "unsupported": procedure("<bpmn:odd id='odd'/>", end(), path("start", "odd", "end")),
    "unsupported_receiveTask": procedure("<bpmn:receiveTask id='odd'/>", end(), path("start", "odd", "end")),
    "start": errand().replace(
        '<bpmn:startEvent id="start"/>',
        '<bpmn:startEvent id="start"><bpmn:messageEventDefinition/></bpmn:startEvent>',
    ),
    "cycle": procedure(
        steps("errand"),
        border("again", "errand", "timeCycle", "R3/PT1H"),
        end(),
        end("other", "OTHER"),
        path("start", "errand", "end"),
        path("again", "other"),
    ),
    "timer": procedure(
        steps("errand"),
        border("late", "errand", "timeDuration", "two hours"),
        end(),
        end("other", "OTHER"),
        path("start", "errand", "end"),
        path("late", "other"),
    ),
    "undeclared": procedure(
        steps("errand"),
        border("told", "errand", "message"),
        end(),
        end("other", "OTHER"),
        path("start", "errand", "end"),
        path("told", "other"),
    ),
    "attached": procedure(
        steps("errand"),
        border("told", "nothing", "message"),
        end(),
        end("other", "OTHER"),
        path("start", "errand", "end"),
        path("told", "other"),
        outside=DECLARED,
    ),
    "never_thrown": procedure(
        steps("errand"),
        border("lost", "errand", "error"),
        end(),
        end("other", "OTHER"),
        path("start", "errand", "end"),
        path("lost", "other"),
        outside=DECLARED,
    ),
    "uncaught": procedure(
        sub_process("search", steps("look"), throwing_end("lost", "error"), path("search_start", "look", "lost")),
        end(),
        path("start", "search", "end"),
        members=("search",),
        outside=DECLARED,
    ),
    "condition_here": procedure(
        steps("errand"), end(), path("start", "errand"), flow("errand", "end", "true == true")
    ),
    "default": procedure(
        steps("errand"),
        gateway("which", "inclusive"),
        end(),
        end("other", "OTHER"),
        path("start", "errand", "which", "end"),
        flow("which", "other", "a == 1"),
    ),
    "event_gateway": procedure(
        steps("errand"), gateway("first", "eventBased"), end(), path("start", "errand", "first", "end"),
        members=("errand", "first"),
    ),
    "nobody": procedure(
        steps("errand"), catch("wait", "timeDuration", "PT1H"), end(), path("start", "errand", "wait", "end")
    ),
    "no_wait_limit": procedure(
        steps("errand"), catch("wait", "message").replace("<sw:limit>P1D</sw:limit>", ""), end(),
        path("start", "errand", "wait", "end"), members=("errand", "wait"), outside=DECLARED,
    ),
    "each": procedure(
        step("errand").replace(
            "</bpmn:userTask>",
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>",
        ),
        end(),
        path("start", "errand", "end"),
    ),
    "each_result": procedure(
        step("errand").replace("</bpmn:userTask>", each("list") + "</bpmn:userTask>"), *GOOD[1:]
    ),
    "loop": procedure(
        step("errand").replace("</bpmn:userTask>", "<bpmn:standardLoopCharacteristics/></bpmn:userTask>"),
        *GOOD[1:],
    ),
    "event_sub_process": procedure(
        sub_process("s", steps("deep"), end("e", ""), path("s_start", "deep", "e")).replace(
            'id="s">', 'id="s" triggeredByEvent="true">'
        ),
        end(),
        path("start", "s", "end"),
        members=("s",),
    ),
    "unreachable": procedure(*GOOD, steps("one", "two"), path("one", "two", "one"), path("two", "end")),
    "no_end": procedure(
        *GOOD[:2],
        gateway("which", "exclusive", "which_end"),
        steps("one", "two"),
        path("start", "errand", "which", "end"),
        flow("which", "one", "a == 1"),
        path("one", "two", "one"),
    ),
    "silent_end": procedure(
        steps("errand"),
        gateway("which", "exclusive", "which_end"),
        end(),
        end("quiet", ""),
        path("start", "errand", "which", "end"),
        flow("which", "quiet", "a == 1"),
    ),
    "inner_outcome": procedure(
        sub_process("s", steps("deep"), end("e", "INSIDE"), path("s_start", "deep", "e")),
        end(),
        path("start", "s", "end"),
        members=("s",),
    ),
    "loose_arrow": procedure(*GOOD, flow("errand", "nowhere")),
    "called": procedure(call("go", "NOWHERE"), end(), path("start", "go", "end")),
    "recursive": procedure(steps("errand"), call("go", "ERRAND"), end(), path("start", "errand", "go", "end")),
    "starts": errand().replace('<bpmn:startEvent id="start"/>', ""),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(WRONG))
def test_a_wrong_file_is_refused_for_what_is_wrong(world, fault):
    said = {one.what.zh for one in procedures.check(WRONG[fault])}
    pattern = FAULTS[fault].what.zh.split("{")[0]
    assert any(words.startswith(pattern) for words in said), said


def test_ids_that_another_procedure_of_the_same_case_uses_are_refused(world):
    procedures.publish(errand(), clocks.today(), journal.SYSTEM)
    caller = procedure(
        steps("errand"), call("go", "ERRAND"), end(), path("start", "errand", "go", "end"), key="CALLER"
    )
    found = {one.element: one.what.en for one in procedures.check(caller)}
    assert "ERRAND, which runs in the same case" in found["errand"]
