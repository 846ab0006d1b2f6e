"""Jobs of gates: cars that never came, and passages whose time to be forgotten has come."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.domains.gates.services import expiring


@app.periodic(cron="*/5 * * * *")
@app.task(name="gates.expire_waiting", queueing_lock="gates.expire_waiting", pass_context=False)
def expire_waiting(timestamp: int) -> int:  # noqa: ARG001 given by the scheduler
    """Drop the registrations whose car has not come."""
    return expiring.expire_waiting()


@app.periodic(cron="17 3 * * *")
@app.task(name="gates.shred_old", queueing_lock="gates.shred_old", pass_context=False)
def shred_old(timestamp: int) -> int:  # noqa: ARG001 given by the scheduler
    """Shred the passages of more than 30 days ago."""
    return expiring.shred_old()
