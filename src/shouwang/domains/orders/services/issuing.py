"""Issuing an order: one act, whether it goes to one place or to every courtyard of the district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from shouwang.domains.orders.models import PROCEDURE, Leg, Order
from shouwang.domains.orders.queries.reach import ISSUE
from shouwang.domains.orders.queries.targets import ROLES
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.privacy import find_leak
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

#: The lanes of the procedure carry these duties; the fact `roles` puts those of the order in their place.
LANE_OF_RECEIVER, LANE_OF_ISSUER = "community_director", "subdistrict_duty"
BATCH = 1_000


@dataclass(frozen=True)
class NewOrder:
    """What an order says, to whom it goes, and by when. `request_key` makes the same form one order."""

    request_key: UUID
    title: Text
    text: Text
    campaign: str
    targets: Sequence[Place]
    kind: str
    role: str
    acknowledge_by: datetime
    due_at: datetime
    parent_leg: Leg | None = None


def issue(new: NewOrder, place: Place, by: Person) -> Order:
    """Issue an order from a place to the places below it; the same request again is the same order.

    About three seconds for 1,892 courtyards: every leg is a case with its own holder and clock.

    Raises:
        NotFoundOrNotYours: `by` does not issue orders at `place`, or the leg to split is not there.
        Problem: it goes nowhere, its times do not fit, or its words carry personal data.
    """
    holding = _holding(by, place)
    _check(new, place)
    with transaction.atomic():
        known = Order.objects.filter(request_key=new.request_key).first()
        if known is not None:
            return known
        order = _write(new, place, by, holding.post)
        answers = duties.answerable_for_many(new.role, [target.pk for target in new.targets])
        actor = journal.person(by.pk)
        opened = procedures.start_many(
            PROCEDURE,
            procedures.StartMany(
                subject=journal.Ref("order", str(order.pk)),
                title=Text(f"指令：{order.title.zh}"[:120], f"Order: {order.title.en}"[:160]),
                facts=_facts(order, holding.post.role),
                campaign=order.campaign,
                source_case=new.parent_leg.case if new.parent_leg else None,
            ),
            [(target, answers[target.pk]) for target in new.targets],
            actor,
        )
        Leg.objects.bulk_create(
            [Leg(order=order, case=case, place=case.place, place_path=case.place_path) for case in opened],
            batch_size=BATCH,
        )
        _record(order, actor, len(opened))
        _tell(order, opened, answers)
    return order


def _holding(by: Person, place: Place) -> duties.Holding:
    """Return the duty on which `by` issues orders at a place: the one that stands nearest to it."""
    fitting = [
        holding
        for holding in duties.holdings_of(by)
        if ISSUE in duties.role(holding.post.role).verbs and place.path.startswith(holding.post.place_path)
    ]
    if not fitting or not duties.can(by, ISSUE, place):
        raise NotFoundOrNotYours
    return max(fitting, key=lambda holding: len(holding.post.place_path))


def _check(new: NewOrder, place: Place) -> None:
    now = clock.now()
    if new.role not in ROLES.get(new.kind, ()) or new.campaign not in cases.CAMPAIGNS:
        raise NotFoundOrNotYours
    if not new.targets:
        raise Problem(
            "order.nowhere",
            Text("还没选下到哪些地方", "Choose the places that the order goes to"),
            do=Text("勾一处，就连它下面的一起选上", "Ticking a place takes everything below it"),
            field="areas",
        )
    if any(not target.path.startswith(place.path) or target.pk == place.pk for target in new.targets):
        raise NotFoundOrNotYours
    if not now < new.acknowledge_by <= new.due_at:
        raise Problem(
            "order.times",
            Text(
                "办结时间要晚于签收时间，两个都要在现在以后",
                "It must be acknowledged from now on and done after that",
            ),
            field="due_at",
        )
    if new.parent_leg is not None and new.due_at > new.parent_leg.order.due_at:
        until = clock.local(new.parent_leg.order.due_at)
        raise Problem(
            "order.later_than_parent",
            Text(
                f"上级要求 {until:%m-%d %H:%M} 前办结，再分的不能更晚",
                f"The order from above is due {until:%m-%d %H:%M}; a part of it cannot be due later",
            ),
            field="due_at",
        )
    if find_leak([new.title.zh, new.title.en, new.text.zh, new.text.en]):
        raise Problem(
            "order.personal",
            Text(
                "指令里像是写了身份证号或手机号", "The order seems to carry an identity number or a telephone"
            ),
            do=Text("删掉号码：指令发给很多人看", "Leave them out: many people read an order"),
            field="text_zh",
        )


def _write(new: NewOrder, place: Place, by: Person, post: duties.Post) -> Order:
    order = Order.objects.create(
        request_key=new.request_key,
        parent_leg=new.parent_leg,
        path="",
        campaign=new.campaign,
        title_zh=new.title.zh,
        title_en=new.title.en,
        text_zh=new.text.zh,
        text_en=new.text.en,
        issuer=by,
        post=post,
        place=place,
        place_path=place.path,
        target_kind=new.kind,
        target_role=new.role,
        issued_at=clock.now(),
        acknowledge_by=new.acknowledge_by,
        due_at=new.due_at,
    )
    above = new.parent_leg.order.path if new.parent_leg else "/"
    order.path = f"{above}{order.pk}/"
    order.save(update_fields=["path"])
    return order


def _facts(order: Order, issuing_role: str) -> dict[str, object]:
    return {
        "order": order.pk,
        "roles": {LANE_OF_RECEIVER: order.target_role, LANE_OF_ISSUER: issuing_role},
        "acknowledge_by": order.acknowledge_by.isoformat(),
        "due_at": order.due_at.isoformat(),
    }


def _record(order: Order, actor: journal.Actor, count: int) -> None:
    journal.record(
        "orders.issued",
        actor,
        journal.Ref("order", str(order.pk)),
        thread=f"order:{order.pk}",
        place_path=order.place_path,
        data={
            "title_zh": order.title.zh,
            "title_en": order.title.en,
            "count": count,
            "role": order.target_role,
        },
    )


def _tell(order: Order, opened: list[cases.Case], answers: dict[int, duties.Answer]) -> None:
    notices.send_many(
        [
            notices.NewNotice(
                answers[case.place_id].person,
                "order.issued",
                Text(f"新指令：{order.title.zh}", f"New order: {order.title.en}"),
                Text(case.place.name_zh, case.place.name_en),
                f"/cases/{case.pk}/",
                "URGENT",
                case.thread,
            )
            for case in opened
        ]
    )
