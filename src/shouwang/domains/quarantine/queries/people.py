"""Who is responsible for somebody under an order, with telephones, whoever answers first first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shouwang.domains.quarantine.models import Order
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.util.text import Text

#: The duties that a resident can reach, in the order in which they are shown (六包一).
REACHED = (
    "courtyard_team",
    "courtyard_lead",
    "community_worker",
    "community_doctor",
    "community_police",
    "subdistrict_cadre",
    "subdistrict_duty",
)
#: Steps whose holder is the one to call first while they are open.
WATCHING = ("watch", "documents", "kit", "plate_off")


@dataclass(frozen=True, slots=True)
class Responsible:
    """Somebody who answers for the resident: their duty, name and telephone."""

    duty: Text
    name: str
    phone: str
    is_primary: bool


def responsible(order: Order) -> list[Responsible]:
    """Return the people who answer for the resident now, the primary one first, nobody twice."""
    found: list[Responsible] = []
    seen: set[int] = set()
    for answer in _answers(order):
        if answer.person.pk in seen:
            continue
        seen.add(answer.person.pk)
        found.append(
            Responsible(
                duties.role(answer.post.role).name,
                answer.person.name,
                duties.phone_of(answer.post),
                is_primary=not found,
            )
        )
    return found


def _answers(order: Order) -> Iterator[duties.Answer]:
    """Yield who holds the watch, then who holds each duty above the courtyard."""
    steps = cases.open_steps(order.case)
    for step in sorted(steps, key=lambda one: one.key not in WATCHING):
        if step.key in WATCHING:
            yield duties.Answer(step.holder, step.post)
    for role in REACHED:
        answer = duties.holder(role, order.place)
        if answer is not None:
            yield answer
