"""The tree of places: what lies below, above and within."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.journal import api as journal
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util.problems import NotFoundOrNotYours


def codes(found) -> list[str]:
    return [place.code for place in found]


def test_paths_hold_the_codes_from_the_district_down(territory):
    assert territory["410105"].path == "/410105/"
    assert territory["C001"].path == "/410105/410105001/410105001001/C001/"


def test_subtree_is_the_place_and_all_below_in_one_query(territory, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = codes(places.subtree(territory["410105001"]))
    assert found == ["410105001", "410105001001", "C001", "C002", "410105001002", "C003"]
    assert codes(places.subtree(territory["410105"], PlaceKind.COURTYARD)) == ["C001", "C002", "C003"]


def test_a_code_that_begins_like_another_is_not_below_it(territory):
    places.create_place(
        kind=PlaceKind.SUBDISTRICT,
        code="4101050010",
        name_zh="另一街道",
        name_en="Another",
        parent=territory["410105"],
        actor=journal.SYSTEM,
    )
    assert "4101050010" not in codes(places.subtree(territory["410105001"]))


def test_ancestors_are_root_first_in_one_query(territory, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert codes(places.ancestors(territory["C001"])) == ["410105", "410105001", "410105001001"]
    assert places.ancestors(territory["410105"]) == []


def test_the_ancestor_of_a_kind_may_be_the_place_itself(territory):
    assert places.ancestor(territory["C001"], PlaceKind.COMMUNITY) == territory["410105001001"]
    assert places.ancestor(territory["C001"], PlaceKind.COURTYARD) == territory["C001"]
    assert places.ancestor(territory["S001"], PlaceKind.COMMUNITY) is None


def test_contains_is_true_for_the_place_itself(territory):
    district, courtyard = territory["410105"], territory["C001"]
    assert places.contains(district, courtyard)
    assert places.contains(courtyard, courtyard)
    assert not places.contains(courtyard, district)
    assert not places.contains(territory["410105002"], courtyard)


def test_within_matches_the_paths_and_what_is_below(territory):
    paths = [territory["410105001001"].path, territory["C001"].path, territory["410105002"].path]
    found = Place.objects.filter(places.within(paths)).order_by("path")
    assert codes(found) == ["410105001001", "C001", "C002", "410105002"]


def test_within_nothing_matches_nothing(territory):
    assert not Place.objects.filter(places.within([])).exists()
    assert not Place.objects.filter(places.within([]) | places.within([])).exists()


def test_within_works_through_relations(territory):
    below = Place.objects.filter(places.within([territory["410105001"].path], field="parent__path"))
    assert codes(below.order_by("code")) == ["410105001001", "410105001002", "C001", "C002", "C003"]


@given(st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=6))
def test_paths_above_are_the_true_prefixes(segments):
    path = f"/{'/'.join(segments)}/"
    above = places.paths_above(path)
    assert len(above) == len(segments) - 1
    assert all(path.startswith(one) and one != path and one.endswith("/") for one in above)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("福田", ["410105001001", "C002"]),
        ("futian", ["410105001001", "C002"]),
        ("白庙", ["410105001002", "C003"]),
        ("庙新", ["C003"]),
        ("C00", ["C001", "C002", "C003"]),
        ("", []),
        ("  ", []),
        ("%", []),
        ("_", []),
    ],
)
def test_search_by_part_of_a_name_or_beginning_of_a_code(territory, text, found):
    assert codes(places.search(text, [territory["410105"].path])) == found


def test_search_stays_within_reach_and_limit(territory):
    assert codes(places.search("福田", [territory["C002"].path])) == ["C002"]
    assert places.search("福田", []) == []
    assert len(places.search("C00", [territory["410105"].path], limit=2)) == 2


def test_missing_places_are_one_same_answer(territory):
    with pytest.raises(NotFoundOrNotYours):
        places.get("nowhere")
    with pytest.raises(NotFoundOrNotYours):
        places.by_id(0)
    assert places.by_id(territory["C001"].pk) == territory["C001"]
