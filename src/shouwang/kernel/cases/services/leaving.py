"""When somebody's duty ends with steps in their hands: nobody off duty may go on holding anything (I1).

Their steps go to whoever answers now: another holder of the same role there, else the lead above. An offer
of such a step stands, with the new holder as its giver, unless the new holder is the one it was made to: then
it has come true by itself and falls away, and the step goes on by its own clock. An offer that was made to
the one who left goes to whoever answers on that post now.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shouwang.kernel.cases.models import Case, Handover, HandoverState, Shift, Step, StepState
from shouwang.kernel.cases.services.opening import climb_offsets, step_act
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.util import clock
from shouwang.util.text import Text


def reassign_from(person: Person, actor: journal.Actor) -> int:
    """Give the steps that somebody holds on a post they left to whoever answers now; return how many.

    Safe to repeat, and together with acceptances and completions: everything is read again under the locks
    of the cases.

    Raises:
        NobodyAnswers: not even the district has anybody on duty.
    """
    with transaction.atomic():
        asked = Handover.objects.filter(
            ~duties.on_post("receiver", "receiver_post"), receiver=person, state=HandoverState.OFFERED
        ).exclude(batch__in=Shift.objects.filter(state=HandoverState.OFFERED).values("pk"))
        _lock(
            [*_left(person).values_list("case_id", flat=True), *asked.values_list("step__case_id", flat=True)]
        )
        steps = list(_left(person).select_related("post", "post__place", "place", "case").order_by("pk"))
        answers = _answers(steps)
        for step in steps:
            _move(step, answers[step.post_id, step.role, step.place_id])
        _store(steps, actor, person)
        _follow_offers(steps, actor)
        _ask_others(asked.select_related("receiver_post__place", "step__post"))
    return len(steps)


def _left(person: Person) -> QuerySet[Step]:
    return Step.objects.filter(~duties.on_post("holder", "post"), holder=person, state=StepState.OPEN)


def _lock(cases: Iterable[int]) -> None:
    locked = Case.objects.select_for_update(of=("self",)).filter(pk__in=set(cases)).order_by("pk")
    list(locked.values_list("pk", flat=True))


def _answers(steps: list[Step]) -> dict[tuple[int, str, int], duties.Answer]:
    """Return who answers now, by (post, role, place) of the steps."""
    found: dict[tuple[int, str, int], duties.Answer] = {}
    for step in steps:
        key = (step.post_id, step.role, step.place_id)
        if key not in found:
            same_post = None if step.post.role == step.role else _on(step.post)
            found[key] = same_post or duties.answerable(step.role, step.place)
    return found


def _on(post: duties.Post) -> duties.Answer | None:
    holding = duties.holdings_on(post).select_related("person", "post").first()
    return duties.Answer(holding.person, holding.post) if holding else None


def _move(step: Step, answer: duties.Answer) -> None:
    step.holder, step.post = answer.person, answer.post


def _store(steps: list[Step], actor: journal.Actor, former: Person) -> None:
    Step.objects.bulk_update(steps, ["holder", "post"], batch_size=1_000)
    journal.record_many([step_act("step.reassigned", step, actor, former=former.pk) for step in steps])
    notices.send_many(
        [
            notices.NewNotice(
                step.holder,
                "step.reassigned",
                Text(f"转到你这里：{step.name_zh}", f"Now yours: {step.name_en}"),
                step.case.title,
                f"/cases/{step.case_id}/",
                "URGENT",
                step.case.thread,
            )
            for step in steps
        ]
    )
    topics = {f"case:{step.case_id}" for step in steps} | {f"work:{step.holder_id}" for step in steps}
    notices.touch(f"work:{former.pk}", "board", *topics)


def _follow_offers(steps: list[Step], actor: journal.Actor) -> None:
    """Let the new holders be the givers of open offers; an offer to its own holder falls away."""
    by_step = {step.pk: step for step in steps}
    offers = list(Handover.objects.filter(step__in=by_step, state=HandoverState.OFFERED))
    for offer in offers:
        step = by_step[offer.step_id]
        offer.giver, offer.giver_post = step.holder, step.post
        if offer.receiver_id == step.holder_id:
            _withdraw(offer, step)
    Handover.objects.bulk_update(offers, ["giver", "giver_post", "state", "settled_at"], batch_size=1_000)
    gone = [by_step[offer.step_id] for offer in offers if offer.state == HandoverState.RECALLED]
    journal.record_many([step_act("handover.recalled", step, actor) for step in gone])
    _end_shifts({offer.batch for offer in offers})


def _withdraw(offer: Handover, step: Step) -> None:
    offer.state, offer.settled_at = HandoverState.RECALLED, clock.now()
    due_at = offer.due_after_acceptance
    if due_at and due_at != step.due_at:
        step.due_at, step.next_escalation_at = due_at, due_at + climb_offsets()[0]
        step.clock, step.escalation_level = step.clock + 1, 0
        step.save(update_fields=["due_at", "next_escalation_at", "clock", "escalation_level"])


def _end_shifts(batches: set[UUID]) -> None:
    """A shift of which no offer is open any more has come to its end without an acceptance."""
    still_open = Handover.objects.filter(batch__in=batches, state=HandoverState.OFFERED).values("batch")
    ended = Shift.objects.filter(pk__in=batches, state=HandoverState.OFFERED).exclude(pk__in=still_open)
    for shift in list(ended):
        notices.close_thread(shift.thread)
    ended.update(state=HandoverState.RECALLED, settled_at=clock.now())


def _ask_others(asked: QuerySet[Handover]) -> None:
    """Ask whoever answers on the post now; an offer that would come back to its giver falls away."""
    answers: dict[int, duties.Answer] = {}
    for offer in asked:
        post = offer.receiver_post
        if post.pk not in answers:
            answers[post.pk] = _on(post) or duties.answerable(post.role, post.place)
        answer = answers[post.pk]
        if answer.person.pk == offer.giver_id:
            _withdraw(offer, offer.step)
        offer.receiver, offer.receiver_post = answer.person, answer.post
        offer.save(update_fields=["receiver", "receiver_post", "state", "settled_at"])
        notices.touch(f"work:{answer.person.pk}", f"work:{offer.giver_id}", f"case:{offer.step.case_id}")
