"""The door of quarantine for the faces and the district: acts, and what they show."""

from __future__ import annotations

from shouwang.domains.quarantine.models import EndReason, Order, Reading, Via, Window
from shouwang.domains.quarantine.queries.orders import day_count, order_of, orders_in_scope
from shouwang.domains.quarantine.queries.people import Responsible, responsible
from shouwang.domains.quarantine.queries.readiness import obstacles
from shouwang.domains.quarantine.queries.windows import Slot, slot_at
from shouwang.domains.quarantine.services.breaches import Found, report_breach
from shouwang.domains.quarantine.services.missing import raise_missed
from shouwang.domains.quarantine.services.papers import print_undertaking, record_signature, serve_notice
from shouwang.domains.quarantine.services.reading import NewReading, Recorded, record_reading, report_symptoms
from shouwang.domains.quarantine.services.releasing import alarm_overdue
from shouwang.domains.quarantine.services.retention import shred_expired

__all__ = [
    "EndReason",
    "Found",
    "NewReading",
    "Order",
    "Reading",
    "Recorded",
    "Responsible",
    "Slot",
    "Via",
    "Window",
    "alarm_overdue",
    "day_count",
    "obstacles",
    "order_of",
    "orders_in_scope",
    "print_undertaking",
    "raise_missed",
    "record_reading",
    "record_signature",
    "report_breach",
    "report_symptoms",
    "responsible",
    "serve_notice",
    "shred_expired",
    "slot_at",
]
