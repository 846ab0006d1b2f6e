"""What happened in a case, from the journal, in both languages: acts, climbs, handovers, and who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from shouwang.desk.queries.people import Doer, doers
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.util import clock
from shouwang.util.text import Text

PAGE = 40
LOOKED = "person.revealed"

#: Filters of the timeline: what each shows, by the beginnings of its verbs.
KINDS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "steps": (Text("办理", "Steps"), ("step.", "evidence.", "containment.", "case.")),
    "clocks": (Text("超时", "Late"), ("clock.",)),
    "handovers": (
        Text("交接", "Handovers"),
        ("handover.", "step.taken", "step.reassigned"),
    ),
    "looks": (Text("谁看过", "Who looked"), (LOOKED,)),
}
_SHAPES = (
    ("clock.climbed", "up"),
    ("handover.offered", "offer"),
    ("handover.", "done"),
    ("step.done", "done"),
    ("step.opened", "doing"),
    ("case.closed", "done"),
    ("evidence.", "done"),
)


@dataclass(frozen=True)
class Line:
    """One line of the timeline."""

    entry: journal.Entry
    words: Text
    shape: str
    doer: Doer
    day: date
    icon: str = ""


@dataclass(frozen=True)
class Filter:
    """One filter with its number."""

    key: str
    label: Text
    count: int
    is_on: bool


@dataclass(frozen=True)
class Timeline:
    """One page of the story, latest first; `older` is the key to go on with, 0 at the beginning."""

    lines: list[Line]
    filters: list[Filter]
    kind: str
    older: int
    newest_first_page: bool


def timeline(case: cases.Case, kind: str = "", before: int | None = None, limit: int = PAGE) -> Timeline:
    """Return the story of a case, and the looks at its person since it was opened. Five reads at most."""
    counts = _counts(case)
    chosen = _wanted(counts, kind)
    own = [verb for verb in chosen if verb != LOOKED]
    entries: list[journal.Entry] = []
    if own:
        entries = journal.entries(thread=case.thread, verbs=own, limit=limit + 1, before_id=before)
    if LOOKED in chosen:
        entries += _looks(case, limit + 1, before)
    entries.sort(key=lambda entry: -entry.pk)
    shown = entries[:limit]
    who = doers(shown, case.person_id)
    return Timeline(
        lines=[_line(entry, who[entry.pk]) for entry in shown],
        filters=_filters(counts, kind),
        kind=kind,
        older=shown[-1].pk if len(entries) > limit else 0,
        newest_first_page=before is None,
    )


def _counts(case: cases.Case) -> dict[str, int]:
    """Count the entries of the case's thread by verb, and the looks at its person."""
    rows = journal.Entry.objects.filter(thread=case.thread).values_list("verb").annotate(n=Count("id"))
    counts = dict(rows)
    if case.person_id is not None:
        looks = journal.Entry.objects.filter(
            subject_kind="person", subject_key=str(case.person_id), verb=LOOKED, at__gte=case.opened_at
        )
        counts[LOOKED] = looks.count()
    return counts


def _looks(case: cases.Case, limit: int, before: int | None) -> list[journal.Entry]:
    if case.person_id is None:
        return []
    found = journal.entries(
        subject=journal.Ref("person", case.person_id), verbs=[LOOKED], limit=limit, before_id=before
    )
    return [entry for entry in found if entry.at >= case.opened_at]


def _wanted(counts: dict[str, int], kind: str) -> list[str]:
    if kind not in KINDS:
        return list(counts)
    if kind == "steps":
        others = tuple(start for key, (_, starts) in KINDS.items() if key != "steps" for start in starts)
        return [verb for verb in counts if not verb.startswith(others)]
    return [verb for verb in counts if verb.startswith(KINDS[kind][1])]


def _filters(counts: dict[str, int], kind: str) -> list[Filter]:
    filters = [Filter("", Text("全部", "All"), sum(counts.values()), kind not in KINDS)]
    for key, (label, _) in KINDS.items():
        count = sum(counts[verb] for verb in _wanted(counts, key))
        if count or key == kind:
            filters.append(Filter(key, label, count, key == kind))
    return filters


def _line(entry: journal.Entry, doer: Doer) -> Line:
    return Line(
        entry=entry,
        words=journal.describe(entry),
        shape=next((shape for start, shape in _SHAPES if entry.verb.startswith(start)), "doing"),
        doer=doer,
        day=clock.local(entry.at).date(),
        icon="eye" if entry.verb == LOOKED else "",
    )
