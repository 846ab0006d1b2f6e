"""Fixtures for the handbook: readers of the small district, and a changed limit in force."""

from __future__ import annotations

import pytest


@pytest.fixture
def read(district, settings):
    """Open pages as one of the cast: `read("guard", "en").get("/guide/")`."""
    from django.test import Client

    def signed_in(username: str, language: str = "zh-hans") -> Client:
        reader = Client()
        reader.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        reader.force_login(district.account(username))
        return reader

    return signed_in


@pytest.fixture
def change(district):
    """Publish a procedure with some words of its file replaced, in force from today."""
    from tests.domains.handbook.issue import changed

    return changed
