"""Fixtures: a tiny territory with quarantine's rules and procedures in force, and somebody at home in it."""

from __future__ import annotations

import pytest


@pytest.fixture
def world(db, clock):
    """A tiny territory in which the procedures of quarantine are in force."""
    from tests.domains.quarantine import stay

    return stay.build_world()


@pytest.fixture
def stay(world, clock):
    """Somebody from another province whose order was opened today at 10:00."""
    from tests.domains.quarantine import stay

    return stay.begin(world, clock)
