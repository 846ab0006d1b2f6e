"""Entries, newest first, and what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from shouwang.kernel.journal.models import Actor, Detail, Entry, Ref, UnknownVerbError, verb_of
from shouwang.util.text import CHINESE, ENGLISH, Text

MISSING = "…"


def entries(
    *,
    thread: str | None = None,
    subject: Ref | None = None,
    actor: Actor | None = None,
    place_path: str | None = None,
    verbs: Collection[str] = (),
    limit: int = 50,
    before_id: int | None = None,
) -> list[Entry]:
    """Return entries that fit everything given, newest first; `before_id` pages to older ones.

    `place_path` takes in the places below it.
    """
    chosen = Entry.objects.order_by("-id")
    if thread is not None:
        chosen = chosen.filter(thread=thread)
    if subject is not None:
        chosen = chosen.filter(subject_kind=subject.kind, subject_key=subject.key)
    if actor is not None:
        chosen = chosen.filter(actor_kind=actor.kind, actor_key=actor.key)
    if place_path is not None:
        chosen = chosen.filter(place_path__startswith=place_path)
    if verbs:
        chosen = chosen.filter(verb__in=verbs)
    if before_id is not None:
        chosen = chosen.filter(id__lt=before_id)
    return list(chosen[:limit])


def entry(pk: int) -> Entry:
    """Return one entry, as a subscribed job gets it; raises Entry.DoesNotExist."""
    return Entry.objects.get(pk=pk)


def details(of: Iterable[Entry]) -> dict[int, dict[str, Any]]:
    """Return the personal details that are still held beside the entries, by the id of the entry."""
    return dict(Detail.objects.filter(entry__in=list(of)).values_list("entry_id", "data"))


def count_details(subject: Ref) -> int:
    """Return how many personal details are still held beside the entries about `subject`."""
    return Detail.objects.filter(entry__subject_kind=subject.kind, entry__subject_key=subject.key).count()


def describe(entry: Entry) -> Text:
    """Return what the entry says in both languages; what is missing in its data shows as an ellipsis."""
    try:
        words = verb_of(entry.verb).text
    except UnknownVerbError:  # written by a part that is no longer installed
        return Text(entry.verb, entry.verb)
    return Text(
        words.zh.format_map(_Words(entry.data, CHINESE)), words.en.format_map(_Words(entry.data, ENGLISH))
    )


def link(entry: Entry) -> str:
    """Return the address of the page about the entry, or "" when its verb has none."""
    try:
        verb = verb_of(entry.verb)
    except UnknownVerbError:
        return ""
    return verb.link(entry) if verb.link else ""


class _Gap:
    """Stands for a value that an entry lacks, whatever format was asked for."""

    def __format__(self, _spec: str) -> str:
        return MISSING


class _Words(dict[str, object]):
    """The data of an entry as words in one language."""

    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        super().__init__(data)
        self._side = "en" if language == ENGLISH else "zh"

    def __getitem__(self, key: str) -> object:
        value = super().__getitem__(key)
        return value[self._side] if isinstance(value, dict) and {"zh", "en"} <= value.keys() else value

    def __missing__(self, key: str) -> object:
        return _Gap()
