"""Tables of the journal, and the vocabulary in which entries are written."""

from shouwang.kernel.journal.models.records import CurrentTransaction, Detail, Entry, Seal
from shouwang.kernel.journal.models.vocabulary import (
    SYSTEM,
    Actor,
    Ref,
    UnknownVerbError,
    Verb,
    register_verbs,
    subscribe,
    subscribers,
    verb_of,
)

__all__ = [
    "SYSTEM",
    "Actor",
    "CurrentTransaction",
    "Detail",
    "Entry",
    "Ref",
    "Seal",
    "UnknownVerbError",
    "Verb",
    "register_verbs",
    "subscribe",
    "subscribers",
    "verb_of",
]
