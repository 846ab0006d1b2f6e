"""Looking up a paper by its number, without an account."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouwang.kernel.documents import api as documents
from shouwang.kernel.journal import api as journal
from shouwang.portal.queries.codes import token_in
from shouwang.util.text import Text

pytestmark = pytest.mark.django_db
TEMPLATE = Path(__file__).parents[1] / "kernel" / "documents" / "papers" / "notice.typ"
KIND = documents.DocumentKind("looked-up", Text("通知单", "Notice"), TEMPLATE, "LU", claims=("name",))
documents.register_kinds(KIND)
TOKEN = "eyJhbGciOiJFZERTQSJ9.eyJuIjoxfQ.c2lnbmF0dXJlX29mX2Vub3VnaF9sZW5ndGg"


def ask(client, number: str, **headers):
    return client.get("/verify/", {"number": number}, headers=headers)


def test_the_page_asks_for_a_number(client):
    page = client.get("/verify/")
    assert page.status_code == 200
    assert "文书编号" in page.text
    assert 'id="found"' not in page.text


def test_a_number_that_nobody_issued(client):
    page = ask(client, "JC-2020-999999")
    assert "没有这个编号" in page.text
    assert 'value="JC-2020-999999"' in page.text
    assert "There is no such number" in ask(client, "JC-2020-999999", **{"accept-language": "en"}).text


@pytest.mark.parametrize("typed", ["", "x" * 40_000, "<script>alert(1)</script>", "\x00"])
def test_bad_input_is_answered_in_words(client, typed):
    page = ask(client, typed)
    assert page.status_code in {200, 422}
    assert "<script>alert" not in page.text


def test_an_issued_paper_is_found_and_a_revoked_one_is_said_to_be(client, clock, paper):
    page = ask(client, f" {paper.number.lower()} ").text
    assert "有这份文书" in page
    assert paper.number in page
    documents.revoke(paper, actor=journal.SYSTEM, reason="写错了")
    assert "已撤销，不能用" in ask(client, paper.number).text


def test_a_pasted_address_leads_to_its_page(client):
    address = f"https://shouwang.example/verify/{TOKEN}/"
    assert ask(client, address).headers["Location"] == f"/verify/{TOKEN}/"
    assert token_in(TOKEN) == TOKEN
    assert token_in("JC-2020-000123") == ""


@pytest.fixture
def paper(clock):
    data = {"issuer": "区", "name": "裴**", "period": "", "place": ""}
    return documents.issue(KIND, data=data, thread="", actor=journal.SYSTEM)
