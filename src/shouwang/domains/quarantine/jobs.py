"""Jobs of quarantine: missed readings, orders past their term, shredding. Each is harmless to run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.domains.quarantine.services.missing import raise_missed
from shouwang.domains.quarantine.services.releasing import alarm_overdue
from shouwang.domains.quarantine.services.retention import shred_expired


@app.periodic(cron="* * * * * */15")
@app.task(name="quarantine.raise_missed", queueing_lock="quarantine.raise_missed", pass_context=False)
def raise_missed_readings(timestamp: int) -> int:  # noqa: ARG001 - procrastinate passes the tick
    """Raise a step for every reading that was missed."""
    return raise_missed()


@app.periodic(cron="* * * * *")
@app.task(name="quarantine.alarm_overdue", queueing_lock="quarantine.alarm_overdue", pass_context=False)
def alarm_overdue_orders(timestamp: int) -> int:  # noqa: ARG001 - as above
    """Tell the district about orders past their term."""
    return alarm_overdue()


@app.periodic(cron="20 3 * * *")
@app.task(name="quarantine.shred_expired", queueing_lock="quarantine.shred_expired", pass_context=False)
def shred_expired_orders(timestamp: int) -> int:  # noqa: ARG001 - as above
    """Shred what is held about people released long enough ago."""
    return shred_expired()
