"""Verbs, actors and subjects: the words in which entries are written. Kept in memory, registered at start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shouwang.util.text import Text

if TYPE_CHECKING:
    from shouwang.kernel.journal.models.records import Entry


@dataclass(frozen=True, slots=True, init=False)
class Ref:
    """A thing by kind and key: `Ref("case", case.pk)`. The key is kept as text."""

    kind: str
    key: str

    def __init__(self, kind: str, key: str | int) -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "key", str(key))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a person, the system, or the public (nobody signed in; the key says by which door)."""

    kind: str
    key: str

    @classmethod
    def person(cls, pk: int) -> Actor:
        """Return the person with this primary key as actor."""
        return cls("person", str(pk))

    @classmethod
    def public(cls, label: str) -> Actor:
        """Return the unnamed public as actor; `label` says by which door, never who."""
        return cls("public", label)


SYSTEM = Actor("system", "")


@dataclass(frozen=True, slots=True)
class Verb:
    """A kind of act: its key ("case.opened"), its words, its link, and the keys of its personal details.

    `text` may hold `{placeholders}` filled from the entry's data; a value `{"zh": …, "en": …}` is put in in
    the reader's language. `personal` names the keys that `record(personal=…)` may carry for this verb.
    """

    key: str
    text: Text
    link: Callable[[Entry], str] | None = None
    personal: tuple[str, ...] = ()


class UnknownVerbError(LookupError):
    """An act was to be recorded in a verb that nobody registered."""


_verbs: dict[str, Verb] = {}
_subscribers: defaultdict[str, list[str]] = defaultdict(list)


def register_verbs(*verbs: Verb) -> None:
    """Add verbs to the vocabulary; raises ValueError when a key is already taken by another verb."""
    for verb in verbs:
        known = _verbs.setdefault(verb.key, verb)
        if known != verb:
            raise ValueError(f"the journal verb {verb.key!r} is already registered with other words")


def verb_of(key: str) -> Verb:
    """Return the verb `key`; raises UnknownVerbError."""
    try:
        return _verbs[key]
    except KeyError:
        raise UnknownVerbError(
            f"no journal verb {key!r}; register it with journal.api.register_verbs"
        ) from None


def subscribe(verb_key: str, task_name: str) -> None:
    """Have `record` defer the job `task_name(entry_id=…)` with every entry of `verb_key`; twice is once."""
    if task_name not in _subscribers[verb_key]:
        _subscribers[verb_key].append(task_name)


def subscribers(verb_key: str) -> tuple[str, ...]:
    """Return the names of the jobs that want to know about `verb_key`."""
    return tuple(_subscribers.get(verb_key, ()))
