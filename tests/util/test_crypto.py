"""Keys, sealing, tokens and signatures."""

from __future__ import annotations

import base64
import secrets
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.util import crypto


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOUWANG_VAR", str(tmp_path))
    for name in ("SHOUWANG_VAULT_KEY", "SHOUWANG_TOKEN_KEY", "SHOUWANG_SIGNING_KEY"):
        monkeypatch.delenv(name, raising=False)
    crypto.forget_keys()
    yield tmp_path / "keys"
    monkeypatch.undo()
    crypto.forget_keys()


@given(st.text(max_size=300))
def test_what_is_sealed_opens_only_in_its_place(plaintext):
    sealed = crypto.seal(plaintext, "person:1:PHONE")
    assert crypto.open_sealed(sealed, "person:1:PHONE") == plaintext
    with pytest.raises(crypto.KeyProblem):
        crypto.open_sealed(sealed, "person:2:PHONE")


def test_the_same_value_never_looks_the_same_twice():
    assert crypto.seal("x", "c").ciphertext != crypto.seal("x", "c").ciphertext


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_a_changed_ciphertext_does_not_open(place):
    sealed = crypto.seal("10003710382", "c")
    changed = bytearray(sealed.ciphertext)
    changed[place] ^= 1
    with pytest.raises(crypto.KeyProblem, match="changed, or of another row"):
        crypto.open_sealed(crypto.Sealed(bytes(changed), sealed.key_id), "c")


def test_keys_are_made_once_readable_by_their_owner_only(own_keys):
    crypto.seal("x", "c")
    crypto.blind_token("k", "v")
    crypto.public_key()
    assert {path.name for path in own_keys.iterdir()} == {"vault.key", "token.key", "signing.key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in own_keys.iterdir()} == {0o600}
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o700


def test_two_makers_of_a_key_end_up_with_one():
    tokens = []

    def make() -> None:
        tokens.append(crypto._kept_key("token"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(tokens)) == 1
    assert len(tokens) == 8


def test_keys_survive_a_restart():
    sealed, token, public = crypto.seal("x", "c"), crypto.blind_token("k", "v"), crypto.public_key()
    crypto.forget_keys()
    assert crypto.open_sealed(sealed, "c") == "x"
    assert crypto.blind_token("k", "v") == token
    assert crypto.public_key() == public


def test_a_retired_key_still_opens_what_it_sealed(own_keys):
    sealed = crypto.seal("x", "c")
    (own_keys / "vault.key").rename(own_keys / "vault-2020.key")
    crypto.forget_keys()
    fresh = crypto.seal("y", "c")
    assert fresh.key_id != sealed.key_id
    assert crypto.open_sealed(sealed, "c") == "x"


def test_keys_come_from_the_environment_current_first(monkeypatch):
    keys = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2)]
    monkeypatch.setenv("SHOUWANG_VAULT_KEY", keys[0])
    crypto.forget_keys()
    sealed = crypto.seal("x", "c")
    monkeypatch.setenv("SHOUWANG_VAULT_KEY", f"{keys[1]},{keys[0]}")
    crypto.forget_keys()
    assert crypto.seal("x", "c").key_id != sealed.key_id
    assert crypto.open_sealed(sealed, "c") == "x"


def test_a_lost_key_is_named(own_keys):
    sealed = crypto.seal("x", "c")
    (own_keys / "vault.key").unlink()
    crypto.forget_keys()
    with pytest.raises(crypto.KeyProblem, match=sealed.key_id):
        crypto.open_sealed(sealed, "c")


@pytest.mark.parametrize("value", ["not base64!", base64.b64encode(b"short").decode()])
def test_a_key_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("SHOUWANG_TOKEN_KEY", value)
    crypto.forget_keys()
    with pytest.raises(crypto.KeyProblem, match="SHOUWANG_TOKEN_KEY"):
        crypto.blind_token("k", "v")


def test_tokens_tell_kinds_and_values_apart():
    token = crypto.blind_token("PHONE", "10003710382")
    assert token == crypto.blind_token("PHONE", "10003710382")
    assert (
        len({token, crypto.blind_token("ID", "10003710382"), crypto.blind_token("PHONE", "10003710383")}) == 3
    )


def test_signatures_are_checked_against_message_and_key():
    signature = crypto.sign(b"released on 2020-04-01")
    assert crypto.is_signed(b"released on 2020-04-01", signature)
    assert crypto.is_signed(b"released on 2020-04-01", signature, crypto.public_key())
    assert not crypto.is_signed(b"released on 2020-03-01", signature)
    assert not crypto.is_signed(b"released on 2020-04-01", bytes(64))
