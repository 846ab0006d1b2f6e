"""The word to open pages that what they show has changed; `shouwang.web.live` listens to it.

It travels by NOTIFY within the caller's transaction: it goes out when that commits, and never when it rolls
back. The payload is words separated by blanks: `#` with the number of the transaction, then topics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

CHANNEL = "shouwang_live"
#: Bytes of topics in one notification; PostgreSQL takes 8,000 with the rest.
PAYLOAD_BYTES = 7_900


@dataclass(frozen=True, slots=True)
class _Told:
    """Stands among the things to do on commit as long as these topics are on their way with the transaction.

    Django drops it when the transaction, or the savepoint it was told in, rolls back: exactly when PostgreSQL
    drops the notification.
    """

    topics: frozenset[str]

    def __call__(self) -> None:
        """Do nothing: the notification went out with the commit."""


def touch(*topics: str) -> None:
    """Tell open pages that what they show under `topics` has changed, when the transaction commits.

    Topics: "board", "work:<person pk>", "case:<pk>", "place:<code>", "inbox:<person pk>". A topic told twice
    in one transaction costs nothing the second time. Raises ValueError for a blank topic, or one with a blank
    in it or longer than 200 bytes.
    """
    fresh = sorted(set(topics) - _on_their_way())
    for topic in fresh:
        if not topic or topic.split() != [topic] or topic.startswith("#") or len(topic.encode()) > 200:
            raise ValueError(f"{topic!r} is not a topic")
    if not fresh:
        return
    with connection.cursor() as cursor:
        for payload in _payloads(fresh):
            cursor.execute(
                "SELECT pg_notify(%s, '#' || pg_current_xact_id()::text || ' ' || %s)", [CHANNEL, payload]
            )
    transaction.on_commit(_Told(frozenset(fresh)))


def _on_their_way() -> set[str]:
    told: set[str] = set()
    for entry in connection.run_on_commit:
        if isinstance(entry[1], _Told):
            told |= entry[1].topics
    return told


def _payloads(topics: Iterable[str]) -> Iterator[str]:
    words: list[str] = []
    size = 0
    for topic in topics:
        length = len(topic.encode()) + 1
        if words and size + length > PAYLOAD_BYTES:
            yield " ".join(words)
            words, size = [], 0
        words.append(topic)
        size += length
    yield " ".join(words)
