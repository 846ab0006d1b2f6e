"""Elements of the profile as text, and a case that is moved through them by the services."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.procedures import jobs
from shouwang.kernel.procedures.models import Run
from tests.kernel import world as worlds
from tests.kernel.procedures.samples import end, flow, procedure, step

DECLARED = (
    '<bpmn:message id="msg_call" name="call"/><bpmn:signal id="sig_lifted" name="lifted"/>'
    '<bpmn:error id="err_lost" name="lost" errorCode="LOST"/>'
    '<bpmn:escalation id="esc_help" name="help" escalationCode="HELP"/>'
)
REFERENCES = {"message": "msg_call", "signal": "sig_lifted", "error": "err_lost", "escalation": "esc_help"}


def definition(kind: str, text: str = "") -> str:
    """Return an event definition: a declared event, or `timeDate|timeDuration|timeCycle` with its text."""
    if kind.startswith("time"):
        return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    if kind == "terminate":
        return "<bpmn:terminateEventDefinition/>"
    return f'<bpmn:{kind}EventDefinition {kind}Ref="{REFERENCES[kind]}"/>'


def catch(key: str, kind: str, text: str = "") -> str:
    """Return an intermediate event that waits."""
    said = "<bpmn:extensionElements><sw:limit>P1D</sw:limit></bpmn:extensionElements>"
    return f'<bpmn:intermediateCatchEvent id="{key}">{said}{definition(kind, text)}</bpmn:intermediateCatchEvent>'


def throw(key: str, kind: str) -> str:
    """Return an intermediate event that throws."""
    return f'<bpmn:intermediateThrowEvent id="{key}">{definition(kind)}</bpmn:intermediateThrowEvent>'


def throwing_end(key: str, kind: str) -> str:
    """Return an end event that throws, without an outcome."""
    return f'<bpmn:endEvent id="{key}">{definition(kind)}</bpmn:endEvent>'


def border(key: str, at: str, kind: str, text: str = "", interrupts: bool = True) -> str:
    """Return an event on the border of a step or sub-process."""
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="{at}" cancelActivity="{str(interrupts).lower()}">'
        f"{definition(kind, text)}</bpmn:boundaryEvent>"
    )


def gateway(key: str, kind: str, default: str = "") -> str:
    """Return a gateway; `default` is the arrow taken when no condition holds."""
    said = f' default="{default}"' if default else ""
    return f'<bpmn:{kind}Gateway id="{key}"{said}/>'


def script(key: str, text: str) -> str:
    """Return a script task."""
    return f'<bpmn:scriptTask id="{key}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


def sub_process(key: str, *elements: str, more: str = "", lanes: str = "") -> str:
    """Return a sub-process with a start of its own, `<key>_start`."""
    return (
        f'<bpmn:subProcess id="{key}">{more}{lanes}<bpmn:startEvent id="{key}_start"/>{"".join(elements)}'
        "</bpmn:subProcess>"
    )


def call(key: str, called: str, more: str = "") -> str:
    """Return a call of another procedure."""
    return f'<bpmn:callActivity id="{key}" calledElement="{called}">{more}</bpmn:callActivity>'


def each(result: str = "", *, is_sequential: bool = False, until: str = "") -> str:
    """Return the marker of an activity that is done for each item of the fact `list`."""
    condition = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    said = f' result="{result}"' if result else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(is_sequential).lower()}">'
        f'<bpmn:extensionElements><sw:each list="list" item="item"{said}/></bpmn:extensionElements>{condition}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def boolean_form(key: str) -> str:
    """Return a form with one question."""
    return f'<sw:form><sw:field key="{key}" type="boolean" zh="是吗" en="Is it"/></sw:form>'


def path(*keys: str) -> str:
    """Return arrows from each element to the next."""
    return "".join(flow(source, target) for source, target in pairwise(keys))


def steps(*keys: str) -> str:
    """Return several steps."""
    return "".join(step(key) for key in keys)


class Walk:
    """A case in a world, moved only by what pages and workers call; the clock can be moved on."""

    def __init__(self, world, clock):
        self.world, self.clock = world, clock
        self.case = None

    def begin(self, *elements: str, members: tuple[str, ...], facts: dict | None = None, key: str = "ERRAND"):
        """Publish a procedure and start a case of it; the lane holds its waiting events too."""
        waits = re.findall(
            r'<bpmn:(?:intermediateCatchEvent|eventBasedGateway) id="(\w+)"', "".join(elements)
        )
        members = (*members, *waits)
        worlds.publish(procedure(*elements, key=key, members=members, outside=DECLARED))
        self.case = worlds.start(self.world, key, facts=facts or {})
        return self

    @property
    def open(self) -> list[str]:
        """The keys of the open steps, sorted."""
        return sorted(one.key for one in cases.open_steps(self.case))

    @property
    def outcome(self) -> str:
        """How the case closed, or nothing."""
        self.case.refresh_from_db()
        return self.case.outcome

    @property
    def run(self) -> Run:
        """Where the case stands."""
        return Run.objects.get(case=self.case)

    def do(self, key: str, number: int = 0, **answers):
        """Complete the first (or another) open step with this key by its holder."""
        found = [one for one in cases.open_steps(self.case) if one.key == key][number]
        self.case = procedures.complete(found.pk, found.holder, form=answers, ticks=["asked"])

    def say(self, message: str = "call") -> int:
        """Send the case a message."""
        return procedures.send_message(self.case.pk, message, journal.SYSTEM)

    def wait(self, **delta) -> int:
        """Let time pass and run what is due; return how many cases moved."""
        self.clock.advance(timedelta(**delta))
        return procedures.run_timers()


__all__ = ["end", "flow", "procedure", "step"]


def hear(walk, signal, code="D"):
    """Send a signal and let the job tell the cases; return how many heard it."""
    procedures.send_signal(signal, walk.world.places[code], journal.SYSTEM)
    return tell(signal)


def tell(signal):
    entry = journal.Entry.objects.filter(verb="procedure.signal", data__signal=signal).latest("pk")
    heard = jobs.tell_signal_to_cases(entry.pk)
    assert jobs.tell_signal_to_cases(entry.pk) == 0  # the job again, after a crash
    return heard
