"""The district's places and units, from the files of `data/` into the kernel's registers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import shapely.geometry

from shouwang.districts.jinshui.sources import DISTRICT, outlines, rows
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places.api import Place, PlaceKind, PlaceRow

DISTRICT_NAMES = ("金水区", "Jinshui District")


def place_rows(only: Collection[str] | None = None) -> list[PlaceRow]:
    """Return the rows of all places, from the district down; `only` keeps the places with these codes."""
    kept = [
        _district(),
        *_subdistricts(),
        *_communities(),
        *_courtyards(),
        *_checkpoints(),
    ]
    return [row for row in kept if only is None or row.code in only]


def unit_rows(district: Place) -> list[parties.OrganisationRow]:
    """Return the rows of the district's units."""
    kind = parties.Organisation.Kind.DEPARTMENT
    return [
        parties.OrganisationRow(row["code"], kind, row["name_zh"], row["name_en"], district)
        for row in rows("units.csv")
    ]


def _district() -> PlaceRow:
    residents, households = _sums(len(DISTRICT))[DISTRICT]
    shape = outlines()[DISTRICT]
    middle = shapely.geometry.shape(shape).centroid
    return PlaceRow(
        DISTRICT,
        PlaceKind.DISTRICT,
        *DISTRICT_NAMES,
        longitude=round(middle.x, 5),
        latitude=round(middle.y, 5),
        outline=shape,
        household_count=households,
        resident_count=residents,
    )


def _subdistricts() -> list[PlaceRow]:
    sums = _sums(9)
    return [
        _area(row, PlaceKind.SUBDISTRICT, DISTRICT, *sums[row["code"]]) for row in rows("subdistricts.csv")
    ]


def _communities() -> list[PlaceRow]:
    return [
        _area(row, PlaceKind.COMMUNITY, row["code"][:9], int(row["residents"]), int(row["households"]))
        for row in rows("communities.csv")
    ]


def _area(row: dict[str, str], kind: str, parent: str, residents: int, households: int) -> PlaceRow:
    return PlaceRow(
        row["code"],
        kind,
        row["name_zh"],
        row["name_en"],
        parent_code=parent,
        longitude=float(row["longitude"]),
        latitude=float(row["latitude"]),
        outline=outlines()[row["code"]],
        household_count=households,
        resident_count=residents,
        is_synthetic=row["is_synthetic"] == "1",
    )


def _courtyards() -> list[PlaceRow]:
    return [
        PlaceRow(
            row["code"],
            PlaceKind.COURTYARD,
            row["name_zh"],
            row["name_en"],
            parent_code=row["code"].split("-")[0],
            subkind=row["kind"],
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            household_count=int(row["households"]),
            resident_count=int(row["residents"]),
            is_synthetic=True,
        )
        for row in rows("courtyards.csv")
    ]


def _checkpoints() -> list[PlaceRow]:
    return [
        PlaceRow(
            row["code"],
            PlaceKind.SITE,
            row["name_zh"],
            row["name_en"],
            parent_code=row["parent"],
            subkind="CHECKPOINT",
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            is_synthetic=True,
        )
        for row in rows("sites.csv")
    ]


def _sums(length: int) -> dict[str, tuple[int, int]]:
    """Return (residents, households) of the larger places, by the first `length` digits of the code."""
    people: defaultdict[str, int] = defaultdict(int)
    doors: defaultdict[str, int] = defaultdict(int)
    for row in rows("communities.csv"):
        people[row["code"][:length]] += int(row["residents"])
        doors[row["code"][:length]] += int(row["households"])
    return {code: (people[code], doors[code]) for code in people}
