"""Who may see which case: those whose duty covers its place, and those who have a hand in a step of it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwang.kernel.cases.models import Case, Escalation, Handover, Step
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.util.problems import NotFoundOrNotYours


def access_case(person: Person, pk: int) -> Case:
    """Fetch a case that `person` may see.

    Raises:
        NotFoundOrNotYours: there is no such case, or it is outside the person's duty.
    """
    case = Case.objects.select_related("place", "person", "source_case").filter(pk=pk).first()
    if case is None or not (duties.can(person, "case.see", case.place) or has_hand_in(person, case)):
        raise NotFoundOrNotYours
    return case


def access_step(person: Person, pk: int) -> Step:
    """Fetch a step of a case that `person` may see.

    Raises:
        NotFoundOrNotYours: as `access_case`.
    """
    step = Step.objects.select_related("case", "case__place", "place", "holder", "post").filter(pk=pk).first()
    if step is None:
        raise NotFoundOrNotYours
    access_case(person, step.case_id)
    return step


def has_hand_in(person: Person, case: Case) -> bool:
    """Whether an open step of the case is with `person`: held, offered to or by them, or climbed to them."""
    steps = Step.objects.filter(case=case, state="OPEN")
    return (
        steps.filter(Q(holder=person) | Q(escalations__to_person=person)).exists()
        or Handover.objects.filter(step__in=steps, state="OFFERED")
        .filter(Q(receiver=person) | Q(giver=person))
        .exists()
    )


def cases_in_scope(person: Person) -> QuerySet[Case]:
    """Return the cases that `person` may see, by the places of their duties or by a hand in them."""
    held = Step.objects.filter(case=OuterRef("pk"), state="OPEN", holder=person)
    asked = Handover.objects.filter(step__case=OuterRef("pk"), state="OFFERED", receiver=person)
    climbed = Escalation.objects.filter(step__case=OuterRef("pk"), step__state="OPEN", to_person=person)
    return Case.objects.filter(
        duties.scope_q(person, "case.see", field="place_path")
        | Exists(held)
        | Exists(asked)
        | Exists(climbed)
    )
