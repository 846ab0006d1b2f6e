"""Fixtures for the desk: the tiny territory, and somebody signed in for each duty."""

from __future__ import annotations

import pytest


@pytest.fixture
def town(db, clock):
    """A tiny territory in which every duty has an account."""
    from tests.desk import town as towns

    return towns.build()


@pytest.fixture
def page(town, settings):
    """Open pages as a duty: `page("community_worker", "C1").get("/work/")`."""
    from django.test import Client

    def signed_in(role: str, code: str, language: str = "zh-hans") -> Client:
        reader = Client()
        reader.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        reader.force_login(town.account(role, code))
        return reader

    return signed_in
