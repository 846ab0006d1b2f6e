"""Jobs of orders: withdrawing what a closed order still had open. Harmless to run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.domains.orders.services.following import WITHDRAW_TASK, withdraw_legs


@app.task(name=WITHDRAW_TASK)
def withdraw(order_pk: int) -> int:
    """Withdraw the open legs of a closed order."""
    return withdraw_legs(order_pk)
