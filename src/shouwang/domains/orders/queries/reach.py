"""Who may see which order: those above its place, and those who have a leg of it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwang.domains.orders.models import Leg, Order
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.util.problems import NotFoundOrNotYours

ISSUE = "order.issue"


def _see_paths(person: Person) -> list[str]:
    return [*duties.scope(person, "case.see"), *duties.scope(person, "board.see")]


def visible_orders(person: Person) -> QuerySet[Order]:
    """Return the orders issued within the person's sight, and those with a leg where the person works."""
    legs = Leg.objects.filter(order=OuterRef("pk")).filter(duties.scope_q(person, "case.work"))
    return Order.objects.filter(places.within(_see_paths(person), "place_path") | Exists(legs))


def access_order(person: Person, pk: int) -> Order:
    """Fetch an order that `person` may see.

    Raises:
        NotFoundOrNotYours: there is none, or it is none of theirs.
    """
    found = (
        visible_orders(person)
        .filter(pk=pk)
        .select_related(
            "post", "place", "issuer", "closed_by", "parent_leg__order__post", "parent_leg__place"
        )
    )
    order = found.first()
    if order is None:
        raise NotFoundOrNotYours
    return order


def legs_in_sight(person: Person, order: Order, level: int = 1) -> QuerySet[Leg]:
    """Return the legs that `person` may see: all from above, their own from below.

    `level` 1 are those of the order itself, 2 those of the orders that split it, and so on.
    """
    legs = Leg.objects.filter(order=order)
    if level > 1:
        below = Order.objects.filter(path__startswith=order.path).only("path")
        legs = Leg.objects.filter(order__in=[one.pk for one in below if one.level == order.level + level - 1])
    if any(order.place_path.startswith(path) for path in _see_paths(person)):
        return legs
    return legs.filter(duties.scope_q(person, "case.work") | places.within(_see_paths(person), "place_path"))


def may_command(person: Person, order: Order) -> bool:
    """Whether `person` may nudge, close and answer for an order: whoever leads at its place or above."""
    return duties.can(person, ISSUE, order.place)


def received(person: Person) -> Q:
    """Return the condition that an order has an open leg where `person` works."""
    legs = Leg.objects.filter(order=OuterRef("pk"), state__in=["SILENT", "ACKNOWLEDGED", "REPORTED"]).filter(
        duties.scope_q(person, "case.work")
    )
    return Q(Exists(legs))


def leg_to_split(person: Person, pk: int) -> Leg:
    """Fetch a leg that `person` may split: unsettled, and at a place where they issue orders.

    Raises:
        NotFoundOrNotYours: there is none, or it is none of theirs.
    """
    leg = (
        Leg.objects.select_related("order__post", "place", "case")
        .filter(pk=pk, state__in=["SILENT", "ACKNOWLEDGED"])
        .first()
    )
    if leg is None or not leg.order.is_open or not duties.can(person, ISSUE, leg.place):
        raise NotFoundOrNotYours
    return leg
