"""Verbs of these tests."""

from __future__ import annotations

import pytest

from shouwang.kernel.journal import api as journal
from shouwang.kernel.journal.models import vocabulary
from shouwang.util.text import Text

OPENED = journal.Verb(
    "test.opened",
    Text("在{place}开了 {count} 件", "Opened {count} at {place}"),
    link=lambda entry: f"/case/{entry.subject_key}/",
    personal=("before", "after"),
)


@pytest.fixture(autouse=True)
def own_words(monkeypatch):
    """Give each test a vocabulary and subscriptions that end with it."""
    monkeypatch.setattr(vocabulary, "_verbs", dict(vocabulary._verbs))
    monkeypatch.setattr(vocabulary, "_subscribers", type(vocabulary._subscribers)(list))
    journal.register_verbs(OPENED)
