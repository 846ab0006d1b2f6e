"""The periodic work of indicators."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shouwang.kernel.indicators import api


# Often, not at midnight: the product's clock may run faster than the machine's, or have stood still.
@app.periodic(cron="*/10 * * * *")
@app.task(name="indicators.keep_days", queueing_lock="indicators.keep_days")
def keep_days(timestamp: int) -> int:  # noqa: ARG001 procrastinate gives every periodic job its due time
    """Keep the values of the days that are over; return how many."""
    return api.keep_days()


@app.periodic(cron="17 * * * *")
@app.task(name="indicators.prove_tallies", queueing_lock="indicators.prove_tallies")
def prove_tallies(timestamp: int) -> int:  # noqa: ARG001 procrastinate gives every periodic job its due time
    """Prove the tallies equal to a recount; return how many differed and were put right."""
    return len(api.prove_tallies())
