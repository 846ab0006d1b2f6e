"""The evening handover: everything that one holder of a post has open there, in one gesture (交班).

The rules are those of a single handover: the giver answers until the receiver accepts (I2), what is declined
stays with the giver and goes on by its own clock, and what nobody accepts climbs. Written set by set, because
a sub-district's desk hands over hundreds of steps. What the giver had already offered to third parties, what
was offered to the giver, and what had climbed to the giver go along when the shift is accepted.

Locking rule, as everywhere in this concept: the cases first, in the order of their keys, then their steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from shouwang.kernel.cases.models import (
    Case,
    Escalation,
    Handover,
    HandoverState,
    Shift,
    Step,
    StepState,
)
from shouwang.kernel.cases.services import handing
from shouwang.kernel.cases.services.opening import climb_offsets, step_act
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.ids import new_uuid
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

BATCH = 1_000
MAX_NOTE_LENGTH = 300

_OFFER_CLOCK = """
    UPDATE cases_step SET due_at = %(due)s, next_escalation_at = %(due)s + %(first)s, clock = clock + 1,
           escalation_level = 0
     WHERE id = ANY(%(steps)s) AND due_at > %(due)s
"""
#: Steps get their own due instant back. One whose clock the offer left alone keeps how far it has climbed.
_CLOCK_BACK = """
    UPDATE cases_step s
       SET due_at = h.due_after_acceptance, clock = s.clock + 1, escalation_level = 0,
           next_escalation_at = h.due_after_acceptance + %(first)s
      FROM cases_handover h
     WHERE h.id = ANY(%(handovers)s) AND s.id = h.step_id AND s.state = 'OPEN'
       AND h.due_after_acceptance IS DISTINCT FROM s.due_at AND h.due_after_acceptance IS NOT NULL
"""


@dataclass(frozen=True)
class Settled:
    """What came of a shift: how many steps were taken, how many stayed with the giver, how many went along."""

    shift: Shift
    taken: int
    declined: int
    along: int


def offer_shift(
    post: duties.Post,
    receiver: Person,
    by: Person,
    *,
    note: str = "",
    notes: Mapping[int, str] | None = None,
) -> Shift:
    """Offer everything that `by` holds open on a post to the next holder of it.

    Args:
        note: what the receiver should mind in general; it stands with every step that has no note of its own.
        notes: what to mind by step key.

    Raises:
        Problem: nothing is open there, a shift is offered already, or the receiver never holds the post.
    """
    _require_receiver(post, receiver, by)
    with transaction.atomic():
        _lock_cases(Step.objects.filter(holder=by, post=post, state=StepState.OPEN))
        if Shift.objects.filter(giver=by, post=post, state=HandoverState.OFFERED).exists():
            raise _offered_already()
        steps = list(_own_steps(by, post))
        if not steps and not _anything_else(by, post):
            raise Problem(
                "shift.empty",
                Text(
                    "这个岗位上你手里没有要交的事", "You hold nothing on this post that could be handed over"
                ),
                do=Text("直接下班就行", "You can simply go"),
            )
        return _write_offer(post, receiver, by, steps, note.strip(), notes or {})


def accept_shift(pk: UUID, by: Person, declined: Mapping[int, str] | None = None) -> Settled:
    """Accept a shift, but for single offers that are declined with a reason; those stay with the giver.

    Accepting twice changes nothing.

    Args:
        declined: reasons by the key of the handover.

    Raises:
        NotFoundOrNotYours: no such shift, or `by` is not the one to take it.
        Problem: it was settled otherwise in the meantime, `by` is not on the post yet, or a reason is
            missing.
    """
    refused = {key: reason.strip() for key, reason in (declined or {}).items()}
    if any(len(reason) < handing.MIN_REASON_LENGTH for reason in refused.values()):
        raise Problem(
            "shift.reason_missing",
            Text("不接的要写为什么", "Say why you decline what you decline"),
            do=Text("每一件不接的写几个字", "Write a few words beside each of them"),
            field="declined",
        )
    with transaction.atomic():
        shift, offers = _locked(pk, by)
        if not shift.is_open:
            _require_same_settlement(shift, by)
            return _outcome(shift)
        if not duties.still_holds(by, shift.post):
            raise _not_on_post_yet(shift.post, by)
        taken = [offer for offer in offers if offer.pk not in refused]
        _decline([offer for offer in offers if offer.pk in refused], by, refused)
        _take(taken, by, shift.post)
        along = _take_along(shift, by)
        _settle(shift, HandoverState.ACCEPTED, by, taken=len(taken), declined=len(offers) - len(taken))
        _tell(shift.giver, shift, "shift.accepted", Text("已接班", "Shift accepted"))
    return Settled(shift, len(taken), len(offers) - len(taken), along)


def decline_shift(pk: UUID, by: Person, reason: str) -> Settled:
    """Decline a whole shift with a reason; the giver goes on answering for all of it and is told.

    Raises:
        NotFoundOrNotYours: as `accept_shift`.
        Problem: no reason is given, or it was settled in the meantime.
    """
    if len(reason.strip()) < handing.MIN_REASON_LENGTH:
        raise handing.reason_missing()
    with transaction.atomic():
        shift, offers = _locked(pk, by)
        if not shift.is_open:
            _require_same_settlement(shift, by)
            return _outcome(shift)
        _decline(offers, by, {offer.pk: reason.strip() for offer in offers})
        _settle(shift, HandoverState.DECLINED, by, taken=0, declined=len(offers))
        _tell(shift.giver, shift, "shift.declined", Text("对方不接班", "Shift declined"))
    return Settled(shift, 0, len(offers), 0)


def recall_shift(pk: UUID, by: Person) -> Shift:
    """Take a shift back while nobody has accepted it; each step goes on by its own clock.

    Raises:
        NotFoundOrNotYours: no such shift of `by`.
        Problem: it was settled in the meantime.
    """
    with transaction.atomic():
        if not Shift.objects.filter(pk=pk, giver=by).exists():
            raise NotFoundOrNotYours
        shift, offers = _locked(pk, by)
        if not shift.is_open:
            if shift.state == HandoverState.RECALLED and shift.settled_by_id == by.pk:
                return shift
            raise handing.settled_already(shift.state)
        _settle_offers(offers, HandoverState.RECALLED, by)
        _clocks_back(offers)
        _settle(shift, HandoverState.RECALLED, by, taken=0, declined=0)
    return shift


def accept_offer(handover_pk: int, by: Person) -> list[Handover]:
    """Accept an offer with its batch; one that belongs to a shift accepts the shift. See `handing.accept`."""
    shift = _shift_of(handover_pk)
    if shift is None:
        return handing.accept(handover_pk, by)
    accept_shift(shift.pk, by)
    return list(Handover.objects.filter(batch=shift.pk, settled_by=by, state=HandoverState.ACCEPTED))


def decline_offer(handover_pk: int, by: Person, reason: str) -> list[Handover]:
    """Decline an offer with its batch; one that belongs to a shift declines it. See `handing.decline`."""
    shift = _shift_of(handover_pk)
    if shift is None:
        return handing.decline(handover_pk, by, reason)
    decline_shift(shift.pk, by, reason)
    return list(Handover.objects.filter(batch=shift.pk, settled_by=by, state=HandoverState.DECLINED))


def _shift_of(handover_pk: int) -> Shift | None:
    batch = Handover.objects.filter(pk=handover_pk).values("batch")
    return Shift.objects.filter(pk__in=batch).first()


def _own_steps(holder: Person, post: duties.Post) -> QuerySet[Step]:
    """Return the steps that somebody holds on a post and has not offered to anybody, locked."""
    offered = Handover.objects.filter(state=HandoverState.OFFERED).values("step")
    return (
        Step.objects.select_for_update(of=("self",))
        .filter(holder=holder, post=post, state=StepState.OPEN)
        .exclude(pk__in=offered)
        .select_related("post")
        .order_by("pk")
    )


def _anything_else(holder: Person, post: duties.Post) -> bool:
    return (
        Handover.objects.filter(state=HandoverState.OFFERED)
        .filter(Q(giver=holder, giver_post=post) | Q(receiver=holder, receiver_post=post))
        .exists()
        or _climbed_to(holder, post).exists()
    )


def _climbed_to(person: Person, post: duties.Post) -> QuerySet[Escalation]:
    return Escalation.objects.filter(
        step__state=StepState.OPEN, clock=F("step__clock"), to_person=person, to_post=post
    )


def _write_offer(
    post: duties.Post,
    receiver: Person,
    by: Person,
    steps: list[Step],
    note: str,
    notes: Mapping[int, str],
) -> Shift:
    now = clock.now()
    due_at = now + timedelta(minutes=rules.parameter(handing.HANDOVER_PARAMETER))
    shift = Shift.objects.create(
        id=new_uuid(), post=post, giver=by, receiver=receiver, offered_at=now, due_at=due_at
    )
    Handover.objects.bulk_create(
        [
            Handover(
                step=step,
                batch=shift.pk,
                giver=by,
                giver_post=post,
                receiver=receiver,
                receiver_post=post,
                offered_at=now,
                due_at=due_at,
                due_after_acceptance=step.due_at,
                note=(notes.get(step.pk, "").strip() or note)[:MAX_NOTE_LENGTH],
            )
            for step in steps
        ],
        batch_size=BATCH,
    )
    _run(_OFFER_CLOCK, steps=[step.pk for step in steps], due=due_at)
    actor = journal.person(by.pk)
    more = {"receiver": receiver.pk, "receiver_zh": post.name_zh, "receiver_en": post.name_en}
    journal.record_many([step_act("handover.offered", step, actor, **more) for step in steps])
    _record("shift.offered", shift, actor, count=len(steps))
    _tell(receiver, shift, "shift.offered", Text("等你接班", "A shift waits for you"))
    _touch(steps, by.pk, receiver.pk)
    return shift


def _take(offers: list[Handover], by: Person, post: duties.Post) -> None:
    """Let `by` answer on the post for what was offered."""
    _settle_offers(offers, HandoverState.ACCEPTED, by)
    _clocks_back(offers)
    Step.objects.filter(pk__in=[offer.step_id for offer in offers]).update(holder=by, post=post)


def _decline(offers: list[Handover], by: Person, reasons: Mapping[int, str]) -> None:
    """Leave what was declined with its giver, by its own clock."""
    if not offers:
        return
    _settle_offers(offers, HandoverState.DECLINED, by, reasons)
    _clocks_back(offers)


def _settle_offers(
    offers: list[Handover], state: HandoverState, by: Person, reasons: Mapping[int, str] | None = None
) -> None:
    now = clock.now()
    for offer in offers:
        offer.state, offer.settled_at, offer.settled_by = state, now, by
        offer.reason = (reasons or {}).get(offer.pk, "")[:MAX_NOTE_LENGTH]
    if reasons:
        Handover.objects.bulk_update(
            offers, ["state", "settled_at", "settled_by", "reason"], batch_size=BATCH
        )
    else:
        keys = [offer.pk for offer in offers]
        Handover.objects.filter(pk__in=keys).update(state=state, settled_at=now, settled_by=by)
    actor = journal.person(by.pk)
    journal.record_many([step_act(f"handover.{state.lower()}", offer.step, actor) for offer in offers])
    _touch([offer.step for offer in offers], by.pk, *{offer.giver_id for offer in offers})


def _clocks_back(offers: list[Handover]) -> None:
    _run(_CLOCK_BACK, handovers=[offer.pk for offer in offers])


def _take_along(shift: Shift, by: Person) -> int:
    """Let `by` stand where the giver stood: in offers to others, offers from others, and climbs (locked)."""
    mine = Handover.objects.filter(state=HandoverState.OFFERED, giver=shift.giver, giver_post=shift.post)
    steps = list(mine.values_list("step_id", flat=True))
    Step.objects.filter(pk__in=steps, holder=shift.giver).update(holder=by, post=shift.post)
    along = mine.update(giver=by, giver_post=shift.post)
    asked = Handover.objects.filter(
        state=HandoverState.OFFERED, receiver=shift.giver, receiver_post=shift.post
    ).exclude(giver=by)
    along += asked.update(receiver=by)
    along += _climbed_to(shift.giver, shift.post).update(to_person=by)
    return along


def _locked(pk: UUID, by: Person) -> tuple[Shift, list[Handover]]:
    """Lock everything that a shift moves, and return it with its open offers, fresh."""
    shift = Shift.objects.select_related("post", "post__place", "giver", "receiver").filter(pk=pk).first()
    if shift is None or not _is_concerned(shift, by):
        raise NotFoundOrNotYours
    offered = Handover.objects.filter(state=HandoverState.OFFERED).filter(
        Q(batch=pk)
        | Q(giver=shift.giver, giver_post=shift.post)
        | Q(receiver=shift.giver, receiver_post=shift.post)
    )
    _lock_cases(Step.objects.filter(pk__in=offered.values("step")))
    shift = (
        Shift.objects.select_for_update(of=("self",))
        .select_related("post", "post__place", "giver", "receiver")
        .get(pk=pk)
    )
    offers = Handover.objects.filter(batch=pk, state=HandoverState.OFFERED).select_related(
        "step", "step__post"
    )
    found = list(offers.order_by("step_id"))
    list(
        Step.objects.select_for_update(of=("self",))
        .filter(pk__in=[offer.step_id for offer in found])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return shift, found


def _lock_cases(steps: QuerySet[Step]) -> None:
    cases = Case.objects.select_for_update(of=("self",)).filter(pk__in=steps.values("case"))
    list(cases.order_by("pk").values_list("pk", flat=True))


def _is_concerned(shift: Shift, by: Person) -> bool:
    return by.pk in (shift.receiver_id, shift.giver_id) or duties.still_holds(by, shift.post)


def _require_receiver(post: duties.Post, receiver: Person, by: Person) -> None:
    if receiver.pk == by.pk:
        raise handing.not_to_oneself()
    now = clock.now()
    held = duties.Holding.objects.filter(post=post, person=receiver)
    if not held.exclude(until_at__lte=now).exists():
        raise Problem(
            "shift.not_next",
            Text(
                f"这个人没有排在“{post.name_zh}”上", f"This person is not on the roster of “{post.name_en}”"
            ),
            do=Text("先给接班的人排岗", "Put whoever comes next on the post first"),
            field="receiver",
        )


def _not_on_post_yet(post: duties.Post, by: Person) -> Problem:
    following = (
        duties.Holding.objects.filter(post=post, person=by, from_at__gt=clock.now())
        .order_by("from_at")
        .values_list("from_at", flat=True)
        .first()
    )
    when = f"{clock.local(following):%H:%M}" if following else ""
    return Problem(
        "shift.not_on_post",
        Text(
            f"你还没上这个岗{f'，{when} 上岗' if when else ''}，现在接了就没有在岗的人负责",
            f"You are not on this post yet{f' (from {when})' if when else ''}; "
            "nobody on duty would answer for it",
        ),
        do=Text(
            "上岗以后再接；在那以前由交班的人负责",
            "Accept when your duty begins; the giver answers until then",
        ),
    )


def _offered_already() -> Problem:
    return Problem(
        "shift.offered_already",
        Text("这一班已经交出去，对方还没接", "This shift has been offered already and not yet accepted"),
        do=Text("先收回，再重新交", "Recall it first, then offer again"),
    )


def _require_same_settlement(shift: Shift, by: Person) -> None:
    if shift.settled_by_id != by.pk:
        raise handing.settled_already(shift.state)


def _outcome(shift: Shift) -> Settled:
    """Return what came of a shift that was settled before."""
    states = list(Handover.objects.filter(batch=shift.pk).values_list("state", flat=True))
    return Settled(shift, states.count(HandoverState.ACCEPTED), states.count(HandoverState.DECLINED), 0)


def _settle(shift: Shift, state: HandoverState, by: Person, **counts: int) -> None:
    shift.state, shift.settled_at, shift.settled_by = state, clock.now(), by
    shift.save(update_fields=["state", "settled_at", "settled_by"])
    _record(f"shift.{state.lower()}", shift, journal.person(by.pk), **counts)
    notices.close_thread(shift.thread)
    notices.touch(f"work:{shift.giver_id}", f"work:{shift.receiver_id}", f"work:{by.pk}", "board")


def _record(verb: str, shift: Shift, actor: journal.Actor, **counts: int) -> None:
    post = shift.post
    journal.record(
        verb,
        actor,
        journal.Ref("post", post.pk),
        thread=f"post:{post.pk}",
        place_path=post.place_path,
        data={"shift": str(shift.pk), "post": {"zh": post.name_zh, "en": post.name_en}, **counts},
    )


def _tell(person: Person, shift: Shift, kind: str, what: Text) -> None:
    notices.send(
        [person],
        kind=kind,
        title=Text(f"{what.zh}：{shift.post.name_zh}", f"{what.en}: {shift.post.name_en}"),
        link=f"/shifts/{shift.pk}/",
        urgency="URGENT",
        thread=shift.thread,
    )


def _touch(steps: Iterable[Step], *people: int) -> None:
    notices.touch(
        *{f"case:{step.case_id}" for step in steps}, *{f"work:{person}" for person in people}, "board"
    )


def _run(sql: str, **values: object) -> None:
    parameters: dict[str, Any] = {"first": climb_offsets()[0], **values}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
