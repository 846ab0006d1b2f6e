"""Fixtures for tests of the kernel."""

from __future__ import annotations

import pytest


@pytest.fixture
def world(db, clock):  # noqa: ARG001 the world is made in the database, at the fixed time
    """A tiny territory with people on their posts."""
    from tests.kernel import world as worlds  # models can be imported only once settings stand

    return worlds.build()
