"""One car on the road, one person at home: the objects that the permission table tries every door with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from shouwang.domains.gates import api as gates
from shouwang.domains.handbook.models import Issue
from shouwang.domains.orders import api as orders
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.identity import synthetic_id_number
from shouwang.util.text import Text
from tests.domains.handbook.issue import reported

COURTYARD = "410105006001-01"
CHECKPOINT = "410105-S01"
STREETS = ["410105006"]


@dataclass
class Chain:
    """A car that waits, and a traveller of an earlier car in home quarantine in the cast's courtyard."""

    waiting: gates.Registration
    case: cases.Case
    step: cases.Step
    handover: cases.Handover
    post: duties.Post
    holding: duties.Holding
    link: str
    shift: cases.Shift
    issue: Issue
    draft: procedures.Draft
    order: orders.Order


def car(district, plate, sequence):
    """Register a car with one person who will live in the cast's courtyard."""
    typed = gates.TypedRegistration(
        checkpoint=district.at(CHECKPOINT),
        request_key=uuid4(),
        plate=plate,
        phone="10003714408",
        people=[
            gates.TypedPerson(
                name="程晚舟", number=synthetic_id_number(date(1985, 3, 2), sequence), is_driver=True
            )
        ],
        origin_code="500236",
        destination_code=COURTYARD,
        door="4号楼2单元703",
        anyone_visited=False,
        anyone_symptoms=False,
    )
    return gates.register(typed).registration


def order_to_streets(district):
    """Issue an order from the district's duty desk to its sub-districts."""
    desk = district.answer("district-duty")
    streets = orders.chosen_places(district.place, "SUBDISTRICT", STREETS)
    new = orders.NewOrder(
        request_key=uuid4(),
        title=Text("清点独居老人", "Count elderly people living alone"),
        text=Text("逐户敲门", "Knock at every door"),
        campaign="COMMUNITY",
        targets=streets,
        kind="SUBDISTRICT",
        role="subdistrict_duty",
        acknowledge_by=clock.now() + timedelta(hours=1),
        due_at=clock.now() + timedelta(hours=8),
    )
    return orders.issue(new, district.place, desk.person)


def build(district) -> Chain:
    """Take one car from the road to the door by the services; leave a second one waiting."""
    first = car(district, "渝AD20T6", 10)
    guard = cases.open_steps(first.case)[0].holder
    gates.check(first.pk, guard, {one.pk: "36.4" for one in gates.people_of(first)}, gates.VERIFY_TICKS)
    handover = cases.Handover.objects.get()
    worker = district.person("community-worker")
    cases.accept(handover.pk, worker)
    step = cases.open_steps(handover.step.case)[0]
    standard = procedures.step_standard(step)
    ticks = [item.key for item in standard.checklist]
    procedures.complete(step.pk, worker, form={"is_suitable": True}, ticks=ticks)
    case = cases.Case.objects.get(pk=step.case_id)
    team = district.answer("courtyard-team")
    documents = cases.Step.objects.get(case=case, key="documents", state="OPEN")
    waiting = car(district, "渝B12345", 12)
    at_gate = district.answer("guard")
    relief = duties.holdings_on(at_gate.post).exclude(person=at_gate.person).first()
    return Chain(
        waiting=waiting,
        shift=cases.offer_shift(at_gate.post, relief.person, at_gate.person),
        order=order_to_streets(district),
        case=case,
        step=documents,
        handover=handover,
        post=team.post,
        holding=duties.Holding.objects.get(post=team.post, person=team.person),
        link=parties.issue_personal_link(case.person, days=14, actor=journal.SYSTEM),
        draft=procedures.begin_draft(
            district.person("district-duty"), procedures.in_force("HOME_QUARANTINE").bpmn
        ),
        issue=reported(worker, {"procedure": "HOME_QUARANTINE", "at": "suitability"}),
    )
