"""What the case page of a leg says: the order, who issued it, and whether it can be split further."""

from __future__ import annotations

from typing import Any

from shouwang.domains.orders.models import Leg, Order
from shouwang.domains.orders.queries.answers import awaited, figures
from shouwang.domains.orders.queries.reach import ISSUE, visible_orders
from shouwang.domains.orders.queries.targets import targets_below
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person


def panel(case: cases.Case, person: Person) -> dict[str, Any]:
    """Return the order of a leg's case, the orders that split it, and whether `person` may split it."""
    leg = Leg.objects.select_related("order__post", "order__issuer", "place").get(case=case)
    splits = list(Order.objects.filter(parent_leg=leg).select_related("post").order_by("issued_at"))
    may_split = (
        leg.state in ("SILENT", "ACKNOWLEDGED")
        and leg.order.is_open
        and duties.can(person, ISSUE, leg.place)
        and bool(targets_below(leg.place))
    )
    return {
        "leg": leg,
        "order": leg.order,
        "phone": duties.phone_of(leg.order.post),
        "may_open": visible_orders(person).filter(pk=leg.order_id).exists(),
        "may_split": may_split,
        "splits": [(one, figures(Leg.objects.filter(order=one))) for one in splits],
    }


def waiting(person: Person) -> int:
    """Count the legs that wait for the person to acknowledge or report: the number beside “orders”."""
    mine = cases.Step.objects.filter(holder=person, state="OPEN", key__in=["acknowledge", "carry_out"])
    return awaited().filter(case__in=mine.values("case")).count()
