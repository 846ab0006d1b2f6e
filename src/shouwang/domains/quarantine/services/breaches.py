"""Breaches: somebody under an order was found away from home."""

from __future__ import annotations

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from shouwang.domains.quarantine.models import Order
from shouwang.domains.quarantine.services.ordering import locked_order, record
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

#: Steps that stand for a breach which is being dealt with.
BREACH_STEPS = ("visit", "police")


class Found(models.TextChoices):
    """How a breach was noticed. What neighbours say about a named person is not among them."""

    DOOR = "DOOR", _("上门不在家")
    VIDEO = "VIDEO", _("视频不在家")
    GATE = "GATE", _("在院门口遇到")


def report_breach(case_pk: int, found: Found, actor: journal.Actor) -> None:
    """Open the step that brings the person back, with its limit of an hour.

    Raises:
        NotFoundOrNotYours: there is no such order.
        Problem: the order has ended, or a breach is being dealt with already.
    """
    with transaction.atomic():
        case = cases.lock_case(case_pk)
        try:
            order = locked_order(case)
        except Order.DoesNotExist:
            raise NotFoundOrNotYours from None
        if not order.is_in_force:
            raise Problem(
                "quarantine.ended_breach",
                Text("这次隔离已经结束，可以出门", "This quarantine is over; the person may go out"),
            )
        if any(step.key in BREACH_STEPS for step in cases.open_steps(case)):
            raise Problem(
                "quarantine.breach_open",
                Text("已经有人在处理这次外出", "Somebody is already dealing with this"),
                do=Text("在案件里看进展", "See the case for how it stands"),
            )
        record("quarantine.breach_reported", order, actor, found=found)
        procedures.send_message(case_pk, "breach", actor)
        notices.touch(f"case:{case_pk}", "quarantine")
