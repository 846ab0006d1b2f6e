"""What release still lacks: a fever that no doctor has excluded, a gap in the last days, no reading at all.

Nobody is kept a day longer by a missing click, and nobody is released over an open fever: both are decided
here, from the readings and the steps of the case, at the instant when the term ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shouwang.domains.quarantine.models import FEVER, Order, Reading
from shouwang.kernel.cases import api as cases
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.text import Text

#: Steps of the procedure that stand for a fever which is being dealt with.
FEVER_STEPS = ("assess", "transfer")
EXCLUDED = "EXCLUDED"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps an order from ending: a short code, in words what it is, and what clears it."""

    code: str
    what: Text
    do: Text


@dataclass(frozen=True, slots=True)
class ReadingCount:
    """How many windows closed, how many have a reading, how many were missed and are not made up."""

    due: int
    received: int
    missed: int
    missed_open: int


def obstacles(order: Order, at: datetime | None = None) -> list[Obstacle]:
    """Return what keeps the order from ending at `at` (now), apart from its term; empty: it may end."""
    at = at or clock.now()
    found = [_fever(order), _gap(order, at), _nothing_measured(order, at)]
    return [obstacle for obstacle in found if obstacle is not None]


def has_open_fever(order: Order) -> bool:
    """Tell whether a fever is being dealt with, or came after the last one that a doctor excluded."""
    if cases.Step.objects.filter(case_id=order.pk, state="OPEN", key__in=FEVER_STEPS).exists():
        return True
    fevers = Reading.objects.filter(order=order, celsius__gte=str(rules.parameter(FEVER)))
    excluded_at = _last_excluded_at(order)
    return (fevers.filter(recorded_at__gt=excluded_at) if excluded_at else fevers).exists()


def without_gap_since(order: Order, at: datetime) -> datetime:
    """Return the instant from which on no reading may be missing for a release at `at`."""
    kept = timedelta(days=rules.parameter("release_days_without_gap"))
    return min(at, order.until_at) - kept


def reading_count(order: Order, due: int) -> ReadingCount:
    """Return the counts of an order, `due` being the windows that have closed."""
    missed = order.missed_readings
    return ReadingCount(
        due=due,
        received=order.readings.filter(is_counted=True).count(),
        missed=missed.count(),
        missed_open=missed.filter(settled_at__isnull=True).count(),
    )


def _fever(order: Order) -> Obstacle | None:
    if not has_open_fever(order):
        return None
    return Obstacle(
        "FEVER",
        Text("有一次发热还没有排除", "A fever has not been excluded yet"),
        Text("社区医生核实以后再解除", "Release follows once the community doctor has assessed it"),
    )


def _gap(order: Order, at: datetime) -> Obstacle | None:
    since = clock.local(without_gap_since(order, at)).date()
    missing = order.missed_readings.filter(settled_at__isnull=True, day__gte=since).count()
    if not missing:
        return None
    days = rules.parameter("release_days_without_gap")
    return Obstacle(
        "GAP",
        Text(f"最后 {days} 天缺 {missing} 次体温", f"{missing} readings are missing in the last {days} days"),
        Text("现在量一次，补上就行", "Measure once now; that makes up for it"),
    )


def _nothing_measured(order: Order, at: datetime) -> Obstacle | None:
    if order.readings.filter(taken_at__gte=without_gap_since(order, at), taken_at__lte=at).exists():
        return None
    days = rules.parameter("release_days_without_gap")
    return Obstacle(
        "NO_READING",
        Text(f"最近 {days} 天没有体温记录", f"There is no temperature of the last {days} days"),
        Text("现在量一次", "Measure once now"),
    )


def _last_excluded_at(order: Order) -> datetime | None:
    assessed = cases.Step.objects.filter(case_id=order.pk, key="assess", state="DONE", form__result=EXCLUDED)
    return assessed.order_by("-done_at").values_list("done_at", flat=True).first()
