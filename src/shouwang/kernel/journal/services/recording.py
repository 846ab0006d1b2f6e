"""Writing entries, and telling the jobs that subscribed to them, in the caller's transaction."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.types import JSONDict

from shouwang.kernel.journal.models import Actor, Detail, Entry, Ref, Verb, subscribers, verb_of
from shouwang.kernel.journal.models.digests import personal_digest
from shouwang.util import clock
from shouwang.util.privacy import find_leak

SALT_BYTES = 16
BATCH = 5_000

_TEXTS = [
    "verb",
    "actor_kind",
    "actor_key",
    "subject_kind",
    "subject_key",
    "thread",
    "place_path",
    "personal_digest",
]
# Written by hand because everything that anybody does passes here: one entry takes half the time that the ORM
# takes, and many in bulk a quarter. Rows get their ids in the order given.
_INSERT = f"INSERT INTO journal_entry (at, {', '.join(_TEXTS)}, data) "
_ONE = f"{_INSERT} VALUES (%s{', %s' * len(_TEXTS)}, %s::jsonb) RETURNING id, xact"
_MANY = f"""{_INSERT}
SELECT %s::timestamptz, {", ".join(_TEXTS)}, data::jsonb
FROM unnest({", ".join(["%s::text[]"] * (len(_TEXTS) + 1))})
WITH ORDINALITY AS given({", ".join(_TEXTS)}, data, place) ORDER BY place
RETURNING id, xact"""  # noqa: S608 column names only


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
    for act in acts:
        _check(act)
    entries = [_entry(act, at) for act in acts]
    details = [_detail(entry, act.personal) for entry, act in zip(entries, acts, strict=True) if act.personal]
    with transaction.atomic(savepoint=False):
        for start in range(0, len(entries), BATCH):
            _insert(entries[start : start + BATCH])
        if details:
            Detail.objects.bulk_create(details, batch_size=BATCH)
        _tell_subscribers(entries)
    return entries


def _entry(act: Act, at: datetime) -> Entry:
    return Entry(
        at=at,
        verb=act.verb_key,
        actor_kind=act.actor.kind,
        actor_key=act.actor.key,
        subject_kind=act.subject.kind,
        subject_key=act.subject.key,
        thread=act.thread,
        place_path=act.place_path,
        data=_plain(act.data or {}),
    )


def _detail(entry: Entry, personal: Mapping[str, object]) -> Detail:
    """Return the unsaved detail of an unsaved entry, whose salted digest the entry takes along."""
    salt, data = secrets.token_bytes(SALT_BYTES), _plain(personal)
    entry.personal_digest = personal_digest(salt, data)
    return Detail(entry=entry, salt=salt, data=data)


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values as JSON holds them: dates and decimals as text, tuples as lists."""
    plain: dict[str, object] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain


def _insert(entries: list[Entry]) -> None:
    """Insert the entries in one statement, and give each its id and the number of the transaction."""
    columns = [[getattr(entry, name) for entry in entries] for name in _TEXTS]
    columns.append([json.dumps(entry.data, ensure_ascii=False) for entry in entries])
    with connection.cursor() as cursor:
        if len(entries) == 1:
            cursor.execute(_ONE, [entries[0].at, *(column[0] for column in columns)])
        else:
            cursor.execute(_MANY, [entries[0].at, *columns])
        for entry, (pk, xact) in zip(entries, cursor.fetchall(), strict=True):
            entry.pk, entry.xact = pk, xact
            entry._state.adding, entry._state.db = False, connection.alias


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
