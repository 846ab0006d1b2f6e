"""Verifying tokens, and the public keys with which others verify them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shouwang.kernel.documents.models import Claims, Document, PublicKey, SigningKey
from shouwang.kernel.documents.models.encoding import Parts, key_id_of, take_apart
from shouwang.util import clock, crypto
from shouwang.util.problems import Problem
from shouwang.util.text import Text


def verify_token(token: str) -> Claims:
    """Return what a token says, once its signature, its time and its document were found good.

    Raises Problem: "token_unreadable", "token_key_unknown", "token_key_withdrawn", "token_forged",
    "token_expired", "token_revoked".
    """
    try:
        parts = take_apart(token)
        claims = _claims(parts)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise _problem("token_unreadable", *_UNREADABLE) from error
    key = _trusted_key(claims.key_id)
    if not crypto.is_signed(parts.signed, parts.signature, key):
        raise _problem("token_forged", *_FORGED)
    if claims.expires_at is not None and claims.expires_at <= clock.now():
        until = clock.local(claims.expires_at)
        raise _problem("token_expired", *_EXPIRED, until=f"{until:%Y-%m-%d %H:%M}")
    _refuse_revoked(claims)
    return claims


def public_keys() -> list[PublicKey]:
    """Return the keys that are trusted now: the current one first, then those that signed before."""
    current = PublicKey(key_id_of(crypto.public_key()), crypto.public_key())
    known = {key.key_id: key for key in SigningKey.objects.order_by("-first_used_at")}
    trusted = [
        PublicKey(key.key_id, bytes(key.public_key))
        for key in known.values()
        if key.state == SigningKey.State.TRUSTED and key.key_id != current.key_id
    ]
    return trusted if _is_withdrawn(known.get(current.key_id)) else [current, *trusted]


def public_key_set() -> dict[str, list[dict[str, str]]]:
    """Return the trusted keys as a JSON Web Key Set, as phones fetch it while they are on line."""
    return {"keys": [key.as_jwk() for key in public_keys()]}


def _claims(parts: Parts) -> Claims:
    header, payload = parts.header, parts.payload
    if header["alg"] != "EdDSA":
        raise ValueError("only EdDSA is ours")
    said = payload["c"]
    if not isinstance(said, dict):
        raise TypeError("claims are an object")
    expires = payload.get("exp")
    return Claims(
        kind=str(payload["k"]),
        claims=said,
        issued_at=_instant(payload["iat"]),
        expires_at=None if expires is None else _instant(expires),
        key_id=str(header["kid"]),
    )


def _instant(seconds: Any) -> datetime:  # noqa: ANN401 whatever the JSON held
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TypeError("instants are whole seconds")
    return datetime.fromtimestamp(seconds, tz=UTC)


def _trusted_key(key_id: str) -> bytes:
    key = SigningKey.objects.filter(key_id=key_id).first()
    if _is_withdrawn(key):
        raise _problem("token_key_withdrawn", *_KEY_WITHDRAWN)
    if key is not None:
        return bytes(key.public_key)
    if key_id == key_id_of(crypto.public_key()):
        return crypto.public_key()
    raise _problem("token_key_unknown", *_KEY_UNKNOWN)


def _is_withdrawn(key: SigningKey | None) -> bool:
    return key is not None and key.state == SigningKey.State.WITHDRAWN


def _refuse_revoked(claims: Claims) -> None:
    if not claims.number:
        return
    revoked_at = Document.objects.filter(number=claims.number).values_list("revoked_at", flat=True).first()
    if revoked_at is not None:
        on = clock.local(revoked_at)
        raise _problem("token_revoked", *_REVOKED, number=claims.number, on=f"{on:%Y-%m-%d %H:%M}")


_UNREADABLE = (
    Text("这个码读不出来，或者不是这里出具的。", "This code cannot be read, or was not issued here."),
    Text(
        "把码放平、对准再扫一次；纸上的编号也可以查。",
        "Lay the code flat and scan again, or look up the number on the paper.",
    ),
)
_FORGED = (
    Text(
        "码上的内容和签名对不上：改动过，不能认。",
        "What the code says does not fit its signature: it was altered and is not valid.",
    ),
    Text("请持有人出示原件，或按编号查。", "Ask for the original, or look up the number."),
)
_KEY_UNKNOWN = (
    Text(
        "不是本区签发的码，或签发密钥不在公布之列。",
        "This code was not signed by this district, or its key is not among those published.",
    ),
    Text("连网更新公钥后再验一次。", "Go on line to update the public keys, then verify again."),
)
_KEY_WITHDRAWN = (
    Text("签发这个码的密钥已作废。", "The key that signed this code has been withdrawn."),
    Text("请持有人到出具单位换一张。", "The holder can have the paper replaced where it was issued."),
)
_EXPIRED = (
    Text("这个码到 {until} 已过期。", "This code expired on {until}."),
    Text("请持有人重新出具。", "The holder can have it issued again."),
)
_REVOKED = (
    Text("编号 {number} 的文书已在 {on} 撤销。", "Document {number} was revoked on {on}."),
    Text("问出具单位为什么撤销。", "Ask the issuing office why."),
)


def _problem(code: str, what: Text, do: Text, **values: str) -> Problem:
    return Problem(code, what.format(**values) if values else what, do=do)
