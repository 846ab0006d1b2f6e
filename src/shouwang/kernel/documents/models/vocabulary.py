"""Kinds of documents, and what a token says. Kinds are kept in memory, registered at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shouwang.kernel.documents.models.encoding import to_base64url
from shouwang.util.text import Text

_PREFIX = re.compile(r"[A-Z]{2,4}")


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of paper: its key ("release-certificate"), its name, and the typst file it is made from.

    `number_prefix` opens its numbers ("JC"). `claims` names the keys of the data that go into its code for
    everybody to read; keep them few, and free of personal data beyond a masked name. `valid_for` is how long
    the code is good (None: for good).
    """

    key: str
    name: Text
    template: Path
    number_prefix: str
    claims: tuple[str, ...] = ()
    valid_for: timedelta | None = None

    def __post_init__(self) -> None:
        """Refuse a prefix that would not make a readable number."""
        if not _PREFIX.fullmatch(self.number_prefix):
            raise ValueError(f"{self.key}: a number prefix is 2 to 4 capital letters")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says: the kind of statement, its claims, and when and by which key made."""

    kind: str
    claims: Mapping[str, Any]
    issued_at: datetime
    expires_at: datetime | None
    key_id: str

    @property
    def number(self) -> str:
        """Return the number of the document that the token stands on, or "" if it stands alone."""
        return str(self.claims.get("number", ""))


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key of this deployment, for those who verify off line."""

    key_id: str
    public_key: bytes

    def as_jwk(self) -> dict[str, str]:
        """Return the key as a JSON Web Key (RFC 8037), as WebCrypto imports it."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "alg": "EdDSA",
            "kid": self.key_id,
            "x": to_base64url(self.public_key),
        }


_kinds: dict[str, DocumentKind] = {}


def register_kinds(*kinds: DocumentKind) -> None:
    """Add kinds of documents; raises ValueError when a key or a number prefix is taken by another kind."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) != kind:
            raise ValueError(f"the document kind {kind.key!r} is already registered otherwise")
        rivals = [other.key for other in _kinds.values() if other.number_prefix == kind.number_prefix]
        if rivals != [kind.key]:
            raise ValueError(f"the number prefix {kind.number_prefix} is used by {' and '.join(rivals)}")


def kind_of(key: str) -> DocumentKind:
    """Return the kind `key`; raises LookupError."""
    try:
        return _kinds[key]
    except KeyError:
        raise LookupError(f"no document kind {key!r}; name it in a manifest's document_kinds") from None


def kinds() -> tuple[DocumentKind, ...]:
    """Return every registered kind."""
    return tuple(_kinds.values())
