"""The indicators of quarantine: counts over orders and readings, and the records behind them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F, Q, QuerySet

from shouwang.domains.quarantine.models import EndReason, MissedReading, Order, Reading
from shouwang.domains.quarantine.queries.orders import day_count
from shouwang.domains.quarantine.queries.windows import Slot, slots_of
from shouwang.kernel.indicators.api import Indicator, RecordLine
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.text import Text, mask_name

CAMPAIGN = "ISOLATION_CONTROL"
#: Days over which releases on time are measured.
RELEASE_DAYS = 14


def people_at_home(place: Place | None, at: datetime) -> QuerySet[Order]:
    """Return the orders in force at an instant."""
    in_force = Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    return _within(Order.objects.filter(in_force, from_at__lte=at), place)


def due_now(place: Place | None, at: datetime) -> QuerySet[Order]:
    """Return the orders for which a temperature is due in the window that opened last today."""
    slot = _last_opened(at)
    if slot is None:
        return Order.objects.none()
    return people_at_home(place, at).filter(from_at__lte=slot.opens_at, until_at__gte=slot.closes_at)


def received_now(place: Place | None, at: datetime) -> QuerySet[Reading]:
    """Return the temperatures that have come from those of `due_now`."""
    slot = _last_opened(at)
    if slot is None:
        return Reading.objects.none()
    found = Reading.objects.filter(day=slot.day, window=slot.window, is_counted=True, recorded_at__lte=at)
    in_force = Q(order__ended_at__isnull=True) | Q(order__ended_at__gt=at)
    due = Q(order__from_at__lte=slot.opens_at, order__until_at__gte=slot.closes_at)
    below = {"order__place_path__startswith": place.path} if place else {}
    return found.filter(in_force, due, **below).select_related("order__person", "order__place")


def not_made_up(place: Place | None, at: datetime) -> QuerySet[MissedReading]:
    """Return the missed readings of orders in force that nothing has made up for."""
    open_ones = Q(settled_at__isnull=True) | Q(settled_at__gt=at)
    in_force = Q(order__ended_at__isnull=True) | Q(order__ended_at__gt=at)
    found = MissedReading.objects.filter(open_ones, in_force, raised_at__lte=at)
    below = {"order__place_path__startswith": place.path} if place else {}
    return found.filter(**below).select_related("order__person", "order__place").order_by("raised_at", "pk")


def released(place: Place | None, at: datetime) -> QuerySet[Order]:
    """Return the orders that ended by release in the last two weeks."""
    since = at - timedelta(days=RELEASE_DAYS)
    found = Order.objects.filter(end_reason=EndReason.ASYMPTOMATIC, ended_at__gt=since, ended_at__lte=at)
    return _within(found, place)


def released_late(place: Place | None, at: datetime) -> QuerySet[Order]:
    """Return those of `released` whose certificate came later than the grace after the term allows."""
    return released(place, at).filter(ended_at__gt=F("until_at") + _grace())


def past_term(place: Place | None, at: datetime) -> QuerySet[Order]:
    """Return the orders in force past their term and the grace after it: none, ever."""
    return people_at_home(place, at).filter(until_at__lte=at - _grace())


def share_on_time(place: Place | None, at: datetime) -> Decimal | None:
    """Return the share of `released` that was on time in per cent, to one decimal; None without any."""
    count = released(place, at).count()
    if not count:
        return None
    share = Decimal(100) * (count - released_late(place, at).count()) / count
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def order_line(order: Order) -> RecordLine:
    """Return an order as a list shows it: the masked name, place and day, and its case."""
    name = mask_name(order.person.name)
    day = day_count(order)
    return RecordLine(
        Text(name, name),
        Text(
            f"{order.place.name_zh} · 第 {day.today} 天，共 {day.total} 天",
            f"{order.place.name_en} · day {day.today} of {day.total}",
        ),
        f"/cases/{order.pk}/",
    )


def reading_line(reading: Reading) -> RecordLine:
    """Return a received temperature as a list shows it: whose, never how high."""
    return order_line(reading.order)


def missed_line(missed: MissedReading) -> RecordLine:
    """Return a missed reading as a list shows it."""
    line = order_line(missed.order)
    window = {"MORNING": ("早上", "morning"), "EVENING": ("傍晚", "evening")}[missed.window]
    day = missed.day
    return RecordLine(
        line.title,
        Text(
            f"{missed.order.place.name_zh} · {day.month} 月 {day.day} 日{window[0]}",
            f"{missed.order.place.name_en} · {day.day} {day:%b}, {window[1]}",
        ),
        line.url,
    )


def _within(orders: QuerySet[Order], place: Place | None) -> QuerySet[Order]:
    below = {"place_path__startswith": place.path} if place else {}
    return orders.filter(**below).select_related("person", "place", "case").order_by("until_at", "pk")


def _last_opened(at: datetime) -> Slot | None:
    """Return the window that opened last on the local day of `at`, or None before the first one."""
    opened = [slot for slot in slots_of(clock.local(at).date()) if slot.opens_at <= at]
    return opened[-1] if opened else None


def _grace() -> timedelta:
    return timedelta(hours=rules.parameter("release_grace_hours"))


_PEOPLE = Text("人", "people")

INDICATORS = (
    Indicator(
        "quarantine_people",
        Text("居家隔离中", "In home quarantine"),
        _PEOPLE,
        Text("此刻隔离令在效的人数。", "People whose order of home quarantine is in force now."),
        CAMPAIGN,
        PlaceKind.COMMUNITY,
        lambda place, at: people_at_home(place, at).count(),
        people_at_home,
        order_line,
    ),
    Indicator(
        "quarantine_readings_due",
        Text("这一次应量体温", "Readings due this time"),
        _PEOPLE,
        Text(
            "今天最近一个时段里应量体温的人数。",
            "People for whom a temperature is due in the latest window of today.",
        ),
        CAMPAIGN,
        PlaceKind.COMMUNITY,
        lambda place, at: due_now(place, at).count(),
        due_now,
        order_line,
    ),
    Indicator(
        "quarantine_readings_received",
        Text("这一次已量体温", "Readings received this time"),
        _PEOPLE,
        Text("上面这些人里已经量了的人数。", "Those of them whose temperature has come."),
        CAMPAIGN,
        PlaceKind.COMMUNITY,
        lambda place, at: received_now(place, at).count(),
        received_now,
        reading_line,
    ),
    Indicator(
        "quarantine_missed_open",
        Text("漏测没补", "Missed, not made up"),
        Text("次", "readings"),
        Text(
            "时段过了没有体温、之后也没有补的次数。",
            "Windows that closed without a reading and that no later reading made up for.",
        ),
        CAMPAIGN,
        PlaceKind.COMMUNITY,
        lambda place, at: not_made_up(place, at).count(),
        not_made_up,
        missed_line,
    ),
    Indicator(
        "quarantine_released_on_time",
        Text("按时解除", "Released on time"),
        Text("%", "%"),
        Text(
            "最近 14 天解除的人里，期满后规定时间内拿到解除通知书的比例。",
            "Of those released in the last 14 days, the share with the certificate in time after the term.",
        ),
        CAMPAIGN,
        PlaceKind.SUBDISTRICT,
        share_on_time,
        released,
        order_line,
    ),
    Indicator(
        "quarantine_released_late",
        Text("解除晚了", "Released late"),
        _PEOPLE,
        Text(
            "最近 14 天解除的人里，晚于规定时间的人数。应为 0。",
            "Of those released in the last 14 days, how many later than allowed. Must be 0.",
        ),
        CAMPAIGN,
        PlaceKind.SUBDISTRICT,
        lambda place, at: released_late(place, at).count(),
        released_late,
        order_line,
    ),
    Indicator(
        "quarantine_past_term",
        Text("到期没解除", "Past term, not released"),
        _PEOPLE,
        Text(
            "期满又过了规定时间、隔离令还在效的人数。应为 0。",
            "Orders in force past their term and the time allowed after it. Must be 0.",
        ),
        CAMPAIGN,
        PlaceKind.SUBDISTRICT,
        lambda place, at: past_term(place, at).count(),
        past_term,
        order_line,
    ),
)
