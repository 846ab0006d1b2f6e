"""What happens to an order after it was issued: the answers, nudges, and its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from shouwang.domains.orders.models import Leg, LegState, Order
from shouwang.domains.orders.queries.answers import awaited, listed
from shouwang.domains.orders.queries.reach import may_command
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

#: Nobody is nudged about the same order more often than this.
NUDGE_AGAIN_AFTER = timedelta(minutes=10)
#: What was returned after its time gets this much more.
AFTER_RETURN = timedelta(hours=4)
MIN_REASON_LENGTH = 2
CLOSED_MESSAGE = "order_closed"
WITHDRAW_TASK = "orders.withdraw"


def note_acknowledged(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task: the place has acknowledged."""
    _leg(context).update(state=LegState.ACKNOWLEDGED, acknowledged_at=clock.now())
    return {}


def note_reported(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task: the place has reported; its words stand with the leg."""
    facts = context.facts
    _leg(context).update(
        state=LegState.REPORTED,
        reported_at=clock.now(),
        report=str(facts.get("report", ""))[:300],
        done_count=facts.get("done_count"),
    )
    return {}


def note_returned(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task: the report was returned; what is late already gets some hours more."""
    leg = _leg(context).select_for_update().get()
    leg.state, leg.reported_at, leg.returns = LegState.ACKNOWLEDGED, None, leg.returns + 1
    leg.save(update_fields=["state", "reported_at", "returns"])
    due_at = max(datetime.fromisoformat(context.facts["due_at"]), clock.now() + AFTER_RETURN)
    return {"due_at": due_at.isoformat(), "decision": None}


def note_confirmed(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task: the issuer has confirmed; the last one closes the order."""
    _settle(context, LegState.CONFIRMED)
    return {}


def note_withdrawn(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task: the order was closed before this place was through with it."""
    _settle(context, LegState.WITHDRAWN)
    return {}


def nudge(order: Order, by: Person) -> int:
    """Remind whoever has to acknowledge and has not, in one act; return how many places that is.

    Raises:
        NotFoundOrNotYours: `by` does not command the order.
        Problem: it was done a moment ago, or the order is closed.
    """
    if not may_command(by, order):
        raise NotFoundOrNotYours
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        now = clock.now()
        if order.nudged_at and now < order.nudged_at + NUDGE_AGAIN_AFTER:
            again = clock.local(order.nudged_at + NUDGE_AGAIN_AFTER)
            raise Problem(
                "order.nudged_already",
                Text("刚催过", "They were reminded a moment ago"),
                do=Text(
                    f"{again:%H:%M} 以后可以再催；急的打电话",
                    f"Again from {again:%H:%M}; if it is urgent, telephone",
                ),
            )
        silent = list(listed(Leg.objects.filter(order=order), "silent").values_list("case", flat=True))
        steps = cases.Step.objects.filter(case__in=silent, state="OPEN").select_related("holder", "place")
        notices.send_many(
            [
                notices.NewNotice(
                    step.holder,
                    "order.nudged",
                    Text(f"催签收：{order.title.zh}", f"Please acknowledge: {order.title.en}"),
                    Text(step.place.name_zh, step.place.name_en),
                    f"/cases/{step.case_id}/",
                    "URGENT",
                    f"case:{step.case_id}",
                )
                for step in steps
            ]
        )
        order.nudged_at = now
        order.save(update_fields=["nudged_at"])
        _record("orders.nudged", order, journal.person(by.pk), count=len(silent))
    return len(silent)


def close(order: Order, by: Person, reason: str) -> Order:
    """Close an order before every place is through with it; its open legs are withdrawn by a job.

    Orders that split it further are closed with it. Closing again changes nothing.

    Raises:
        NotFoundOrNotYours: `by` does not command the order.
        Problem: no reason is given.
    """
    if not may_command(by, order):
        raise NotFoundOrNotYours
    if len(reason.strip()) < MIN_REASON_LENGTH:
        raise Problem(
            "order.reason_missing",
            Text("还没写为什么不等了", "Say why the order is closed before all have answered"),
            do=Text("写几个字，受令的地方会看到", "Write a few words; the places will read them"),
            field="reason",
        )
    with transaction.atomic():
        below = list(
            Order.objects.select_for_update()
            .filter(path__startswith=order.path, closed_at__isnull=True)
            .order_by("pk")
        )
        for one in below:
            _end(one, by, reason.strip()[:300])
            jobs.configure_task(WITHDRAW_TASK).defer(order_pk=one.pk)
        order.refresh_from_db()
    return order


def withdraw_legs(order_pk: int, limit: int | None = None) -> int:
    """Withdraw the open legs of a closed order, each in a transaction of its own; return how many.

    Safe to repeat and to run twice: a leg that is settled already catches no message.
    """
    legs = awaited().filter(order=order_pk, order__closed_at__isnull=False).order_by("pk")
    keys = list(legs.values_list("case", flat=True)[:limit])
    return sum(bool(procedures.send_message(case, CLOSED_MESSAGE, journal.SYSTEM)) for case in keys)


def _leg(context: procedures.TaskContext) -> Any:  # noqa: ANN401 - a query set of one leg
    return Leg.objects.filter(case=context.case)


def _settle(context: procedures.TaskContext, state: LegState) -> None:
    """Settle a leg under the lock of its order, so that the last one of two at once sees the other."""
    leg = Leg.objects.select_related("order").get(case=context.case)
    order = Order.objects.select_for_update().get(pk=leg.order_id)
    leg.state, leg.settled_at = state, clock.now()
    leg.save(update_fields=["state", "settled_at"])
    if order.is_open and not awaited().filter(order=order).exists():
        _end(order, None, "")


def _end(order: Order, by: Person | None, reason: str) -> None:
    order.closed_at, order.closed_by, order.closing_reason = clock.now(), by, reason
    order.save(update_fields=["closed_at", "closed_by", "closing_reason"])
    actor = journal.person(by.pk) if by else journal.SYSTEM
    _record("orders.closed" if not reason else "orders.closed_early", order, actor)


def _record(verb: str, order: Order, actor: journal.Actor, **more: int) -> None:
    journal.record(
        verb,
        actor,
        journal.Ref("order", str(order.pk)),
        thread=f"order:{order.pk}",
        place_path=order.place_path,
        data={"title_zh": order.title.zh, "title_en": order.title.en, **more},
    )
    notices.touch("board")
