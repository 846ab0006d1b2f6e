"""Jobs of notices: pages follow the duties, and closed notices are forgotten in time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api


@app.task(name="notices.duty_changed")
def duty_changed(entry_id: int) -> None:
    """Refresh the board and the pages of whoever went on or off duty (duties stand below notices)."""
    entry = journal.entry(entry_id)
    api.touch("board", f"work:{entry.data['person']}")


@app.periodic(cron="40 3 * * *")
@app.task(name="notices.forget_closed", queueing_lock="notices.forget_closed")
def forget_closed(timestamp: int) -> int:  # noqa: ARG001 procrastinate gives every periodic job its due time
    """Delete notices closed more than a month ago, once a night."""
    return api.forget_closed()
