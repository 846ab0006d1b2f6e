"""Fixtures for tests of duties."""

from __future__ import annotations

import pytest


@pytest.fixture
def land(db, clock):
    """A district without anybody on duty, at the fixed time."""
    from tests.kernel.duties import land as lands  # models can be imported only once settings stand

    return lands.make_land()
