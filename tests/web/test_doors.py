"""The two answers given before Django: is this process ready, and what has changed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from django.db import OperationalError, transaction
from django.test import override_settings

from shouwang.kernel.notices import api as notices
from shouwang.web import health, live


def ask(address: str):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status, dict(answer.headers), json.loads(answer.read())


def test_healthz_says_ready_with_200(served):
    status, headers, body = ask(f"{served}/healthz")
    assert status == 200
    assert body["status"] == "ready"
    assert headers["Cache-Control"] == "no-store"


def test_healthz_says_why_not_with_503_and_gives_nothing_away(served, monkeypatch):
    def gone(*_):
        raise OperationalError("connection to server at 10.0.0.7 failed: password authentication")

    monkeypatch.setattr(health, "_unapplied_migrations", gone)
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(f"{served}/healthz")
    assert refused.value.code == 503
    assert json.loads(refused.value.read()) == {
        "status": "unready",
        "reason": "database unreachable",
        "version": health.__version__,
    }


def test_healthz_answers_also_for_a_host_that_pages_are_not_served_under(served):
    with override_settings(ALLOWED_HOSTS=["elsewhere.example"]):
        assert ask(f"{served}/healthz")[0] == 200


@pytest.mark.django_db(transaction=True)
def test_unapplied_migrations_are_counted(monkeypatch):
    monkeypatch.setattr(health, "_all_applied", False)
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda *_: [("one", False), ("two", False)]
    )
    found = health.check()
    assert not found.is_ready
    assert found.reason == "2 migrations not applied"


def test_a_touch_in_a_transaction_reaches_the_pages_that_ask(served):
    question = f"{served}/live/stamps?topics=board,case:7"
    before = ask(question)[2]
    with transaction.atomic():
        notices.touch("board")
        assert ask(question)[2] == before
    for _ in range(200):
        after = ask(question)[2]
        if after != before:
            break
    assert after["board"] != before["board"]
    assert after["case:7"] == before["case:7"]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?topics=",
        "?topics=,,,",
        "?since=x&topics=board",
        "?topics=board&since=" + "9" * 400,
        "?topics=%00%ff",
    ],
)
def test_a_strange_question_for_stamps_is_answered_all_the_same(served, question):
    assert ask(f"{served}/live/stamps{question}")[0] == 200


def test_stamps_of_one_question_are_limited(served):
    topics = ",".join(f"case:{number}" for number in range(500))
    assert len(ask(f"{served}/live/stamps?topics={topics}")[2]) == live.MAX_TOPICS
