"""Jobs of cases: the sweep of clocks, and giving the steps of somebody who left to whoever answers now."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.kernel.cases.services.climbing import sweep
from shouwang.kernel.cases.services.leaving import reassign_from
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person


@app.periodic(cron="* * * * * */10")
@app.task(name="cases.sweep", queueing_lock="cases.sweep", pass_context=False)
def sweep_clocks(timestamp: int) -> int:  # noqa: ARG001 - procrastinate passes the tick
    """Let every due clock climb; harmless to run twice or together with others."""
    return sweep().total


@app.task(name="cases.reassign_after_duty_ended")
def reassign_after_duty_ended(entry_id: int) -> int:
    """React to the journal's `duty.ended`: nobody off duty may go on holding a step."""
    entry = journal.entry(entry_id)
    person = Person.objects.get(pk=int(entry.data["person"]))
    return reassign_from(person, journal.SYSTEM)
