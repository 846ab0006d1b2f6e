"""The small district: one fixture for every test that needs places, people on posts, and the cast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from shouwang.districts.jinshui.cast import District


@pytest.fixture
def district(db: None, clock: Any) -> District:
    """Two sub-districts, four communities, twelve courtyards, a checkpoint; rules, procedures, the cast.

    `district.person("guard")`, `district.answer("community-worker")`, `district.account("commander")`,
    `district.at("410105006001-01")`. Loaded by the services that load the real one.
    """
    from shouwang.districts.jinshui.cast import build_small_district

    return build_small_district()
