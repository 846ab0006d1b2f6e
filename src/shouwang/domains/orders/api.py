"""The door of orders for the faces and the district: issue one, and how the answers stand."""

from __future__ import annotations

from shouwang.domains.orders.models import Leg, LegState, Order
from shouwang.domains.orders.queries.answers import Figures, figures, figures_of, recent_orders
from shouwang.domains.orders.queries.targets import chosen_places
from shouwang.domains.orders.services.following import close, nudge, withdraw_legs
from shouwang.domains.orders.services.issuing import NewOrder, issue

__all__ = [
    "Figures",
    "Leg",
    "LegState",
    "NewOrder",
    "Order",
    "chosen_places",
    "close",
    "figures",
    "figures_of",
    "issue",
    "nudge",
    "recent_orders",
    "withdraw_legs",
]
