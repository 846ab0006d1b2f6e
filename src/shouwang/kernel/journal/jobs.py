"""The periodic work of the journal."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.kernel.journal import api


@app.periodic(cron="* * * * *")
@app.task(name="journal.seal", queueing_lock="journal.seal", lock="journal.seal")
def seal(timestamp: int) -> int:  # noqa: ARG001 procrastinate gives every periodic job its due time
    """Seal what can be sealed, once a minute; return how many entries were sealed."""
    made = api.seal_pending()
    return made.entry_count if made else 0
