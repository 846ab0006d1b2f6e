"""A small territory: a district, two sub-districts, two communities, three courtyards, a checkpoint."""

from __future__ import annotations

import pytest

from shouwang.kernel.journal import api as journal
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import PlaceKind, PlaceRow

ROWS = [
    PlaceRow("410105", PlaceKind.DISTRICT, "金水区", "Jinshui District"),
    PlaceRow("410105001", PlaceKind.SUBDISTRICT, "经八路街道", "Jingba Road Sub-district", "410105"),
    PlaceRow("410105002", PlaceKind.SUBDISTRICT, "花园路街道", "Huayuan Road Sub-district", "410105"),
    PlaceRow("410105001001", PlaceKind.COMMUNITY, "福田社区", "Futian Community", "410105001"),
    PlaceRow("410105001002", PlaceKind.COMMUNITY, "白庙社区", "Baimiao Community", "410105001"),
    PlaceRow("C001", PlaceKind.COURTYARD, "澄木苑", "Chengmu Court", "410105001001", "PROPERTY_MANAGED"),
    PlaceRow("C002", PlaceKind.COURTYARD, "福田里", "Futian Lane", "410105001001", "LEGACY_BACKSTOP"),
    PlaceRow(
        "C003", PlaceKind.COURTYARD, "白庙新居", "Baimiao New Homes", "410105001002", "RELOCATION_STAFFED"
    ),
    PlaceRow(
        "S001", PlaceKind.SITE, "连霍高速卡点", "Lianhuo checkpoint", "410105", "CHECKPOINT", 113.7, 34.9
    ),
]


@pytest.fixture
def territory(db):
    places.load_places(ROWS, journal.SYSTEM)
    return {row.code: places.get(row.code) for row in ROWS}
