"""Fixtures for tests of the kernel."""

from __future__ import annotations

import pytest


@pytest.fixture
def world(db, clock):
    """A tiny territory with people on their posts."""
    from tests.kernel import world as worlds  # models can be imported only once settings stand

    return worlds.build()
