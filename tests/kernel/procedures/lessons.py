"""Cases driven by the services with a moved clock, so that every figure about them is known beforehand."""

from __future__ import annotations

from datetime import timedelta

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from tests.kernel import world as worlds
from tests.kernel.procedures.samples import LIMIT, end, flow, procedure, step

CHECKLIST = (
    '<sw:checklist><sw:item key="met" zh="见到本人" en="Met"/>'
    '<sw:item key="room" zh="有房间" en="Room"/></sw:checklist>'
)
TWO_STEPS = procedure(
    step("visit", name="上门", english="Visit", checklist=CHECKLIST),
    step("kit", name="送包", english="Kit", limit="<sw:limit>PT1H</sw:limit>"),
    end(),
    flow("start", "visit"),
    flow("visit", "kit"),
    flow("kit", "end"),
    key="TWO",
    members=("visit", "kit"),
)
#: The two steps again, the first with another limit.
STRICTER = TWO_STEPS.replace(LIMIT, "<sw:limit>PT30M</sw:limit>", 1)
CALLER = procedure(
    step("ask"),
    '<bpmn:callActivity id="both" name="两步" calledElement="TWO"><bpmn:extensionElements>'
    '<sw:name lang="en">Two</sw:name></bpmn:extensionElements></bpmn:callActivity>',
    end(),
    flow("start", "ask"),
    flow("ask", "both"),
    flow("both", "end"),
    key="CALLER",
    members=("ask", "both"),
)


def open_step(case: cases.Case) -> cases.Step:
    """Return the one open step of a case."""
    return cases.Step.objects.get(case=case, state="OPEN")


def accept(case: cases.Case) -> None:
    """Let the receiver accept the open offer of a case."""
    offer = cases.Handover.objects.get(step__case=case, state="OFFERED")
    cases.accept(offer.pk, offer.receiver)


def done(case: cases.Case, clock, minutes: float, ticks=("met", "room", "asked")) -> None:
    """Let minutes pass and the holder of the open step finish it."""
    clock.advance(timedelta(minutes=minutes))
    step_now = open_step(case)
    procedures.complete(step_now.pk, step_now.holder, ticks=list(ticks))


def visits(world: worlds.World, clock, minutes: list[float], place: str = "Y1") -> list[cases.Case]:
    """Run one case after another whose visit takes so many minutes and whose kit takes ten."""
    made = []
    for span in minutes:
        case = worlds.start(world, "TWO", place)
        done(case, clock, span)
        done(case, clock, 10)
        made.append(case)
    return made
