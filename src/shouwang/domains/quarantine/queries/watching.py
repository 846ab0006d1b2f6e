"""The team's list: who is under an order in one's scope, and how today's readings stand, in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from shouwang.domains.quarantine.models import MissedReading, Order, Reading
from shouwang.domains.quarantine.queries.orders import DayCount, day_count, orders_in_scope
from shouwang.domains.quarantine.queries.readiness import FEVER_STEPS
from shouwang.domains.quarantine.queries.readings import SlotState, state_of
from shouwang.domains.quarantine.queries.windows import Slot, slots_of
from shouwang.kernel.cases import api as cases
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.util import clock
from shouwang.util.text import Text

#: How long before its end an order is shown as ending.
ENDING = timedelta(days=1)
FILTERS = {
    "all": Text("全部", "All"),
    "due": Text("这一次还没量", "Not measured this time"),
    "missed": Text("漏测没补", "Missed, not made up"),
    "fever": Text("发热在核", "Fever being assessed"),
    "ending": Text("一天内到期", "Ending within a day"),
}


@dataclass(frozen=True, slots=True)
class WatchedOrder:
    """One line of the list."""

    order: Order
    day: DayCount
    slots: list[SlotState]
    missed: int
    has_fever: bool

    @property
    def asked(self) -> bool:
        """Whether a temperature is wanted now: a window is open without one, or one was missed."""
        return self.missed > 0 or any(one.state == "OPEN" for one in self.slots)

    @property
    def is_ending(self) -> bool:
        """Whether the term ends within a day, or has ended."""
        return self.order.until_at <= clock.now() + ENDING


@dataclass(frozen=True, slots=True)
class WatchList:
    """The list with the count behind each filter."""

    rows: list[WatchedOrder]
    counts: dict[str, int]
    total: int


def watched(person: Person, chosen: str, place: Place | None, offset: int, size: int) -> WatchList:
    """Return the orders in force that `person` watches, by filter and place, the earliest end first.

    Args:
        chosen: a key of `FILTERS`; anything else is "all".
        place: only at this place and below.
    """
    now = clock.now()
    everybody = orders_in_scope(person).filter(ended_at__isnull=True)
    if place is not None:
        everybody = everybody.filter(places.within([place.path], "place_path"))
    conditions = _conditions(now)
    counts = {
        key: everybody.filter(condition).count() if condition is not None else everybody.count()
        for key, condition in conditions.items()
    }
    key = chosen if chosen in conditions else "all"
    condition = conditions[key]
    found = everybody.filter(condition) if condition is not None else everybody
    page = found.select_related("person", "place", "case").order_by("until_at", "place_path", "pk")
    return WatchList(_rows(page[offset : offset + size], now), counts, counts[key])


def _conditions(now: datetime) -> dict[str, Q | Exists | None]:
    open_slot = next((slot for slot in slots_of(clock.local(now).date()) if slot.is_open(now)), None)
    missed = Exists(MissedReading.objects.filter(order=OuterRef("pk"), settled_at__isnull=True))
    fever = Exists(cases.Step.objects.filter(case=OuterRef("case_id"), state="OPEN", key__in=FEVER_STEPS))
    return {
        "all": None,
        "due": _not_measured(open_slot) if open_slot else Q(pk__in=[]),
        "missed": missed,
        "fever": fever,
        "ending": Q(until_at__lte=now + ENDING),
    }


def _not_measured(slot: Slot) -> Q:
    """Return the condition that nothing was measured in a window.

    A scalar subquery, looked up for each order by its key: as NOT EXISTS it would become a join, planned by
    statistics that know nothing of a day just begun.
    """
    taken = Reading.objects.filter(order=OuterRef("pk"), day=slot.day, window=slot.window, is_counted=True)
    return Q(IsNull(Subquery(taken.values("pk")[:1]), True))


def _rows(orders: QuerySet[Order] | Sequence[Order], now: datetime) -> list[WatchedOrder]:
    orders = list(orders)
    keys = [order.pk for order in orders]
    today = slots_of(clock.local(now).date())
    readings = _readings_of(keys, today)
    missed = dict(
        MissedReading.objects.filter(order__in=keys, settled_at__isnull=True)
        .values_list("order")
        .annotate(Count("pk"))
    )
    fevers = set(
        cases.Step.objects.filter(case__in=keys, state="OPEN", key__in=FEVER_STEPS).values_list(
            "case_id", flat=True
        )
    )
    return [
        WatchedOrder(
            order,
            day_count(order, now),
            [
                SlotState(
                    slot,
                    state_of(order, slot, readings.get((order.pk, slot.window.value)), now),
                    readings.get((order.pk, slot.window.value)),
                )
                for slot in today
            ],
            missed.get(order.pk, 0),
            order.pk in fevers,
        )
        for order in orders
    ]


def _readings_of(keys: Iterable[int], slots: Iterable[Slot]) -> dict[tuple[int, str], Reading]:
    days = {slot.day for slot in slots}
    found = Reading.objects.filter(order__in=keys, day__in=days, is_counted=True)
    return {(one.order_id, one.window): one for one in found}
