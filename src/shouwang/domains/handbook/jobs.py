"""Jobs of the handbook: words whose time is over. Harmless to run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.domains.handbook.services.retention import shred_expired


@app.periodic(cron="40 3 * * *")
@app.task(name="handbook.shred_expired", queueing_lock="handbook.shred_expired", pass_context=False)
def shred_expired_issues(timestamp: int) -> int:  # noqa: ARG001 - procrastinate passes the tick
    """Blank what was written about issues closed long ago."""
    return shred_expired()
