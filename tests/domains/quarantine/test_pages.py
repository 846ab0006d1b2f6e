"""Pages and doors: the resident's through their link, the team's by duty, and nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties


@pytest.fixture
def link(stay):
    token = parties.issue_personal_link(stay.case.person, 60, journal.SYSTEM)
    return f"/p/{token}/"


@pytest.fixture
def sign_in():
    def door(person):
        account = parties.create_account(username=f"user{person.pk}", person=person, password=None, actor=journal.SYSTEM)
        client = Client()
        client.force_login(account)
        return client

    return door


def test_resident_page(stay, link, client):
    page = client.get(link).content.decode()
    assert "第 1 天" in page
    assert "对我负责的" in page
