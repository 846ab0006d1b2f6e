"""Keeping the job queue sound: a job whose worker was killed is run again by another.

Every job is written so that running it twice does no harm; this module counts on that.
"""

from __future__ import annotations

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status

#: A worker that lives says so every 3 s (see `shouwang worker`); silent for this long, it is dead.
SILENT_SECONDS = 12
#: Jobs that failed stay this long, to be looked at; those that succeeded leave at once.
KEEP_FAILED_HOURS = 72

logger = logging.getLogger(__name__)


# No lock on this job: one that died while it held the lock could be freed by nobody.
@app.periodic(cron="* * * * * */5")  # seconds are the last field
@app.task(queueing_lock="rescue_stalled_jobs", pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> int:
    """Put the jobs of dead workers back into the queue; return how many. `timestamp` is the scheduler's."""
    del timestamp
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS))
    for job in stalled:
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # its successor waits already under the same queueing lock
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)
        except ConnectorException:  # another worker was faster: the job is no longer running
            continue
        logger.warning("job %s (%s) put back: its worker is dead", job.id, job.task_name)
    await manager.prune_stalled_workers(SILENT_SECONDS)
    return len(stalled)


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Delete jobs that failed days ago; the log has told of them. `timestamp` is the scheduler's."""
    del timestamp
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FAILED_HOURS, include_failed=True)
