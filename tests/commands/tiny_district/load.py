"""Filling in the tiny district."""

from __future__ import annotations

from collections.abc import Callable

from shouwang.kernel.journal import api as journal
from shouwang.kernel.places import api as places


def load_demo(report: Callable[[str], None]) -> None:
    """Make the district."""
    row = places.PlaceRow(kind=places.PlaceKind.DISTRICT, code="410105", name_zh="金水区", name_en="Jinshui")
    places.load_places([row], journal.SYSTEM)
    report("金水区")
