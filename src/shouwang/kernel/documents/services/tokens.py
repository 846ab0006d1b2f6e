"""Signing statements, and withdrawing a key that can no longer be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from shouwang.kernel.documents.models import SigningKey
from shouwang.kernel.documents.models.encoding import MAX_LENGTH, key_id_of, signing_input, to_base64url
from shouwang.kernel.journal import api as journal
from shouwang.util import clock, crypto
from shouwang.util.privacy import find_leak
from shouwang.util.problems import NotFoundOrNotYours


def sign(kind: str, claims: Mapping[str, Any], expires_at: datetime | None) -> str:
    """Return a token (ASCII, some 200 to 400 characters) that says `claims` for everybody to read.

    Whoever has the public key can verify it off line until `expires_at` (None: for good). A claim "number"
    ties it to a document: it falls when that is revoked. Raises ValueError when the claims carry an identity
    number or telephone, or make the token too long for a code.
    """
    leak = find_leak(dict(claims))
    if leak:
        raise ValueError(f"a {leak} may not stand in a code that everybody can read")
    public_key = crypto.public_key()
    header = {"alg": "EdDSA", "kid": key_id_of(public_key)}
    payload: dict[str, Any] = {"k": kind, "iat": int(clock.now().timestamp()), "c": dict(claims)}
    if expires_at is not None:
        payload["exp"] = int(expires_at.timestamp())
    signed = signing_input(header, payload)
    token = f"{signed}.{to_base64url(crypto.sign(signed.encode('ascii')))}"
    if len(token) > MAX_LENGTH:
        raise ValueError(f"a token of {len(token)} characters is too long for a code: say less")
    _remember(header["kid"], public_key)
    return token


def withdraw_key(key_id: str, actor: journal.Actor) -> None:
    """Trust nothing any more that the key signed; journaled. Raises NotFoundOrNotYours for an unknown key."""
    with transaction.atomic():
        key = SigningKey.objects.select_for_update().filter(key_id=key_id).first()
        if key is None:
            raise NotFoundOrNotYours
        key.state = SigningKey.State.WITHDRAWN
        key.save(update_fields=["state"])
        journal.record(
            "signing-key.withdrawn", actor, journal.Ref("signing-key", key_id), data={"key": key_id}
        )


def _remember(key_id: str, public_key: bytes) -> None:
    if not SigningKey.objects.filter(key_id=key_id).exists():
        key = SigningKey(key_id=key_id, public_key=public_key, first_used_at=clock.now())
        SigningKey.objects.bulk_create([key], ignore_conflicts=True)
