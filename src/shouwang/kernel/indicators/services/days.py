"""Keeping the value of every indicator at the end of every day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Max

from shouwang.kernel.indicators.models import DailyValue, Indicator, all_indicators
from shouwang.kernel.places.api import Place
from shouwang.util import clock

#: How far back days are made up for after a standstill, and where a new indicator begins.
LONGEST_GAP = timedelta(days=31)


def keep_days() -> int:
    """Keep what is missing of the days that are over; return how many values were kept.

    Each indicator goes on from its last kept day, at most 31 days back; a new one begins with yesterday.
    Running twice, or twice at once, keeps each value once.
    """
    last_days = dict(DailyValue.objects.values_list("indicator_key").annotate(Max("on")))
    yesterday = clock.today() - timedelta(days=1)
    return sum(
        _keep(one, on) for one in all_indicators() for on in _days_due(one, last_days.get(one.key), yesterday)
    )


def _days_due(one: Indicator, last: date | None, yesterday: date) -> Iterable[date]:
    # A tally knows only now: the evening of a day that is long over cannot be had from it any more.
    earliest = yesterday if last is None or one.recount else yesterday - LONGEST_GAP + timedelta(days=1)
    first = max(earliest, last + timedelta(days=1)) if last else earliest
    return (first + timedelta(days=number) for number in range((yesterday - first).days + 1))


def _keep(one: Indicator, on: date) -> int:
    at = clock.at_local(on + timedelta(days=1), time())
    chosen = Place.objects.filter(kind__in=one.daily_kinds, closed_at__isnull=True)
    rows = [row for place in chosen for row in _row(one, place, on, at)]
    return len(DailyValue.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000))


def _row(one: Indicator, place: Place, on: date, at: datetime) -> Iterable[DailyValue]:
    value = one.value(place, at)
    if value is not None:
        yield DailyValue(indicator_key=one.key, place=place, on=on, value=Decimal(value))
