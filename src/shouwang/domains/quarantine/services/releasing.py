"""Release: what the check the day before counts, and the certificate when the term ends.

`issue_release` runs by the timer of the term's end, whoever has clicked or not: with the doctor's signature
and nothing in the way the person is free at 24:00. Where something is in the way it goes back to the doctor
with the reasons, and an order past its term alarms the highest level (`alarm_overdue`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shouwang.domains.quarantine.models import EndReason, Order
from shouwang.domains.quarantine.queries.orders import latest_release_at
from shouwang.domains.quarantine.queries.readiness import has_open_fever, obstacles, reading_count
from shouwang.domains.quarantine.queries.readings import due_count, missed_open
from shouwang.domains.quarantine.services.ordering import end_order, locked_order, record
from shouwang.domains.quarantine.services.papers import issue_certificate
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text


def require_made_up(ctx: procedures.TaskContext) -> dict[str, Any]:
    """Refuse to call a missed reading made up while no temperature was recorded for it.

    Raises:
        Problem: `result` says MEASURED, but a reading is still missing; the step stays open.
    """
    if ctx.facts.get("result") == "MEASURED" and missed_open(locked_order(ctx.case)):
        raise Problem(
            "quarantine.not_made_up",
            Text("还没记补测的体温", "The temperature that makes up for it is not recorded yet"),
            do=Text("先记体温；记上以后这一步自动办结", "Record it first; this step then closes by itself"),
            field="result",
        )
    return {}


def count_readings(ctx: procedures.TaskContext) -> dict[str, Any]:
    """Count what is due and what came, for the check before release."""
    order = locked_order(ctx.case)
    count = reading_count(order, due_count(order))
    return {
        "readings_due": count.due,
        "readings_received": count.received,
        "readings_missed": count.missed,
        "readings_missing": count.missed_open,
    }


def issue_release(ctx: procedures.TaskContext) -> dict[str, Any]:
    """End the order with its certificate if nothing is in the way, else say what is.

    Returns:
        `is_released`; if false also `obstacles`, their codes.
    """
    order = locked_order(ctx.case)
    in_the_way = obstacles(order)
    if in_the_way:
        record(
            "quarantine.release_held",
            order,
            ctx.actor,
            why={
                "zh": "；".join(one.what.zh for one in in_the_way),
                "en": "; ".join(one.what.en for one in in_the_way),
            },
        )
        return {"is_released": False, "obstacles": [one.code for one in in_the_way]}
    certificate = issue_certificate(order, ctx.actor)
    end_order(order, EndReason.ASYMPTOMATIC, ctx.actor, certificate=certificate.number)
    record("quarantine.released", order, ctx.actor, number=certificate.number)
    ctx.send("order_ended")
    return {"is_released": True, "obstacles": []}


def alarm_overdue(at: datetime | None = None) -> int:
    """Tell the district about every order that is past its term and the grace after it, once per term.

    Returns:
        how many alarms were raised.
    """
    now = at or clock.now()
    last = now - timedelta(hours=rules.parameter("release_grace_hours"))
    overdue = Order.objects.filter(ended_at__isnull=True, alarmed_at__isnull=True, until_at__lte=last)
    return sum(_alarm(case_pk, now) for case_pk in list(overdue.values_list("pk", flat=True)))


def _alarm(case_pk: int, now: datetime) -> int:
    with transaction.atomic():
        order = locked_order(cases.lock_case(case_pk))
        is_due = order.is_in_force and order.alarmed_at is None and latest_release_at(order) <= now
        if not is_due or has_open_fever(order):
            return 0
        order.alarmed_at = now
        order.save(update_fields=["alarmed_at"])
        lead = duties.lead_for_many([order.place_id], duties.Level.DISTRICT, now)[order.place_id]
        record("quarantine.overdue", order, journal.SYSTEM)
        notices.send(
            [lead.person],
            kind="quarantine.overdue",
            title=Text("隔离到期没有解除", "An order is past its term and not released"),
            body=Text(
                f"案件 {order.case.number}，期满 {clock.local(order.until_at):%m-%d %H:%M}",
                f"Case {order.case.number}, term ended {clock.local(order.until_at):%m-%d %H:%M}",
            ),
            link=f"/cases/{case_pk}/",
            urgency=notices.Urgency.EMERGENCY,
            thread=order.case.thread,
        )
    return 1
