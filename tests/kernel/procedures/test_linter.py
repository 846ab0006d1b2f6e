"""A procedure with anything of the four fixed things missing, or with code in it, is refused by name."""

from __future__ import annotations

import pytest

from shouwang.kernel.procedures.queries.profile import read_profile
from shouwang.kernel.procedures.services.findings import FAULTS
from shouwang.kernel.procedures.services.linter import Known, lint
from tests.kernel.procedures import samples
from tests.kernel.procedures.samples import end, errand, flow, procedure, step

KNOWN = Known(
    roles=frozenset(
        {
            "guard",
            "checkpoint_lead",
            "community_worker",
            "community_doctor",
            "community_police",
            "courtyard_team",
        }
    ),
    # whether these are registered is tested where manifests are loaded
    services=frozenset(
        name
        for text in (samples.CHECKPOINT, samples.HOME_QUARANTINE, samples.RELEASE)
        for name in read_profile(text).services.values()
    ),
    tables=frozenset({"some_table"}),
    procedures=frozenset({"RELEASE"}),
)


def faults(bpmn: str) -> dict[str, str]:
    """Return element → what is wrong (Chinese) of every finding."""
    return {finding.element: finding.what.zh for finding in lint(bpmn, KNOWN)}


@pytest.mark.parametrize("bpmn", [samples.CHECKPOINT, samples.HOME_QUARANTINE, samples.RELEASE, errand()])
def test_our_procedures_pass(bpmn):
    assert lint(bpmn, KNOWN) == []


@pytest.mark.parametrize(
    ("left_out", "fault"),
    [
        ({"limit": ""}, "no_limit"),
        ({"limit": "<sw:limit>zwei Stunden</sw:limit>"}, "no_limit"),
        ({"limit": "<sw:limit>PT0S</sw:limit>"}, "no_limit"),
        ({"checklist": ""}, "no_checklist"),
        ({"checklist": "<sw:checklist/>"}, "no_checklist"),
        ({"form": ""}, "no_form"),
        ({"english": ""}, "names"),
    ],
)
def test_step_without_one_fixed_thing_is_named(left_out, fault):
    assert faults(errand(**left_out)) == {"errand": FAULTS[fault].what.zh}


def test_step_without_duty_is_named():
    flows = (end(), flow("start", "errand"), flow("errand", "end"))
    assert faults(procedure(step("errand"), *flows, members=())) == {"errand": FAULTS["no_role"].what.zh}
    assert "“wizard”" in faults(procedure(step("errand"), *flows, role="wizard"))["errand"]


@pytest.mark.parametrize(
    "script",
    [
        '__import__("os").popen("id")',
        'x = __import__("os").popen("id").read()',
        "import os",
        "for i in range(9): x = i",
        "x = [c for c in ().__class__.__bases__]",
        "x = open('/etc/passwd').read()",
        "",
    ],
)
def test_script_with_a_program_is_refused(script):
    bpmn = procedure(
        f'<bpmn:scriptTask id="count"><bpmn:script>{script}</bpmn:script></bpmn:scriptTask>',
        end(),
        flow("start", "count"),
        flow("count", "end"),
    )
    assert list(faults(bpmn)) == ["count"]


def test_script_with_an_expression_passes():
    bpmn = procedure(
        '<bpmn:scriptTask id="count"><bpmn:script>days = term + 1</bpmn:script></bpmn:scriptTask>',
        end(),
        flow("start", "count"),
        flow("count", "end"),
    )
    assert faults(bpmn) == {}


@pytest.mark.parametrize(
    "element",
    [
        '<bpmn:receiveTask id="odd"/>',
        '<bpmn:complexGateway id="odd"/>',
        '<bpmn:task id="odd"/>',
        '<bpmn:serviceTask id="odd"/>',
        '<bpmn:callActivity id="odd" calledElement="NOWHERE"/>',
        '<bpmn:intermediateCatchEvent id="odd"><bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H'
        "</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
        '<bpmn:intermediateCatchEvent id="odd"><bpmn:timerEventDefinition><bpmn:timeDate>now() - 1'
        "</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
        '<bpmn:intermediateCatchEvent id="odd"><bpmn:signalEventDefinition/></bpmn:intermediateCatchEvent>',
    ],
)
def test_element_outside_the_profile_is_named(element):
    assert "odd" in faults(procedure(element, end(), flow("start", "odd"), flow("odd", "end")))


def test_loose_ends_and_branches_are_named():
    bpmn = procedure(
        '<bpmn:exclusiveGateway id="which"/>',
        step("errand"),
        end(),
        end("other", "OTHER"),
        flow("start", "which"),
        flow("which", "end"),
        flow("which", "other"),
    )
    found = faults(bpmn)
    assert found["which"] == FAULTS["default"].what.zh
    assert found["errand"] in {FAULTS["no_way_in"].what.zh, FAULTS["no_way_out"].what.zh}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        "<a>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
        "<x>" + "y" * 2_100_000 + "</x>",
        samples.HEAD + "</bpmn:definitions>",
    ],
)
def test_hostile_or_broken_files_are_refused_with_a_reason(text):
    findings = lint(text, KNOWN)
    assert len(findings) == 1
    assert findings[0].what.zh
    assert findings[0].what.en
    assert "root:" not in findings[0].what.en
