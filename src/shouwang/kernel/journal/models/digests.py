"""How entries become hashes. A change here breaks every existing seal: add a version, never edit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import QuerySet

if TYPE_CHECKING:
    from shouwang.kernel.journal.models.records import Entry

#: Bytes of each entry's hash that a seal keeps, to name the entry that was changed.
MARK_BYTES = 8


class EntryRow(NamedTuple):
    """The sealed columns of an entry, in the order in which they are hashed."""

    id: int
    at: datetime
    verb: str
    actor_kind: str
    actor_key: str
    subject_kind: str
    subject_key: str
    thread: str
    place_path: str
    data: object
    personal_digest: str
    xact: int

    def digest(self) -> bytes:
        """Return the SHA-256 of the canonical JSON of the row (32 bytes)."""
        values = self._asdict() | {"at": self.at.astimezone(UTC).isoformat(timespec="microseconds")}
        return hashlib.sha256(canonical(values)).digest()


class Chain:
    """The digest of one seal while its entries go by."""

    def __init__(self, number: int, xact_from: int, xact_until: int, previous_digest: str) -> None:
        head = {"number": number, "from": xact_from, "until": xact_until, "previous": previous_digest}
        self._hash = hashlib.sha256(canonical(head))
        self._marks = bytearray()
        self.count = 0

    def add(self, row: EntryRow) -> bytes:
        """Take in the next entry and return its mark."""
        digest = row.digest()
        self._hash.update(digest)
        self._marks += digest[:MARK_BYTES]
        self.count += 1
        return digest[:MARK_BYTES]

    @property
    def digest(self) -> str:
        """Return the digest over everything taken in so far, 64 hexadecimal digits."""
        return self._hash.hexdigest()

    @property
    def marks(self) -> bytes:
        """Return the marks of the entries taken in so far."""
        return bytes(self._marks)


def rows_between(entries: QuerySet[Entry], xact_from: int, xact_until: int) -> Iterator[EntryRow]:
    """Yield the rows of the transactions [xact_from, xact_until) in the order of the chain, as a stream."""
    chosen = entries.filter(xact__gte=xact_from, xact__lt=xact_until).order_by("xact", "id")
    for values in chosen.values_list(*EntryRow._fields).iterator(chunk_size=5_000):
        yield EntryRow(*values)


def canonical(value: object) -> bytes:
    """Return the one JSON text of `value`: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def personal_digest(salt: bytes, personal: Mapping[str, object]) -> str:
    """Return the salted hash that stands in the entry for personal data kept beside it."""
    return hashlib.sha256(salt + canonical(personal)).hexdigest()
