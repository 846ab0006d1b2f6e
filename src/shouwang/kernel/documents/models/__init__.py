"""Tables of documents, and the kinds and claims that they are told in."""

from shouwang.kernel.documents.models.records import Document, SigningKey
from shouwang.kernel.documents.models.vocabulary import (
    Claims,
    DocumentKind,
    PublicKey,
    kind_of,
    kinds,
    register_kinds,
)

__all__ = [
    "Claims",
    "Document",
    "DocumentKind",
    "PublicKey",
    "SigningKey",
    "kind_of",
    "kinds",
    "register_kinds",
]
