"""The value of an indicator, its days, and what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Sum

from shouwang.kernel.indicators.models import DailyValue, RecordLine, Records, Tally, Value, indicator
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util import clock


@dataclass(frozen=True, slots=True)
class Point:
    """One day of a series; `is_live` marks today, which is not over."""

    on: date
    value: Value
    is_live: bool = False


def value(key: str, place: Place | None = None, at: datetime | None = None) -> Value:
    """Return the value of an indicator for a place (None: everywhere) at `at` (now); raises LookupError."""
    return indicator(key).value(place, at or clock.now())


def series(key: str, place: Place | None = None, days: int = 14) -> list[Point]:
    """Return the last `days` days of an indicator, oldest first, today (live) last.

    A day whose value was not kept has the value None. Raises LookupError.
    """
    today = clock.today()
    place = place or whole()
    first = today - timedelta(days=days - 1)
    kept = DailyValue.objects.filter(indicator_key=key, place=place, on__gte=first, on__lt=today)
    by_day = dict(kept.values_list("on", "value")) if place else {}
    past = (first + timedelta(days=number) for number in range(days - 1))
    return [*(Point(on, by_day.get(on)) for on in past), Point(today, value(key, place), is_live=True)]


def open_records(key: str, place: Place | None = None, at: datetime | None = None) -> Records:
    """Return the records that a value counts (a query or list), or the address that lists them."""
    return indicator(key).records(place, at or clock.now())


def record_line(key: str, record: object) -> RecordLine:
    """Return how a list shows one of `open_records(key)`; raises ValueError if the indicator does not say."""
    line = indicator(key).line
    if line is None:
        raise ValueError(f"the indicator {key!r} opens an address, not records")
    return line(record)


def records_url(key: str, place: Place | None = None) -> str:
    """Return the page that lists the records behind the value, with the same place."""
    found = open_records(key, place)
    if isinstance(found, str):
        return found
    query = f"?{urlencode({'place': place.code})}" if place else ""
    return f"/indicators/{key}/{query}"


def tally(key: str, place: Place | None = None) -> int:
    """Return the sum of the tallies of an indicator at a place and below (None: everywhere)."""
    kept = Tally.objects.filter(indicator_key=key)
    if place is not None:
        kept = kept.filter(place__path__startswith=place.path)
    total: int | None = kept.aggregate(total=Sum("value"))["total"]
    return total or 0


def whole() -> Place | None:
    """Return the district of this deployment, or None while there is none (or more than one)."""
    districts = list(Place.objects.filter(kind=PlaceKind.DISTRICT, closed_at__isnull=True)[:2])
    return districts[0] if len(districts) == 1 else None
