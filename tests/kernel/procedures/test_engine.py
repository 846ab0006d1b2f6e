"""The restricted engine: no Python, our clock, messages again and again, tokens that survive a round trip."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shouwang.kernel.procedures.services import engine
from shouwang.util import clock as clocks
from tests.kernel.procedures import samples

OUTCOMES = {
    ("RELEASE", "released"): "RELEASED",
    ("RELEASE", "extended"): "EXTENDED",
    ("HOME_QUARANTINE", "released"): "RELEASED",
    ("HOME_QUARANTINE", "transferred"): "TRANSFERRED",
    ("HOME_QUARANTINE", "case_end"): "CASE",
}
BEGAN = datetime(2020, 3, 15, 8, 0, tzinfo=UTC)


class Walk:
    """A home quarantine moved by hand, reloaded from its tokens before every act."""

    def __init__(self, clock):
        self.clock = clock
        self.workflow = engine.begin("HOME_QUARANTINE", samples.HOME_QUARANTINE, (samples.RELEASE,), {})
        self.advance()

    def reload(self):
        tokens = engine.dump(self.workflow)
        self.workflow = engine.load("HOME_QUARANTINE", samples.HOME_QUARANTINE, (samples.RELEASE,), tokens)

    def advance(self):
        services = {
            "open_order",
            "check_made_up",
            "count_readings",
            "extend",
            "issue",
            "refer_now",
            "to_hospital",
        }
        while True:
            engine.run_engine_steps(self.workflow, OUTCOMES)
            automatic = [t for t in engine.ready_tasks(self.workflow) if t.task_spec.bpmn_id in services]
            if not automatic:
                return
            for task in automatic:
                self.serve(task)

    def serve(self, task):
        name = task.task_spec.bpmn_id
        if name in {"open_order", "extend"}:
            until = self.clock.now() + timedelta(days=14 if name == "open_order" else 2)
            task.data.update(
                until_at=until.isoformat(), release_check_at=(until - timedelta(days=1)).isoformat()
            )
        task.run()
        if name == "issue":
            engine.deliver(self.workflow, "order_ended", {})
        if name == "refer_now":
            engine.deliver(self.workflow, "referred", {})

    def do(self, key, **facts):
        self.reload()
        task = next(t for t in engine.ready_tasks(self.workflow) if t.task_spec.bpmn_id == key)
        task.data.update(facts)
        task.run()
        self.advance()

    def message(self, name):
        self.reload()
        caught = engine.deliver(self.workflow, name, {})
        self.advance()
        return caught

    def pass_time(self, **delta):
        self.clock.advance(timedelta(**delta))
        self.reload()
        self.advance()

    @property
    def waiting(self):
        return sorted(task.task_spec.bpmn_id for task in engine.ready_tasks(self.workflow))


@pytest.fixture
def walk():
    fixed = clocks.FixedClock(BEGAN)
    with clocks.use(fixed):
        yield Walk(fixed)


def to_watch(walk):
    walk.do("suitability", is_suitable=True)
    walk.do("documents")
    walk.do("kit")


def test_a_quiet_fortnight_ends_in_release(walk):
    to_watch(walk)
    assert walk.waiting == ["watch"]
    assert engine.next_timer_at(walk.workflow) == BEGAN + timedelta(days=13)
    walk.pass_time(days=12, hours=23)
    assert walk.waiting == ["watch"]
    walk.pass_time(hours=1)
    assert walk.waiting == ["check_readings", "watch"]
    walk.do("check_readings")
    walk.do("sign", decision="RELEASE")
    assert walk.waiting == ["watch"]
    walk.pass_time(days=1)
    assert walk.waiting == ["plate_off"]
    walk.do("plate_off")
    walk.do("call")
    assert walk.workflow.completed
    assert walk.workflow.outcome == "RELEASED"


def test_every_missed_reading_opens_a_step_of_its_own(walk):
    to_watch(walk)
    assert [walk.message("missed_reading") for _ in range(3)] == [1, 1, 1]
    assert walk.waiting == ["make_up", "make_up", "make_up", "watch"]
    walk.do("make_up", result="MEASURED")
    walk.do("make_up", result="NOT_HOME")
    assert walk.waiting == ["make_up", "visit", "watch"]


def test_extension_waits_again_and_release_ends_open_branches(walk):
    to_watch(walk)
    walk.message("breach")
    walk.pass_time(days=13)
    walk.do("check_readings")
    walk.do("sign", decision="EXTEND")
    assert walk.waiting == ["visit", "watch"]
    walk.pass_time(days=1)
    walk.do("check_readings")
    walk.do("sign", decision="RELEASE")
    walk.pass_time(days=1)
    assert walk.waiting == ["plate_off"]


def test_fever_referred_ends_as_a_case(walk):
    to_watch(walk)
    walk.message("fever")
    walk.do("assess", result="REFER")
    assert walk.waiting == ["transfer"]
    walk.do("transfer")
    assert walk.workflow.completed
    assert walk.workflow.outcome == "CASE"


def test_message_that_nothing_waits_for_is_not_caught(walk):
    assert walk.message("missed_reading") == 0


def test_tokens_of_the_longest_procedure_stay_small(walk):
    to_watch(walk)
    walk.message("missed_reading")
    walk.message("fever")
    walk.pass_time(days=13)
    walk.do("check_readings")
    assert len(engine.dump(walk.workflow)) < 4_096


@pytest.mark.parametrize(
    "expression",
    ['__import__("os").getpid()', "open('/etc/hostname').read()", "().__class__", "lambda: 1", "exec('1')"],
)
def test_python_is_not_evaluated(expression):
    environment = engine.SafeEnvironment()
    with pytest.raises(RuntimeError):
        environment.evaluate(expression, {})


def test_script_lines_other_than_assignments_do_not_run():
    facts: dict[str, object] = {"term": 13}
    engine.SafeEnvironment().execute("days = term + 1", facts)
    assert facts["days"] == 14
    with pytest.raises(ValueError, match="only 'name = expression'"):
        engine.SafeEnvironment().execute("print('x')", facts)
