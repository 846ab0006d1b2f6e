"""The journal as an auditor reads it: entries in reach, in words, and the chain of seals over them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from shouwang.desk.queries.people import Doer, doers
from shouwang.desk.queries.reach import Reach
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.util.text import Text

PAGE = 60

#: What can be chosen: the beginnings of verbs, in words.
GROUPS = {
    "case.": Text("开案、结案", "Cases opened and closed"),
    "step.": Text("办理", "Steps"),
    "handover.": Text("交接", "Handovers"),
    "clock.": Text("超时升级", "Clocks that climbed"),
    "evidence.": Text("凭据", "Evidence"),
    "containment.": Text("隔离状态", "Containment"),
    "duty.": Text("排岗、离岗", "Duties"),
    "person.": Text("个人信息", "Personal data"),
    "document.": Text("文书", "Documents"),
    "procedure.": Text("流程发布", "Procedures published"),
    "place": Text("地点", "Places"),
}


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    entry: journal.Entry
    words: Text
    doer: Doer
    place: Place | None


@dataclass(frozen=True)
class JournalPage:
    """One page of the journal, newest first; `older` is the key to go on with, 0 at the end."""

    lines: list[Line]
    group: str
    place: Place | None
    groups: dict[str, Text]
    older: int
    seal: journal.Seal | None
    unsealed: int


def journal_page(person: Person, group: str = "", code: str = "", before: int | None = None) -> JournalPage:
    """Return the entries within the reader's scope.

    Whoever reads the whole district also sees entries that belong to no place (looks at people, procedures).

    Raises:
        NotFoundOrNotYours: the place is outside the scope.
    """
    reach = Reach(person)
    place = places.get(code) if code else None
    if place is not None:
        reach.require(place.path)
    found = list(_entries(reach, group, place, before)[: PAGE + 1])
    shown = found[:PAGE]
    who = doers(shown)
    at = {one.path: one for one in Place.objects.filter(path__in={e.place_path for e in shown})}
    seal = journal.Seal.objects.order_by("-number").first()
    return JournalPage(
        lines=[
            Line(entry, journal.describe(entry), who[entry.pk], at.get(entry.place_path)) for entry in shown
        ],
        group=group if group in GROUPS else "",
        place=place,
        groups=GROUPS,
        older=shown[-1].pk if len(found) > PAGE else 0,
        seal=seal,
        unsealed=journal.Entry.objects.filter(xact__gte=seal.xact_until if seal else 0).count(),
    )


def _entries(reach: Reach, group: str, place: Place | None, before: int | None) -> QuerySet[journal.Entry]:
    chosen = journal.Entry.objects.order_by("-id")
    paths = reach.scope("journal.see")
    if place is not None:
        chosen = chosen.filter(place_path__startswith=place.path)
    elif not any(path.count("/") == 2 for path in paths):  # less than the whole district
        chosen = chosen.filter(places.within(paths, "place_path"))
    if group in GROUPS:
        chosen = chosen.filter(verb__startswith=group)
    return chosen.filter(id__lt=before) if before is not None else chosen
