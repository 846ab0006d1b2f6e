"""Making, loading and closing places."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind, PlaceRow
from shouwang.util.problems import Problem
from shouwang.util.text import Text
from tests.kernel.places.conftest import ROWS


def refused(rows):
    with pytest.raises(Problem) as caught:
        places.load_places(rows, journal.SYSTEM)
    return caught.value


def created(parent, code="C900", kind=PlaceKind.COURTYARD, **more):
    return places.create_place(
        kind=kind, code=code, name_zh="新院", name_en="New", parent=parent, actor=journal.SYSTEM, **more
    )


@pytest.mark.django_db
def test_rows_may_come_in_any_order():
    rows = list(ROWS)
    random.Random(7).shuffle(rows)
    assert places.load_places(rows, journal.SYSTEM) == len(ROWS)
    assert places.get("C003").path == "/410105/410105001/410105001002/C003/"


def test_loading_again_changes_nothing_and_updates_what_differs(territory):
    before = list(Place.objects.order_by("pk").values())
    places.load_places(ROWS, journal.SYSTEM)
    assert list(Place.objects.order_by("pk").values()) == before
    rows = [
        replace(row, household_count=3251, resident_count=9300) if row.code == "410105001001" else row
        for row in ROWS
    ]
    places.load_places(rows, journal.SYSTEM)
    futian = places.get("410105001001")
    assert (futian.household_count, futian.resident_count) == (3251, 9300)
    assert futian.pk == territory["410105001001"].pk
    assert Place.objects.count() == len(ROWS)


def test_some_rows_can_be_added_below_known_places(territory):
    places.load_places([PlaceRow("B1", PlaceKind.BUILDING, "1 号楼", "Building 1", "C001")], journal.SYSTEM)
    assert places.get("B1").path == territory["C001"].path + "B1/"


def test_loading_is_journaled_once_with_its_count(territory):
    entry = journal.entries(verbs=["places.loaded"])[0]
    assert journal.describe(entry) == Text("载入地点 9 个", "Loaded 9 places")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (PlaceRow("C1", PlaceKind.COURTYARD, "院", "Yard", "nowhere"), "place_parent_missing"),
        (PlaceRow("C1", PlaceKind.COURTYARD, "院", "Yard", "C1"), "place_parent_missing"),
        (PlaceRow("C1", PlaceKind.COURTYARD, "院", "Yard"), "place_level_misfit"),
        (PlaceRow("X1", PlaceKind.SUBDISTRICT, "街道", "Street", "C001"), "place_level_misfit"),
        (PlaceRow("X1", PlaceKind.COURTYARD, "院", "Yard", "S001"), "place_level_misfit"),
        (PlaceRow("C/1", PlaceKind.COURTYARD, "院", "Yard", "410105"), "place_code_malformed"),
        (PlaceRow("C%", PlaceKind.COURTYARD, "院", "Yard", "410105"), "place_code_malformed"),
        (PlaceRow("", PlaceKind.COURTYARD, "院", "Yard", "410105"), "place_code_malformed"),
        (PlaceRow("9" * 41, PlaceKind.COURTYARD, "院", "Yard", "410105"), "place_code_malformed"),
        (PlaceRow("C1", "PALACE", "宫", "Palace", "410105"), "place_kind_unknown"),
        (PlaceRow("C001", PlaceKind.COURTYARD, "院", "Yard", "410105001002"), "place_moved"),
        (PlaceRow("C001", PlaceKind.GRID, "格", "Grid", "410105001001"), "place_moved"),
    ],
)
def test_a_row_that_cannot_be_loads_nothing(territory, row, code):
    good = PlaceRow("C500", PlaceKind.COURTYARD, "好院", "Good", "410105001001")
    assert refused([good, row]).code == code
    assert not Place.objects.filter(code="C500").exists()


def test_a_code_that_stands_twice_is_named(territory):
    row = PlaceRow("C7", PlaceKind.COURTYARD, "院", "Yard", "410105")
    assert "C7" in refused([row, row]).what.en


def test_one_place_is_made_and_journaled(territory):
    place = created(territory["410105001001"], longitude=113.68, latitude=34.79, outline={"type": "Point"})
    assert place.path == territory["410105001001"].path + "C900/"
    entry = journal.entries(subject=journal.Ref("place", "C900"))[0]
    assert entry.place_path == place.path
    assert journal.describe(entry).zh == "新建地点：新院"


def test_a_taken_code_is_refused(territory):
    with pytest.raises(Problem) as caught:
        created(territory["410105001002"], code="C001")
    assert caught.value.code == "place_code_taken"
    assert places.get("C001") == territory["C001"]


def test_a_closed_place_leaves_the_tree_but_can_be_looked_up(territory, clock):
    closed = places.close_place(territory["C001"], actor=journal.SYSTEM)
    assert closed.closed_at == clock.now()
    assert places.close_place(territory["C001"], actor=journal.SYSTEM) == closed
    assert "C001" not in [place.code for place in places.subtree(territory["410105"])]
    assert places.search("澄木苑", [territory["410105"].path]) == []
    assert places.get("C001").closed_at
    assert len(journal.entries(verbs=["place.closed"])) == 1


def test_a_place_with_open_ones_below_stays_open(territory):
    with pytest.raises(Problem) as caught:
        places.close_place(territory["410105001001"], actor=journal.SYSTEM)
    assert "还开着" in caught.value.what.zh


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "410105/X/"},
        {"longitude": 200.0, "latitude": 34.0},
        {"longitude": 113.0},
        {"kind": "GRID", "parent": None},
        {"code": "C001"},
    ],
)
def test_the_database_holds_the_form_of_places(territory, wrong):
    fields = {"kind": "COURTYARD", "code": "X", "path": "/410105/X/", "parent": territory["410105"]} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(name_zh="x", name_en="x", **fields)
