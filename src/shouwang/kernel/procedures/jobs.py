"""Jobs of procedures: moving the cases whose timers have fired."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.kernel.procedures.services.running import run_timers


@app.periodic(cron="* * * * * */15")
@app.task(name="procedures.run_timers", queueing_lock="procedures.run_timers", pass_context=False)
def run_due_timers(timestamp: int) -> int:  # noqa: ARG001 - procrastinate passes the tick
    """Move every case whose timer has fired; harmless to run twice or together with others."""
    return run_timers()
