"""The wire form of tokens: JSON Web Signatures in compact form (RFC 7515, EdDSA of RFC 8037).

docs/token-format.md tells the form to those who verify; a change here is a change there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any, NamedTuple

#: A token of ours has some 200 to 400 characters; what is much longer is not read at all.
MAX_LENGTH = 2_000
KEY_ID_LENGTH = 8


class Parts(NamedTuple):
    """A token taken apart: header and payload as JSON objects, what was signed, and the signature."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signed: bytes
    signature: bytes


def key_id_of(public_key: bytes) -> str:
    """Return the name of a public key: the first 8 base64url characters of its SHA-256."""
    return to_base64url(hashlib.sha256(public_key).digest())[:KEY_ID_LENGTH]


def to_base64url(value: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of strict unpadded base64url; raises ValueError."""
    if len(text) % 4 == 1 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in text):
        raise ValueError("not base64url")
    try:
        value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if to_base64url(value) != text:
        raise ValueError("not the one way to write these bytes")
    return value


def to_json(value: dict[str, Any]) -> bytes:
    """Return the shortest JSON of `value`, keys sorted, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signing_input(header: dict[str, Any], payload: dict[str, Any]) -> str:
    """Return `header.payload`, the ASCII text that is signed."""
    return f"{to_base64url(to_json(header))}.{to_base64url(to_json(payload))}"


def take_apart(token: str) -> Parts:
    """Return the parts of a token, not yet verified; raises ValueError for what is none."""
    token = token.strip()
    if len(token) > MAX_LENGTH:
        raise ValueError("too long")
    header_text, payload_text, signature_text = token.split(".")
    header, payload = (json.loads(from_base64url(text)) for text in (header_text, payload_text))
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError("header and payload are objects")
    signed = f"{header_text}.{payload_text}".encode("ascii")
    return Parts(header, payload, signed, from_base64url(signature_text))
