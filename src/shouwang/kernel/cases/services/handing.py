"""Handing steps over: the giver answers until the receiver accepts (I2); an unaccepted offer climbs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from shouwang.kernel.cases.models import Case, Handover, HandoverState, Step, StepState
from shouwang.kernel.cases.services.opening import (
    climb_offsets,
    lock_case,
    lock_case_of,
    move_custody,
    record_step,
    require_holder,
)
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.ids import new_uuid
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

HANDOVER_PARAMETER = "handover_acceptance_minutes"
MIN_REASON_LENGTH = 2


def offer_new_step(
    step: Step, receiver: duties.Answer, actor: journal.Actor, batch: UUID | None = None
) -> Handover:
    """Offer a step that was just opened in its giver's hands; its limit begins when it is accepted."""
    return _offer(step, receiver, actor, batch or new_uuid(), is_running=False)


def offer(step_pk: int, receiver: duties.Answer, by: Person, batch: UUID | None = None) -> Handover:
    """Offer a running step to another; its own clock goes on.

    Raises:
        Problem: `by` does not hold the step, it is offered already, or it would be offered to its holder.
    """
    with transaction.atomic():
        step = _locked_step(step_pk)
        require_holder(step, by)
        if receiver.person.pk == by.pk:
            raise not_to_oneself()
        if step.handovers.filter(state=HandoverState.OFFERED).exists():
            raise Problem(
                "handover.offered_already",
                Text("已经移交出去，对方还没接收", "It has been offered already and not yet accepted"),
                do=Text("先收回，再移交给别人", "Recall that offer first"),
            )
        return _offer(step, receiver, journal.person(by.pk), batch or new_uuid(), is_running=True)


def accept(handover_pk: int, by: Person) -> list[Handover]:
    """Accept an offer and all of its batch that are still open; accepting twice changes nothing.

    Returns:
        the handovers of the batch that `by` now answers for.

    Raises:
        NotFoundOrNotYours: no such offer, or neither it nor its duty is `by`'s to take.
        Problem: it was settled otherwise in the meantime, or `by` is off duty.
    """
    with transaction.atomic():
        first = _visible(handover_pk, by)
        offers = list(_locked_batch(first))
        open_offers = [offer for offer in offers if offer.state == HandoverState.OFFERED]
        if not open_offers:
            _require_same_settlement(first, by)
        elif not duties.holdings_of(by):
            raise off_duty()
        for handover in open_offers:
            _accept_one(handover, by)
    return [offer for offer in offers if offer.settled_by_id == by.pk]


def decline(handover_pk: int, by: Person, reason: str) -> list[Handover]:
    """Decline an offer and its batch with a reason; the giver goes on answering and is told.

    Raises:
        NotFoundOrNotYours: as `accept`.
        Problem: no reason is given, or the offer was settled in the meantime.
    """
    reason = reason.strip()
    if len(reason) < MIN_REASON_LENGTH:
        raise reason_missing()
    with transaction.atomic():
        first = _visible(handover_pk, by)
        declined = [offer for offer in _locked_batch(first) if offer.state == HandoverState.OFFERED]
        if not declined:
            _require_same_settlement(first, by)
        for handover in declined:
            _settle(handover, HandoverState.DECLINED, by, reason)
            _give_clock_back(handover)
            _tell_giver(handover)
    return declined


def recall(handover_pk: int, by: Person) -> Handover:
    """Take an offer back while nobody has accepted it.

    Raises:
        NotFoundOrNotYours: no such offer of `by`.
        Problem: it was settled in the meantime.
    """
    with transaction.atomic():
        handover = Handover.objects.select_related("step").filter(pk=handover_pk, giver=by).first()
        if handover is None:
            raise NotFoundOrNotYours
        lock_case(handover.step.case_id)
        handover = Handover.objects.select_related("step", "step__post").get(pk=handover_pk)
        if handover.state != HandoverState.OFFERED:
            raise settled_already(handover.state)
        _settle(handover, HandoverState.RECALLED, by, "")
        _give_clock_back(handover)
    return handover


def take_over(step_pk: int, by: Person) -> Step:
    """Let somebody who may take steps at the place become the one holder, at once; the former holder is told.

    Raises:
        NotFoundOrNotYours: the step is outside `by`'s duty.
        Problem: the step is no longer open.
    """
    with transaction.atomic():
        step = _locked_step(step_pk)
        if not may_take(step, by):
            raise NotFoundOrNotYours
        if step.holder_id == by.pk:
            return step
        if step.state != StepState.OPEN:
            require_holder(step, by)
        now = clock.now()
        step.handovers.filter(state=HandoverState.OFFERED).update(
            state=HandoverState.RECALLED, settled_at=now, settled_by=by
        )
        former = step.holder
        _change_holder(step, by, _post_of(step, by))
        record_step("step.taken", step, journal.person(by.pk), former=former.pk)
        _tell([former], step, "step.taken", Text("这一步由别人接过去了", "Somebody took this step over"))
    return step


def may_take(step: Step, by: Person) -> bool:
    """Whether `by` may become the holder: the same duty there, or a duty that may take steps there."""
    if duties.can(by, "case.take", step.place):
        return True
    return any(
        holding.post.role == step.role and step.place_path.startswith(holding.post.place_path)
        for holding in duties.holdings_of(by)
    )


def _offer(
    step: Step, receiver: duties.Answer, actor: journal.Actor, batch: UUID, *, is_running: bool
) -> Handover:
    now = clock.now()
    limit = timedelta(minutes=rules.parameter(HANDOVER_PARAMETER))
    handover = Handover.objects.create(
        step=step,
        batch=batch,
        giver=step.holder,
        giver_post=step.post,
        receiver=receiver.person,
        receiver_post=receiver.post,
        offered_at=now,
        due_at=now + limit,
        due_after_acceptance=step.due_at if is_running else None,
    )
    is_sooner = not is_running or handover.due_at < step.due_at
    if is_sooner:
        _restart_clock(step, limit, is_new=is_running)
    record_step(
        "handover.offered",
        step,
        actor,
        receiver=receiver.person.pk,
        receiver_zh=receiver.post.name_zh,
        receiver_en=receiver.post.name_en,
    )
    _tell([receiver.person], step, "handover.offered", Text("等你接收", "Waiting for you to accept"))
    notices.touch(f"work:{step.holder_id}", f"work:{receiver.person.pk}", f"case:{step.case_id}", "board")
    return handover


def _accept_one(handover: Handover, by: Person) -> None:
    step = handover.step
    _settle(handover, HandoverState.ACCEPTED, by, "")
    is_receiver = handover.receiver_id == by.pk and duties.still_holds(by, handover.receiver_post)
    _change_holder(step, by, handover.receiver_post if is_receiver else _post_of(step, by))
    if handover.due_after_acceptance is None:
        step.accepted_at = clock.now()
        _restart_clock(step, timedelta(seconds=step.limit_seconds), is_new=True)
    else:
        _restart_clock(step, handover.due_after_acceptance - clock.now(), is_new=True)
    move_custody(step.case, step.case.place)
    notices.touch(f"work:{handover.giver_id}")


def _settle(handover: Handover, state: HandoverState, by: Person, reason: str) -> None:
    handover.state, handover.settled_at, handover.settled_by, handover.reason = state, clock.now(), by, reason
    handover.save(update_fields=["state", "settled_at", "settled_by", "reason"])
    record_step(f"handover.{state.lower()}", handover.step, journal.person(by.pk))
    notices.touch(
        f"work:{handover.giver_id}", f"work:{handover.receiver_id}", f"case:{handover.step.case_id}", "board"
    )


def _change_holder(step: Step, person: Person, post: duties.Post) -> None:
    notices.touch(f"work:{step.holder_id}", f"work:{person.pk}", f"case:{step.case_id}", "board")
    step.holder, step.post = person, post
    step.save(update_fields=["holder", "post"])


def _restart_clock(step: Step, limit: timedelta, *, is_new: bool) -> None:
    """Start the step's clock: a new one (next number, level 0) or the first one with another limit."""
    step.due_at = clock.now() + limit
    step.next_escalation_at = step.due_at + climb_offsets()[0]
    if is_new:
        step.clock += 1
        step.escalation_level = 0
    step.save(update_fields=["due_at", "next_escalation_at", "clock", "escalation_level", "accepted_at"])


def _give_clock_back(handover: Handover) -> None:
    """Let a running step that stays with its giver go on by its own clock, not by that of the offer."""
    if handover.due_after_acceptance and handover.due_after_acceptance != handover.step.due_at:
        _restart_clock(handover.step, handover.due_after_acceptance - clock.now(), is_new=True)


def _locked_step(pk: int) -> Step:
    lock_case_of(pk)
    return (
        Step.objects.select_for_update(of=("self",))
        .select_related("case", "case__place", "holder", "post", "place")
        .get(pk=pk)
    )


def _locked_batch(first: Handover) -> Iterable[Handover]:
    """Lock the cases of a batch in order of their keys, then return its handovers fresh."""
    case_ids = Handover.objects.filter(batch=first.batch).values_list("step__case_id", flat=True)
    list(Case.objects.select_for_update(of=("self",)).filter(pk__in=case_ids).order_by("pk"))
    list(
        Step.objects.select_for_update(of=("self",))
        .filter(handovers__batch=first.batch, state="OPEN")
        .order_by("pk")
    )
    return (
        Handover.objects.filter(batch=first.batch)
        .select_related(
            "step", "step__case", "step__case__place", "step__place", "step__post", "receiver_post", "giver"
        )
        .order_by("pk")
    )


def _visible(pk: int, by: Person) -> Handover:
    handover = Handover.objects.select_related("step", "step__place", "receiver_post").filter(pk=pk).first()
    if handover is None or not (
        handover.receiver_id == by.pk or _shares_duty(handover, by) or may_take(handover.step, by)
    ):
        raise NotFoundOrNotYours
    return handover


def _shares_duty(handover: Handover, by: Person) -> bool:
    return any(holding.post_id == handover.receiver_post_id for holding in duties.holdings_of(by))


def _post_of(step: Step, person: Person) -> duties.Post:
    """Return the post on which somebody may take the step: of the step's own role, if they hold one."""
    holdings = duties.holdings_of(person)
    fitting = [holding for holding in holdings if step.place_path.startswith(holding.post.place_path)]
    same_role = [holding for holding in fitting if holding.post.role == step.role]
    return next(iter(same_role or fitting or holdings)).post


def _require_same_settlement(handover: Handover, by: Person) -> None:
    """A repeated answer by the same person is no fault; anybody else learns what happened."""
    if handover.settled_by_id != by.pk:
        raise settled_already(handover.state)


def settled_already(state: str) -> Problem:
    """Say what came of an offer in the meantime."""
    words = {
        HandoverState.ACCEPTED: Text("别人已经接收了", "Somebody has accepted it already"),
        HandoverState.DECLINED: Text("已经回绝了", "It has been declined already"),
        HandoverState.RECALLED: Text("移交的人已经收回", "The giver has taken it back"),
    }
    return Problem(
        "handover.settled",
        words[HandoverState(state)],
        do=Text("刷新“我的工作”", "Refresh “My work”"),
    )


def reason_missing() -> Problem:
    """Ask for the reason of a refusal."""
    return Problem(
        "handover.reason_missing",
        Text("还没写为什么不接", "The reason for declining is missing"),
        do=Text(
            "写几个字，移交的人要据此找别人", "Write a few words; the giver needs them to ask somebody else"
        ),
        field="reason",
    )


def off_duty() -> Problem:
    """Refuse somebody who holds no post now: nobody off duty may answer for a step (I1)."""
    return Problem(
        "handover.off_duty",
        Text("你现在不在岗，不能接收", "You are off duty and cannot accept this now"),
        do=Text(
            "请在岗的人接收；上岗以后再来，这里就能接",
            "Somebody on duty can accept it; so can you once you are",
        ),
    )


def not_to_oneself() -> Problem:
    """Refuse a handover from somebody to themselves."""
    return Problem(
        "handover.to_self",
        Text("不能移交给自己", "A step cannot be handed over to its holder"),
        do=Text("选另一个人", "Choose somebody else"),
    )


def _tell_giver(handover: Handover) -> None:
    """Tell the giver; the reason stays with the handover, for notices carry no free text."""
    _tell([handover.giver], handover.step, "handover.declined", Text("对方不接", "Declined"))


def _tell(people: list[Person], step: Step, kind: str, what: Text) -> None:
    notices.send(
        people,
        kind=kind,
        title=Text(f"{what.zh}：{step.name_zh}", f"{what.en}: {step.name_en}"),
        body=step.case.title,
        link=f"/cases/{step.case_id}/",
        urgency="URGENT",
        thread=step.case.thread,
    )
