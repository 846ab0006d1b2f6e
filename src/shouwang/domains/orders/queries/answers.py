"""How the answers to an order stand: figures per level, each opening its list, and who is silent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from shouwang.domains.orders.models import Leg, LegState, Order
from shouwang.kernel.cases import api as cases
from shouwang.kernel.places.api import Place
from shouwang.util import clock
from shouwang.util.text import Text

#: What can be listed: its key, and its words.
SHOWS = {
    "all": Text("全部", "All"),
    "acknowledged": Text("已签收", "Acknowledged"),
    "reported": Text("已回报", "Reported"),
    "confirmed": Text("已确认", "Confirmed"),
    "late": Text("超时", "Late"),
    "silent": Text("没回音", "Silent"),
}
PAGE = 100


@dataclass(frozen=True)
class Figures:
    """How many places an order went to and how far they have come.

    Each counts those that have come at least so far: who has reported has acknowledged. `late` are open legs
    whose present clock has run out, `silent` those that have not acknowledged.
    """

    total: int = 0
    acknowledged: int = 0
    reported: int = 0
    confirmed: int = 0
    withdrawn: int = 0
    late: int = 0
    silent: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is awaited any more."""
        return self.total == self.confirmed + self.withdrawn

    def rows(self) -> list[tuple[str, Text, int]]:
        """Return each figure with its key and words, in the order in which an order goes."""
        return [(key, SHOWS[key], getattr(self, key)) for key in SHOWS if key != "all"]


@dataclass(frozen=True)
class Level:
    """All orders of one level below an order, and their figures together."""

    depth: int
    orders: int
    figures: Figures


def _late() -> Exists:
    return Exists(cases.Step.objects.filter(case=OuterRef("case"), state="OPEN", due_at__lte=clock.now()))


def listed(legs: QuerySet[Leg], show: str) -> QuerySet[Leg]:
    """Return those of `legs` that a figure counts."""
    conditions = {
        "acknowledged": ~Q(state=LegState.SILENT) & Q(acknowledged_at__isnull=False),
        "reported": Q(reported_at__isnull=False, state__in=[LegState.REPORTED, LegState.CONFIRMED]),
        "confirmed": Q(state=LegState.CONFIRMED),
        "late": _is_open() & Q(_late()),
        "silent": Q(state=LegState.SILENT),
    }
    return legs.filter(conditions[show]) if show in conditions else legs


def _is_open() -> Q:
    return ~Q(state__in=[LegState.CONFIRMED, LegState.WITHDRAWN])


def _counts() -> dict[str, Count]:
    return {
        "total": Count("pk"),
        "acknowledged": Count("pk", filter=Q(acknowledged_at__isnull=False)),
        "reported": Count("pk", filter=Q(state__in=[LegState.REPORTED, LegState.CONFIRMED])),
        "confirmed": Count("pk", filter=Q(state=LegState.CONFIRMED)),
        "withdrawn": Count("pk", filter=Q(state=LegState.WITHDRAWN)),
        "silent": Count("pk", filter=Q(state=LegState.SILENT)),
    }


def figures(legs: QuerySet[Leg]) -> Figures:
    """Count legs; two queries."""
    return Figures(**legs.aggregate(**_counts()), late=listed(legs, "late").count())


def figures_of(orders: Iterable[Order]) -> dict[int, Figures]:
    """Count the legs of many orders, by order key; two queries."""
    keys = [order.pk for order in orders]
    legs = Leg.objects.filter(order__in=keys)
    late = dict(listed(legs, "late").values_list("order").annotate(Count("pk")))
    names = list(_counts())
    counted = {
        key: dict(zip(names, numbers, strict=True))
        for key, *numbers in legs.values("order").annotate(**_counts()).values_list("order", *names)
    }
    return {key: Figures(**counted.get(key, {}), late=late.get(key, 0)) for key in keys}


def levels(order: Order) -> list[Level]:
    """Return the figures of each level below an order, its own first."""
    below = list(Order.objects.filter(path__startswith=order.path).order_by("path"))
    depths = sorted({one.level for one in below})
    return [
        Level(
            depth - order.level + 1,
            len(keys := [one.pk for one in below if one.level == depth]),
            figures(Leg.objects.filter(order__in=keys)),
        )
        for depth in depths
    ]


def splits_of(legs: Iterable[Leg]) -> dict[int, Order]:
    """Return the latest order that splits each of `legs` further, by leg key."""
    split = Order.objects.filter(parent_leg__in=[leg.pk for leg in legs]).order_by("issued_at")
    return {one.parent_leg_id: one for one in split if one.parent_leg_id}


def with_steps(legs: QuerySet[Leg], after: int = 0) -> list[Leg]:
    """Return a page of legs by place, each with `step`, its one open step with holder and post, or None."""
    page = list(legs.select_related("place", "case").order_by("place_path", "pk")[after : after + PAGE])
    steps = {
        step.case_id: step
        for step in cases.Step.objects.filter(case__in=[leg.case_id for leg in page], state="OPEN")
        .select_related("holder", "post")
        .order_by("-due_at")
    }
    for leg in page:
        leg.step = steps.get(leg.case_id)  # type: ignore[attr-defined]  # for the page only
    return page


def awaited() -> QuerySet[Leg]:
    """Return the legs that somebody still has to answer for."""
    return Leg.objects.filter(_is_open())


def recent_orders(place: Place, campaign: str, since: datetime) -> list[Order]:
    """Return the orders of a campaign within a place that are open or ended after `since`, due first first."""
    found = Order.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=since),
        campaign=campaign,
        place_path__startswith=place.path,
    )
    return list(
        found.select_related("post", "place").order_by(F("closed_at").asc(nulls_first=True), "due_at", "pk")
    )
