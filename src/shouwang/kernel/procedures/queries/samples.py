"""Which steps a statistic looks at: those of one procedure, below a place, done in a period, of one version or all.

A step belongs to the procedure in whose file it stands: the steps of a called procedure are its own, also where
the case is that of the calling one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from shouwang.kernel.procedures.models import ProcedureVersion
from shouwang.kernel.procedures.queries.profile import Profile, StepSpec, read_profile
from shouwang.util import clock

#: Before every case: the beginning of a period that has none; PostgreSQL compares with it as with any instant.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """The steps of procedure `key` that were done in [since, until) below `path`.

    `callers` are the procedures whose cases may hold them too. `version` narrows to the cases that run by it, or
    that call it.
    """

    key: str
    steps: dict[str, StepSpec]
    callers: tuple[str, ...]
    path: str
    since: datetime
    until: datetime
    version: ProcedureVersion | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the queries over a sample."""
        return {
            "key": self.key,
            "keys": list(self.steps),
            "callers": list(self.callers),
            "pattern": f"{self.path}%",
            "since": self.since,
            "until": self.until,
            "version": self.version.pk if self.version else None,
        }


#: The condition that case `c` with step `s` belongs to a sample, whatever the state of the step.
OF_SAMPLE = """
    s.place_path LIKE %(pattern)s AND s.key = ANY(%(keys)s)
    AND (c.procedure_key = %(key)s OR c.procedure_key = ANY(%(callers)s))
    AND (%(version)s::bigint IS NULL
         OR EXISTS (SELECT 1 FROM procedures_run r
                     WHERE r.case_id = c.id AND (r.version_id = %(version)s OR %(version)s = ANY(r.called_versions))))
"""

#: The steps of a sample. The limit of each began to run when the offer that it was opened with was accepted (only
#: then does its holder answer, I2), or else when it was opened.
CHOSEN = """
    (SELECT s.id, s.key, s.opened_at, COALESCE(s.accepted_at, s.opened_at) AS begun_at, s.touched_at, s.done_at,
            s.due_at, s.limit_seconds, s.ticks
       FROM cases_step s JOIN cases_case c ON c.id = s.case_id
      WHERE s.state = 'DONE' AND s.done_at >= %(since)s AND s.done_at < %(until)s AND {of_sample}) AS chosen
"""


def over(query: str) -> str:
    """Put the table `{chosen}` and the condition `{of_sample}` into a query."""
    return query.replace("{chosen}", CHOSEN).replace("{of_sample}", OF_SAMPLE)


def sample_of(
    key: str, path: str, since: datetime, until: datetime, version: ProcedureVersion | None = None
) -> Sample:
    """Return the sample of a procedure; its steps are those of `version`, or of all of its versions."""
    every = list(ProcedureVersion.objects.order_by("key", "-version"))
    own = [version] if version else [one for one in every if one.key == key]
    steps: dict[str, StepSpec] = {}
    for one in own:
        for step_key, spec in read_profile(one.bpmn).steps.items():
            steps.setdefault(step_key, spec)
    return Sample(key, steps, _callers(key, every), path, since, until, version)


def term_steps() -> dict[str, set[str]]:
    """Return the steps that end with a term or an event instead of somebody's work, by procedure of the case.

    They stand open as long as the matter lasts, so they say nothing about who is quick.
    """
    every = list(ProcedureVersion.objects.order_by("key", "-version"))
    profiles: dict[str, list[Profile]] = {}
    for one in every:
        profiles.setdefault(one.key, []).append(read_profile(one.bpmn))
    found = {
        key: {step.key for profile in own for step in profile.steps.values() if is_term(step)}
        for key, own in profiles.items()
    }
    for key in profiles:
        for caller in _callers(key, every):
            found[caller] = found[caller] | found[key]
    return found


def is_term(step: StepSpec) -> bool:
    """Whether a step ends with a term of its case (`sw:until`, `sw:cadence`) or with an event that is waited for."""
    return bool(step.until_fact or step.cadence or step.is_wait)


def period(first: date, days: int) -> tuple[datetime, datetime]:
    """Return the instants at which `days` local days from `first` begin and are over."""
    since = clock.at_local(first, time.min)
    return since, clock.at_local(date.fromordinal(first.toordinal() + days), time.min)


def _callers(key: str, every: list[ProcedureVersion]) -> tuple[str, ...]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        wanted = waiting.pop()
        for one in every:
            if one.key not in found | {key} and wanted in read_profile(one.bpmn).calls.values():
                found.add(one.key)
                waiting.append(one.key)
    return tuple(sorted(found))
