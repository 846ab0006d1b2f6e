"""The periodic work of duties."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.kernel.duties import api


@app.periodic(cron="* * * * *")
@app.task(name="duties.record_ends", queueing_lock="duties.record_ends")
def record_ends(timestamp: int) -> int:  # noqa: ARG001 procrastinate gives every periodic job its due time
    """Record the duties that ended by themselves, once a minute, so that nobody off duty keeps a step."""
    return api.record_ends()
