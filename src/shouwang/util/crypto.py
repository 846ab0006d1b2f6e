"""Keys of the deployment, and the three things done with them: seal, token, sign.

- *seal*: AES-256-GCM, so that a copy of the database reveals nothing. The context (which row and field) is
  authenticated, so a ciphertext moved to another row does not open.
- *token*: HMAC-SHA256 with a key of its own, for exact match without opening anything.
- *sign*: Ed25519, for papers that a phone verifies off line.

Keys are made on first use below `<SHOUWANG_VAR>/keys/` with mode 0600, or come as base64 from
`SHOUWANG_VAULT_KEY`, `SHOUWANG_TOKEN_KEY` and `SHOUWANG_SIGNING_KEY` (32 bytes each). Retired vault keys open
what they sealed: `vault-*.key` beside the current one, or after commas in the environment.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyProblem(Exception):  # noqa: N818 named as `Problem` is
    """A key is missing, of the wrong length, or does not fit what was sealed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ciphertext (nonce first) and the id of the key that opens it."""

    ciphertext: bytes
    key_id: str


def seal(plaintext: str, context: str) -> Sealed:
    """Encrypt `plaintext` under the current vault key; it opens only with the same `context`."""
    key_id, key = _vault_keys()[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce + AESGCM(key).encrypt(nonce, plaintext.encode(), context.encode()), key_id)


def open_sealed(sealed: Sealed, context: str) -> str:
    """Decrypt; raises KeyProblem for an unknown key, another context, or a changed ciphertext."""
    key = dict(_vault_keys()).get(sealed.key_id)
    if key is None:
        raise KeyProblem(f"vault key {sealed.key_id} is not among the keys of this deployment")
    nonce, body = sealed.ciphertext[:NONCE_BYTES], sealed.ciphertext[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, body, context.encode()).decode()
    except InvalidTag as error:
        raise KeyProblem(
            f"what was sealed for {context} does not open: changed, or of another row"
        ) from error


def blind_token(kind: str, value: str) -> str:
    """Return the keyed hash (64 hexadecimal digits) that stands for `value` of this `kind` in searches."""
    return hmac.new(_token_key(), f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def sign(message: bytes) -> bytes:
    """Return the 64-byte Ed25519 signature of `message` by this deployment."""
    return _signing_key().sign(message)


def is_signed(message: bytes, signature: bytes, public_key: bytes | None = None) -> bool:
    """Tell whether `signature` over `message` is by the holder of `public_key` (default: this deployment)."""
    key = Ed25519PublicKey.from_public_bytes(public_key) if public_key else _signing_key().public_key()
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def public_key() -> bytes:
    """Return the 32 raw bytes of this deployment's Ed25519 public key."""
    return _signing_key().public_key().public_bytes_raw()


def forget_keys() -> None:
    """Read the keys again at their next use (after a rotation, or when a test changes the folder)."""
    _vault_keys.cache_clear()
    _token_key.cache_clear()
    _signing_key.cache_clear()


@functools.lru_cache(maxsize=1)
def _vault_keys() -> tuple[tuple[str, bytes], ...]:
    """Return (key id, key) of the current vault key first, then of the retired ones."""
    given = os.environ.get("SHOUWANG_VAULT_KEY", "")
    if given:
        keys = [_decode("SHOUWANG_VAULT_KEY", part) for part in given.split(",")]
    else:
        current = _kept_key("vault")
        retired = sorted(_key_folder().glob("vault-*.key"))
        keys = [current, *(_decode(path.name, path.read_text()) for path in retired)]
    return tuple((hashlib.sha256(b"shouwang key id" + key).hexdigest()[:12], key) for key in keys)


@functools.lru_cache(maxsize=1)
def _token_key() -> bytes:
    given = os.environ.get("SHOUWANG_TOKEN_KEY")
    return _decode("SHOUWANG_TOKEN_KEY", given) if given else _kept_key("token")


@functools.lru_cache(maxsize=1)
def _signing_key() -> Ed25519PrivateKey:
    given = os.environ.get("SHOUWANG_SIGNING_KEY")
    key = _decode("SHOUWANG_SIGNING_KEY", given) if given else _kept_key("signing")
    return Ed25519PrivateKey.from_private_bytes(key)


def _key_folder() -> Path:
    return Path(os.environ.get("SHOUWANG_VAR", "var")).absolute() / "keys"


def _kept_key(name: str) -> bytes:
    """Return the key in `<keys>/<name>.key`, made now if there is none; of two makers the first one wins."""
    path = _key_folder() / f"{name}.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{name}.{secrets.token_hex(4)}.draft")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key is the one
        finally:
            draft.unlink()
    return _decode(path.name, path.read_text())


def _decode(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise KeyProblem(f"{name} is not base64") from error
    if len(key) != KEY_BYTES:
        raise KeyProblem(f"{name} has {len(key)} bytes; {KEY_BYTES} are needed")
    return key
