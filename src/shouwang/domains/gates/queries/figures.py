"""The figures of checkpoints: cars and people checked today, minutes per car, who waits, who is held."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from shouwang.domains.gates.models import Registration, RegistrationState
from shouwang.domains.gates.queries.passages import held, start_of_day
from shouwang.kernel.indicators import api as indicators
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util import clock
from shouwang.util.text import Text

CAMPAIGN = "ENTRY_CHECKPOINT"


def checked_today(place: Place | None, at: datetime) -> QuerySet[Registration]:
    """Return the cars checked on the local day of `at` until then, at a place and below, newest first."""
    found = Registration.objects.filter(
        state=RegistrationState.CHECKED, checked_at__gte=start_of_day(at), checked_at__lte=at
    )
    return _below(found, place).order_by("-checked_at")


def waiting_now(place: Place | None, _at: datetime) -> QuerySet[Registration]:
    """Return the cars that wait now, at a place and below, the longest wait first."""
    found = Registration.objects.filter(state=RegistrationState.WAITING)
    return _below(found, place).order_by("registered_at")


def held_now(place: Place | None, _at: datetime) -> QuerySet[Registration]:
    """Return the cars held now, at a place and below, the longest held first."""
    return _below(held(), place).order_by("checked_at")


def people_today(place: Place | None, at: datetime) -> int:
    """Count the people checked today."""
    return checked_today(place, at).order_by().aggregate(total=Sum("people_count"))["total"] or 0


def median_minutes(place: Place | None, at: datetime) -> Decimal | None:
    """Return the median minutes from registering to check of today's cars, to a tenth; None if none."""
    times = checked_today(place, at).values_list("registered_at", "checked_at")
    spans = [
        (checked_at - registered_at).total_seconds() / 60
        for registered_at, checked_at in times
        if checked_at is not None
    ]
    return Decimal(str(round(statistics.median(spans), 1))) if spans else None


def line(registration: Registration) -> indicators.RecordLine:
    """Tell one car in a list: without its plate but for the end."""
    at = f"{clock.local(registration.registered_at):%H:%M}"
    place = registration.checkpoint
    return indicators.RecordLine(
        Text(
            f"尾号 {registration.plate_tail} · {registration.people_count} 人",
            f"Ending {registration.plate_tail} · people: {registration.people_count}",
        ),
        Text(f"{place.name_zh} · {at}", f"{place.name_en} · {at}"),
        f"/cases/{registration.case_id}/",
    )


def _below(found: QuerySet[Registration], place: Place | None) -> QuerySet[Registration]:
    within = found.filter(checkpoint_path__startswith=place.path) if place else found
    return within.select_related("checkpoint")


def _indicator(
    key: str,
    name: Text,
    unit: Text,
    definition: Text,
    value: Callable[[Place | None, datetime], Any],
    records: Callable[[Place | None, datetime], QuerySet[Registration]],
) -> indicators.Indicator:
    return indicators.Indicator(
        key=key,
        name=name,
        unit=unit,
        definition=definition,
        campaign=CAMPAIGN,
        level=PlaceKind.DISTRICT,
        value=value,
        records=records,
        line=line,
    )


CARS, PEOPLE, MINUTES = Text("辆", "cars"), Text("人", "people"), Text("分钟", "min")
INDICATORS = (
    _indicator(
        "gates_cars_today",
        Text("今天查验车辆", "Cars checked today"),
        CARS,
        Text("今天零点以来查验完的车辆数", "Cars whose check was completed since midnight"),
        lambda place, at: checked_today(place, at).count(),
        checked_today,
    ),
    _indicator(
        "gates_people_today",
        Text("今天查验人员", "People checked today"),
        PEOPLE,
        Text("今天零点以来查验完的车上的人数", "People in the cars checked since midnight"),
        people_today,
        checked_today,
    ),
    _indicator(
        "gates_median_minutes",
        Text("登记到查验用时", "Minutes from registering to check"),
        MINUTES,
        Text("今天查验的车辆从登记到查验的分钟数的中位数", "Median over the cars checked today"),
        median_minutes,
        checked_today,
    ),
    _indicator(
        "gates_waiting_now",
        Text("正在等候车辆", "Cars waiting now"),
        CARS,
        Text("已经登记、还没查验的车辆数", "Cars registered and not yet checked"),
        lambda place, at: waiting_now(place, at).count(),
        waiting_now,
    ),
    _indicator(
        "gates_held_now",
        Text("正在留观车辆", "Cars held now"),
        CARS,
        Text("查验后有人留观、还没了结的车辆数", "Checked cars with somebody held whose case is open"),
        lambda place, at: held_now(place, at).count(),
        held_now,
    ),
)
