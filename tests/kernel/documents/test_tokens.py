"""Tokens: anybody can verify them, nobody can alter them, and they fall with their paper or key."""

from __future__ import annotations

import base64
import json
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.documents import api as documents
from shouwang.kernel.documents.models import SigningKey, vocabulary
from shouwang.kernel.documents.models.encoding import from_base64url, take_apart, to_base64url
from shouwang.kernel.journal import api as journal
from shouwang.util import clock as clocks
from shouwang.util import crypto
from shouwang.util.problems import Problem
from shouwang.util.text import Text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
CLAIMS = {"place": "410105006001", "until": "2020-03-20"}


def token_for(hours=1):
    return documents.sign("pass", CLAIMS, clocks.now() + timedelta(hours=hours))


def code_of(token):
    with pytest.raises(Problem) as caught:
        documents.verify_token(token)
    assert caught.value.what.zh
    assert caught.value.do.en
    return caught.value.code


def with_payload(token, **changes):
    header, payload, signature = token.split(".")
    content = json.loads(from_base64url(payload)) | changes
    return ".".join([header, to_base64url(json.dumps(content).encode()), signature])


def test_a_token_says_what_was_signed_and_fits_a_code():
    token = token_for()
    claims = documents.verify_token(f" {token}\n")
    assert claims.kind == "pass"
    assert claims.claims == CLAIMS
    assert claims.issued_at == clocks.now()
    assert claims.expires_at == clocks.now() + timedelta(hours=1)
    assert len(token) < 320
    assert documents.qr_svg(documents.verify_url(token)).startswith("<svg")


def test_a_phone_can_verify_with_nothing_but_the_public_key_set():
    """The steps of docs/token-format.md, with the standard library and one Ed25519 function."""
    token = token_for()
    header, payload, signature = token.split(".")

    def decode(text):
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    kid = json.loads(decode(header))["kid"]
    (key,) = [key for key in documents.public_key_set()["keys"] if key["kid"] == kid]
    public = Ed25519PublicKey.from_public_bytes(decode(key["x"]))
    public.verify(decode(signature), f"{header}.{payload}".encode())
    assert json.loads(decode(payload))["c"] == CLAIMS


VERIFY_ALL = """async ([tokens, keys, now]) => {
  const told = [];
  for (const token of tokens) {
    try { told.push((await verify(token, keys, now)).c.until); }
    catch (error) { told.push(error.message); }
  }
  return told;
}"""


@pytest.mark.browser
def test_the_javascript_of_the_documentation_verifies_off_line(browser):
    documentation = (Path(__file__).parents[3] / "docs" / "token-format.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```js\n(.*?)```", documentation, re.DOTALL)
    good, late = token_for(), token_for(hours=-1)
    tokens = [good, with_payload(good, c={"until": "2021-01-01"}), late, f"{good}.x", "a.b.c"]
    page = browser.new_page()
    # browsers verify on https and localhost only; nothing is served, the page is made up here
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<title>reader</title>"))
    page.goto("http://localhost/")
    page.add_script_tag(content=script.replace("export ", ""))
    told = page.evaluate(VERIFY_ALL, [tokens, documents.public_key_set(), clocks.now().timestamp()])
    page.close()
    assert told[:4] == ["2020-03-20", "forged", "expired", "unreadable"]
    assert told[4]


def test_a_changed_token_is_refused():
    token = token_for()
    assert code_of(with_payload(token, c={**CLAIMS, "until": "2021-01-01"})) == "token_forged"
    assert code_of(with_payload(token, exp=9_999_999_999)) == "token_forged"
    assert code_of(f"{token[:-10]}{'A' * 10}") in {"token_forged", "token_unreadable"}


def test_an_unsigned_or_differently_signed_token_is_refused():
    _, payload, signature = token_for().split(".")
    for algorithm in ("none", "HS256", None):
        header = to_base64url(json.dumps({"alg": algorithm, "kid": "x"}).encode())
        assert code_of(f"{header}.{payload}.{signature}") == "token_unreadable"
    assert code_of(f"{payload}.") == "token_unreadable"


def test_an_expired_token_is_refused_to_the_second(clock):
    token = token_for(hours=1)
    clock.advance(timedelta(minutes=59, seconds=59))
    documents.verify_token(token)
    clock.advance(timedelta(seconds=1))
    assert code_of(token) == "token_expired"


def test_a_token_without_end_stays_good(clock):
    token = documents.sign("pass", CLAIMS, None)
    clock.advance(timedelta(days=10_000))
    assert documents.verify_token(token).expires_at is None


def test_a_key_of_another_district_is_unknown(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOUWANG_SIGNING_KEY", base64.b64encode(b"k" * 32).decode())
    crypto.forget_keys()
    foreign = token_for()
    SigningKey.objects.all().delete()
    monkeypatch.delenv("SHOUWANG_SIGNING_KEY")
    crypto.forget_keys()
    assert code_of(foreign) == "token_key_unknown"


def test_after_a_change_of_keys_old_tokens_verify_until_the_old_key_is_withdrawn(monkeypatch):
    old = token_for()
    old_key = documents.verify_token(old).key_id
    monkeypatch.setenv("SHOUWANG_SIGNING_KEY", base64.b64encode(b"n" * 32).decode())
    crypto.forget_keys()
    try:
        new = token_for()
        assert documents.verify_token(old).claims == documents.verify_token(new).claims
        assert [key.key_id for key in documents.public_keys()][1:] == [old_key]
        documents.withdraw_key(old_key, journal.SYSTEM)
        assert code_of(old) == "token_key_withdrawn"
        assert old_key not in [key["kid"] for key in documents.public_key_set()["keys"]]
        documents.verify_token(new)
    finally:
        monkeypatch.delenv("SHOUWANG_SIGNING_KEY")
        crypto.forget_keys()


def test_a_token_falls_with_its_paper(monkeypatch):
    monkeypatch.setattr(vocabulary, "_kinds", {})
    template = Path(__file__).parent / "papers" / "notice.typ"
    kind = documents.DocumentKind("test-pass", Text("证", "Pass"), template, "TP", claims=("name",))
    data = {"issuer": "区", "name": "裴**", "period": "", "place": ""}
    paper = documents.issue(kind, data=data, thread="", actor=journal.SYSTEM)
    token = documents.sign("test-pass", {"number": paper.number}, None)
    assert documents.verify_token(token).number == paper.number
    documents.register_kinds(kind)
    documents.revoke(paper, reason="写错", actor=journal.SYSTEM)
    assert code_of(token) == "token_revoked"


def test_personal_numbers_are_never_signed():
    with pytest.raises(ValueError, match="phone"):
        documents.sign("pass", {"call": "13800000000"}, None)
    with pytest.raises(ValueError, match="too long"):
        documents.sign("pass", {"text": "长" * 1000}, None)


@pytest.mark.parametrize(
    "text", ["", "a.b.c", "....", "x" * 40_000, "<script>alert(1)</script>", "é.é.é", "a b.c d.e"]
)
def test_rubbish_is_unreadable_and_not_an_error(text):
    assert code_of(text) == "token_unreadable"


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_the_reader(one, other):
    with suppress(ValueError):
        take_apart(f"{one}.{other}.{one}")


def test_deep_nesting_does_not_break_the_reader():
    deep = to_base64url(b"[" * 1_400)
    assert code_of(f"{to_base64url(b'{}')}.{deep}.{to_base64url(b'x')}") == "token_unreadable"


@given(st.binary(max_size=200))
def test_base64url_has_one_way_to_write_each_value(value):
    assert from_base64url(to_base64url(value)) == value
