"""Who people are on a page: staff by name and duty, everybody else masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.util.text import Text, mask_name

SYSTEM = Text("系统", "System")
PUBLIC = Text("来访者", "Visitor")
THEMSELVES = Text("本人", "The person")


@dataclass(frozen=True)
class Doer:
    """Who did something: a name as this page may show it, and the duty held at the time."""

    name: Text
    duty: Text | None = None


def doers(entries: Iterable[journal.Entry], subject_pk: int | None = None) -> dict[int, Doer]:
    """Return who did each entry, by the entry's key; `subject_pk` is the person whom the page is about.

    Staff (people who hold or held a post) stand with name and duty, because they answer for what they do;
    others are masked. Two reads, whatever the number of entries.
    """
    entries = list(entries)
    keys = {int(e.actor_key) for e in entries if e.actor_kind == "person" and e.actor_key.isdigit()}
    people = Person.objects.in_bulk(keys)
    held = _holdings(keys)
    return {entry.pk: _doer(entry, people, held, subject_pk) for entry in entries}


def _doer(
    entry: journal.Entry,
    people: dict[int, Person],
    held: dict[int, list[duties.Holding]],
    subject_pk: int | None,
) -> Doer:
    if entry.actor_kind == "system":
        return Doer(SYSTEM)
    person = people.get(int(entry.actor_key)) if entry.actor_key.isdigit() else None
    if entry.actor_kind != "person" or person is None:
        return Doer(PUBLIC)
    if person.pk == subject_pk:
        return Doer(THEMSELVES)
    if person.pk not in held:
        masked = mask_name(person.name)
        return Doer(Text(masked, masked))
    return Doer(Text(person.name, person.name), _duty_at(held[person.pk], entry.at))


def _holdings(people: set[int]) -> dict[int, list[duties.Holding]]:
    by_person: defaultdict[int, list[duties.Holding]] = defaultdict(list)
    rows = duties.Holding.objects.filter(person_id__in=people).select_related("post").order_by("from_at")
    for holding in rows:
        by_person[holding.person_id].append(holding)
    return by_person


def _duty_at(held: list[duties.Holding], at: datetime) -> Text | None:
    for holding in held:
        if holding.from_at <= at and (holding.until_at is None or holding.until_at > at):
            return holding.post.name
    return None
