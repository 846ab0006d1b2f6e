"""Jobs of procedures: moving the cases whose timers have fired."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures.services.running import run_timers, tell_signal
from shouwang.kernel.procedures.services.signals import waiting_for


@app.periodic(cron="* * * * * */15")
@app.task(name="procedures.run_timers", queueing_lock="procedures.run_timers", pass_context=False)
def run_due_timers(timestamp: int) -> int:  # noqa: ARG001 - procrastinate passes the tick
    """Move every case whose timer has fired; harmless to run twice or together with others."""
    return run_timers()


@app.task(name="procedures.tell_signal", pass_context=False)
def tell_signal_to_cases(entry_id: int) -> int:
    """Tell every case that waits for a signal; run again after a crash it tells only those left."""
    entry = journal.entry(entry_id)
    signal = str(entry.data["signal"])
    return sum(
        tell_signal(pk, signal, entry_id) for pk in waiting_for(signal, entry.place_path, entry.thread)
    )
