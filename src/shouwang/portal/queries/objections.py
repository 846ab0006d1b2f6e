"""Objections to what is held about somebody, and their answers, read from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Person
from shouwang.util.problems import NotFoundOrNotYours

OBJECTED, ANSWERED = "person.objected", "person.objection_answered"
#: The access verb of those who answer objections: they may see whom it is about.
VERB = "person.reveal"


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection: when, what was said (empty once shredded), and the answer if there is one."""

    pk: int
    at: datetime
    person: Person
    place_path: str
    text: str
    answer: str
    answered_at: datetime | None


def objections_of(person: Person) -> list[Objection]:
    """Return the objections of a person, newest first."""
    entries = journal.entries(subject=_ref(person), verbs=[OBJECTED, ANSWERED], limit=200)
    texts = journal.details(entries)
    answers = {entry.data["objection"]: entry for entry in entries if entry.verb == ANSWERED}
    return [
        _objection(entry, person, texts, answers.get(entry.pk)) for entry in entries if entry.verb == OBJECTED
    ]


def access_objection(reader: Person, pk: int) -> Objection:
    """Fetch an objection that `reader` may answer.

    Raises:
        NotFoundOrNotYours: there is no such objection, or it is outside the reader's duty.
    """
    entries = [one for one in journal.entries(verbs=[OBJECTED], limit=1, before_id=pk + 1) if one.pk == pk]
    reach = duties.scope(reader, VERB)
    if not entries or not any(entries[0].place_path.startswith(path) for path in reach):
        raise NotFoundOrNotYours
    person = parties.by_id(int(entries[0].subject_key))
    return next(one for one in objections_of(person) if one.pk == pk)


def known_objection(person: Person, request_key: str) -> int | None:
    """Return the objection that was made with this key, so that the same form sent twice is one."""
    entries = journal.entries(subject=_ref(person), verbs=[OBJECTED], limit=200)
    return next((entry.pk for entry in entries if entry.data.get("request_key") == request_key), None)


def _objection(
    entry: journal.Entry, person: Person, texts: dict[int, dict[str, Any]], answer: journal.Entry | None
) -> Objection:
    return Objection(
        pk=entry.pk,
        at=entry.at,
        person=person,
        place_path=entry.place_path,
        text=texts.get(entry.pk, {}).get("text", ""),
        answer=texts.get(answer.pk, {}).get("text", "") if answer else "",
        answered_at=answer.at if answer else None,
    )


def _ref(person: Person) -> journal.Ref:
    return journal.Ref("person", person.pk)
