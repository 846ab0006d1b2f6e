"""What follows what, read from files: branches in words, events on borders, sub-processes, and loops."""

from __future__ import annotations

from shouwang.kernel.procedures import api as procedures
from tests.kernel.procedures.samples import CHECKPOINT, HOME_QUARANTINE, RELEASE, end, flow, procedure, step


def ways(file: str, key: str) -> set[tuple[str, str, str]]:
    """Return the ways on from a step: the words in Chinese, the kind and where it leads."""
    found = procedures.read_flow(file).steps[key].ways
    return {(" / ".join(word.zh for word in way.words), way.kind, way.name.zh) for way in found}


def test_steps_stand_in_the_order_of_the_work():
    order = procedures.read_flow(RELEASE).order
    assert order == ("check_readings", "sign", "plate_off", "call")
    assert procedures.read_flow(RELEASE).start.en == "Day before the term ends"


def test_branches_waits_and_ends_are_said_in_words():
    assert ways(RELEASE, "sign") == {
        ("延长", "end", "延长"),
        ("解除 / 期满 / 是", "step", "撤门牌、停代收垃圾"),
    }
    assert ("通行或告知", "end", "通行") in ways(CHECKPOINT, "measure")


def test_a_loop_back_to_the_same_step_is_not_followed_for_ever():
    back = procedure(
        step("a"),
        '<bpmn:exclusiveGateway id="g" default="g_end"/>',
        end(),
        flow("start", "a"),
        flow("a", "g"),
        flow("g", "a", "x == 1"),
        flow("g", "end"),
        members=("a",),
    )
    assert {way.kind for way in procedures.read_flow(back).steps["a"].ways} == {"end"}


def test_a_called_procedure_and_a_sub_process_are_entered():
    found = ways(HOME_QUARANTINE, "suitability")
    assert ("适合 / 期满前一天", "call", "解除隔离") in found
    assert ("适合", "step", "每日两次体温") in found


def test_events_on_the_border_of_a_step_and_of_what_is_around_it():
    watch = procedures.read_flow(HOME_QUARANTINE).steps["watch"].what_ifs
    told = {one.name.zh: (one.is_interrupting, [way.name.zh for way in one.ways]) for one in watch}
    assert told["漏测"] == (False, ["补测体温"])
    assert told["发热"] == (False, ["核实发热"])
    assert told["要转诊"] == (True, ["专车送发热门诊"])


def test_a_branch_inside_a_sub_process_ends_alone_and_its_main_way_goes_on():
    assert ("在", "end", "已补") in ways(HOME_QUARANTINE, "make_up")
    after_care = {name for _words, _kind, name in ways(HOME_QUARANTINE, "watch")}
    assert after_care == {"看护完成"}


def test_a_hostile_drawing_is_read_in_bounded_time():
    """Forty diamonds in a row have 2^40 ways through; at most MAX_WAYS are told."""
    parts, count = [step("a"), flow("start", "a"), flow("a", "x0")], 40
    for at in range(count):
        parts.append(f'<bpmn:exclusiveGateway id="x{at}"/>')
        for side in ("l", "r"):
            parts.append(f'<bpmn:task id="{side}{at}"/>')
            parts += [flow(f"x{at}", f"{side}{at}", "true"), flow(f"{side}{at}", f"x{at + 1}")]
    parts += [f'<bpmn:exclusiveGateway id="x{count}"/>', end(), flow(f"x{count}", "end")]
    found = procedures.read_flow(procedure(*parts, members=("a",))).steps["a"].ways
    assert [way.kind for way in found] == ["end"]
