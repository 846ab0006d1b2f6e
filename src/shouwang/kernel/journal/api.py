"""The only door to the journal: record, read and subscribe to acts; seal, verify and shred them.

    journal.record("case.opened", journal.person(by.pk), Ref("case", case.pk), thread=f"case:{case.pk}")

Everything is written in the caller's transaction: if it rolls back, nothing happened and no job runs.
"""

from __future__ import annotations

from shouwang.kernel.journal.models import (
    SYSTEM,
    Actor,
    Entry,
    Ref,
    Seal,
    UnknownVerbError,
    Verb,
    register_verbs,
    subscribe,
    verb_of,
)
from shouwang.kernel.journal.queries.reading import count_details, describe, details, entries, entry, link
from shouwang.kernel.journal.queries.verifying import Break, VerifyReport, verify
from shouwang.kernel.journal.services.recording import Act, PersonalDataError, record, record_many
from shouwang.kernel.journal.services.sealing import align_after_restore, seal_pending
from shouwang.kernel.journal.services.shredding import shred

#: `person(pk)` and `public(label)` make actors; `SYSTEM` is the third kind.
person = Actor.person
public = Actor.public

__all__ = [
    "SYSTEM",
    "Act",
    "Actor",
    "Break",
    "Entry",
    "PersonalDataError",
    "Ref",
    "Seal",
    "UnknownVerbError",
    "Verb",
    "VerifyReport",
    "align_after_restore",
    "count_details",
    "describe",
    "details",
    "entries",
    "entry",
    "link",
    "person",
    "public",
    "record",
    "record_many",
    "register_verbs",
    "seal_pending",
    "shred",
    "subscribe",
    "verb_of",
    "verify",
]
