"""Indicators of orders: how many places have not answered, and how many are late."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from shouwang.domains.orders.models import Leg, LegState
from shouwang.domains.orders.queries.answers import awaited, listed
from shouwang.kernel.indicators.api import Indicator, RecordLine
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util.text import Text


def _awaited(place: Place | None, at: datetime) -> QuerySet[Leg]:
    found = awaited().filter(order__issued_at__lte=at, order__closed_at__isnull=True)
    within = found.filter(place_path__startswith=place.path) if place else found
    return within.select_related("order", "place").order_by("place_path", "pk")


def _silent(place: Place | None, at: datetime) -> QuerySet[Leg]:
    return _awaited(place, at).filter(state=LegState.SILENT)


def _late(place: Place | None, at: datetime) -> QuerySet[Leg]:
    return listed(_awaited(place, at), "late")


def _line(leg: Leg) -> RecordLine:
    place = Text(leg.place.name_zh, leg.place.name_en)
    return RecordLine(place, leg.order.title, f"/orders/{leg.order_id}/")


INDICATORS = (
    Indicator(
        key="orders_silent",
        name=Text("指令没签收", "Orders not acknowledged"),
        unit=Text("处", "places"),
        definition=Text(
            "下发了指令、还没有签收的地方数", "Places that an order went to and that have not acknowledged"
        ),
        campaign="COMMUNITY",
        level=PlaceKind.DISTRICT,
        value=lambda place, at: _silent(place, at).count(),
        records=_silent,
        line=_line,
    ),
    Indicator(
        key="orders_late",
        name=Text("指令超时", "Orders late"),
        unit=Text("处", "places"),
        definition=Text(
            "签收或回报已经超时的地方数", "Places whose acknowledgement or report is past its time"
        ),
        campaign="COMMUNITY",
        level=PlaceKind.DISTRICT,
        value=lambda place, at: _late(place, at).count(),
        records=_late,
        line=_line,
    ),
)
