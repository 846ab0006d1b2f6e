"""Writing entries, and telling the jobs that subscribed to them, in the caller's transaction."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.types import JSONDict

from shouwang.kernel.journal.models import Actor, Detail, Entry, Ref, Verb, subscribers, verb_of
from shouwang.kernel.journal.models.digests import personal_digest
from shouwang.util import clock
from shouwang.util.privacy import find_leak

SALT_BYTES = 16


class PersonalDataError(ValueError):
    """Personal data was about to be written into the open part of an entry, or under an undeclared key."""


@dataclass(frozen=True, slots=True)
class Act:
    """One entry to be written; see `record` for the parts."""

    verb: str | Verb
    actor: Actor
    subject: Ref
    thread: str = ""
    place_path: str = ""
    data: Mapping[str, object] | None = None
    personal: Mapping[str, object] | None = None

    @property
    def verb_key(self) -> str:
        """Return the key of the verb, however it was given."""
        return self.verb.key if isinstance(self.verb, Verb) else self.verb


def record(
    verb: str | Verb,
    actor: Actor,
    subject: Ref,
    *,
    thread: str = "",
    place_path: str = "",
    data: Mapping[str, object] | None = None,
    personal: Mapping[str, object] | None = None,
) -> Entry:
    """Write down that `actor` did `verb` to `subject`, now, as part of the caller's transaction.

    `data` is open and sealed for ever: keys, numbers, codes, `{"zh", "en"}` words; never names, numbers of
    identity or telephones. `personal` goes into a detail that `shred` deletes. Jobs subscribed to the verb
    are deferred with the entry's id in the same transaction.

    Raises UnknownVerbError for an unregistered verb, PersonalDataError when `data` or `thread` carries an
    identity number or telephone, or `personal` a key that the verb does not declare.
    """
    return record_many([Act(verb, actor, subject, thread, place_path, data, personal)])[0]


def record_many(acts: Iterable[Act]) -> list[Entry]:
    """Write many entries in their order: one statement for the entries, one more for details, if any.

    Raises as `record` does, and then nothing is written.
    """
    acts = list(acts)
    at = clock.now()
    salts = [secrets.token_bytes(SALT_BYTES) if act.personal else b"" for act in acts]
    for act in acts:
        _check(act)
    entries = [_entry(act, salt, at) for act, salt in zip(acts, salts, strict=True)]
    with transaction.atomic(savepoint=False):
        entries = Entry.objects.bulk_create(entries, batch_size=2_000)
        details = [
            Detail(entry=entry, salt=salt, data=dict(act.personal))
            for entry, act, salt in zip(entries, acts, salts, strict=True)
            if act.personal
        ]
        if details:
            Detail.objects.bulk_create(details, batch_size=2_000)
        _tell_subscribers(entries)
    return entries


def _entry(act: Act, salt: bytes, at: datetime) -> Entry:
    return Entry(
        at=at,
        verb=act.verb_key,
        actor_kind=act.actor.kind,
        actor_key=act.actor.key,
        subject_kind=act.subject.kind,
        subject_key=act.subject.key,
        thread=act.thread,
        place_path=act.place_path,
        data=dict(act.data or {}),
        personal_digest=personal_digest(salt, act.personal) if act.personal else "",
    )


def _check(act: Act) -> None:
    verb = verb_of(act.verb_key)
    undeclared = set(act.personal or ()) - set(verb.personal)
    if undeclared:
        raise PersonalDataError(f"{verb.key} does not declare the personal keys {sorted(undeclared)}")
    leak = find_leak([act.data, act.thread, act.subject.key, act.actor.key])
    if leak:
        raise PersonalDataError(f"{verb.key}: the open part of an entry carries what looks like a {leak}")


def _tell_subscribers(entries: Iterable[Entry]) -> None:
    by_task: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for task_name in subscribers(entry.verb):
            by_task[task_name].append(entry)
    for task_name, told in by_task.items():
        tasks: list[JSONDict] = [{"entry_id": entry.pk} for entry in told]
        jobs.configure_task(task_name).batch_defer(*tasks)
