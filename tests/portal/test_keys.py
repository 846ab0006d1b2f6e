"""The public keys are there for every phone, and fit what was signed."""

from __future__ import annotations

import pytest

from shouwang.kernel.documents import api as documents


@pytest.mark.django_db
def test_anybody_gets_the_keys_that_verify_papers(client, clock):
    claims = documents.verify_token(documents.sign("pass", {"place": "x"}, None))
    answer = client.get("/verify/keys.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/jwk-set+json"
    assert claims.key_id in [key["kid"] for key in answer.json()["keys"]]
    assert {key["crv"] for key in answer.json()["keys"]} == {"Ed25519"}
    assert "d" not in answer.json()["keys"][0], "the private part never leaves"
