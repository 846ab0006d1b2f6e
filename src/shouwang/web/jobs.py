"""Keeping the job queue sound: a job whose worker was killed is run again by another.

Every job is written so that running it twice does no harm; this module counts on that.
"""

from __future__ import annotations

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app

#: A worker that lives says so every 10 s; one silent for this long is dead, and its jobs are free.
SILENT_SECONDS = 30

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */10")  # seconds are the last field
@app.task(queueing_lock="rescue", lock="rescue", pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> int:
    """Put the jobs of dead workers back into the queue; return how many. `timestamp` is the scheduler's."""
    del timestamp
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS))
    for job in stalled:
        await manager.retry_job(job)
        logger.warning("job %s (%s) put back: its worker is dead", job.id, job.task_name)
    await manager.prune_stalled_workers(SILENT_SECONDS)
    return len(stalled)
