"""Fixtures: a checkpoint with its crew, and the rules and procedures that hold there."""

from __future__ import annotations

import pytest


@pytest.fixture
def world(db, clock):
    """A tiny territory with a checkpoint at work."""
    from tests.domains.gates import road

    return road.build()
