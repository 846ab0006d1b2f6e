"""The files of the district: right counts and sums, sound shapes, and the same ones every time."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
import shapely
from shapely.geometry import Point, shape

from shouwang.districts.jinshui import geometry, make, naming, population, sources, territory
from shouwang.kernel.places.api import PlaceKind

ROWS = territory.place_rows()
BY_CODE = {row.code: row for row in ROWS}


def of(kind):
    return [row for row in ROWS if row.kind == kind]


def shape_of(code):
    return shape(sources.outlines()[code])


def test_there_is_what_the_article_counts():
    counts = Counter(row.kind for row in ROWS)
    assert counts == {"DISTRICT": 1, "SUBDISTRICT": 17, "COMMUNITY": 214, "COURTYARD": 1892, "SITE": 9}
    assert len(sources.rows("units.csv")) == 75
    assert len({row["name_zh"] for row in sources.rows("units.csv")}) == 75


def test_real_and_invented_places_are_told_apart():
    communities = of(PlaceKind.COMMUNITY)
    official = {row["code"] for row in sources.rows("sources/communities_2020.csv")}
    assert len(official) == 207
    assert {row.code for row in communities if not row.is_synthetic} == official
    assert sum(row.is_synthetic for row in communities) == 7
    assert all(row.is_synthetic for row in ROWS if row.kind in {PlaceKind.COURTYARD, PlaceKind.SITE})
    shapes = sources.outlines()
    assert [code for code, drawn in shapes.items() if not drawn["is_synthetic"]] == ["410105"]


def test_the_communities_that_the_article_names_are_as_it_says():
    futian, baimiao = BY_CODE["410105007005"], BY_CODE["410105010007"]
    assert (futian.name_zh, futian.household_count, futian.resident_count) == ("富田社区", 3251, 9300)
    assert (baimiao.name_zh, baimiao.resident_count) == ("白庙社区", 2800)


@pytest.mark.parametrize("field", ["resident_count", "household_count"])
def test_people_and_households_sum_up_at_every_level(field):
    total = {"resident_count": 1_333_000, "household_count": 392_059}[field]
    for kind in (PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.COURTYARD):
        assert sum(getattr(row, field) for row in of(kind)) == total
    sums = Counter()
    for row in of(PlaceKind.COURTYARD):
        sums[row.parent_code] += getattr(row, field)
    assert {code: getattr(BY_CODE[code], field) for code in sums} == sums
    assert getattr(BY_CODE["410105"], field) == total


def test_courtyards_follow_the_people_and_the_given_kinds():
    courtyards = of(PlaceKind.COURTYARD)
    shares = sources.parameters()["courtyard_kinds"]["value"]
    for kind, share in shares.items():
        assert sum(row.subkind == kind for row in courtyards) == pytest.approx(share * 1892, abs=1)
    per_community = Counter(row.parent_code for row in courtyards)
    for community in of(PlaceKind.COMMUNITY):
        expected = community.resident_count / 1_333_000 * 1892
        assert per_community[community.code] == pytest.approx(expected, abs=2.5)
    assert all(row.resident_count >= row.household_count >= 20 for row in courtyards)


def test_shapes_are_valid_and_the_cells_cover_what_they_divide():
    district = shape_of("410105")
    subdistricts = {row.code: shape_of(row.code) for row in of(PlaceKind.SUBDISTRICT)}
    assert all(drawn.is_valid for drawn in [district, *subdistricts.values()])
    _covers(district, list(subdistricts.values()))
    for code, whole in subdistricts.items():
        cells = [shape_of(row.code) for row in of(PlaceKind.COMMUNITY) if row.parent_code == code]
        assert all(cell.is_valid for cell in cells)
        _covers(whole, cells)


def _covers(whole, parts):
    """Hold `parts` to be `whole`, but for the rounding of corners to a metre."""
    joined = shapely.union_all(parts)
    assert whole.symmetric_difference(joined).area < whole.area * 0.002
    assert sum(part.area for part in parts) == pytest.approx(joined.area, rel=0.002)


def test_points_stand_inside_their_places():
    near = 0.00002
    for row in ROWS:
        if row.kind == PlaceKind.DISTRICT:
            continue
        has_shape = row.kind in {PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY}
        within = shape_of(row.code if has_shape else row.parent_code)
        assert within.buffer(near).contains(Point(row.longitude, row.latitude)), row.code


def test_areas_are_plausible():
    plane = geometry.Plane(34.8)
    areas = {row.code: plane.to_km(shape_of(row.code)).area for row in of(PlaceKind.SUBDISTRICT)}
    assert sum(areas.values()) == pytest.approx(241, abs=3)
    assert all(2 < area < 45 for area in areas.values())
    communities = [plane.to_km(shape_of(row.code)).area for row in of(PlaceKind.COMMUNITY)]
    assert min(communities) > 0.1


def test_the_outline_was_converted_from_the_shifted_coordinates_of_the_map():
    raw = json.loads((sources.DATA / "sources/boundary_gcj02.geojson").read_text(encoding="utf-8"))
    shifted = shape(raw["features"][0]["geometry"]).centroid
    ours = shape_of("410105").centroid
    # the shift at Zhengzhou is about 500 m to the east-south-east
    assert 0.004 < shifted.x - ours.x < 0.008
    assert abs(shifted.y - ours.y) < 0.004


def test_the_files_are_made_anew_byte_for_byte(tmp_path):
    make.make(tmp_path)
    for made in sorted(tmp_path.iterdir()):
        assert made.read_bytes() == (sources.DATA / made.name).read_bytes(), made.name


def test_names_are_short_bilingual_and_never_doubled_below_one_parent():
    assert len({(row.parent_code, row.name_zh) for row in ROWS}) == len(ROWS)
    courtyards = of(PlaceKind.COURTYARD)
    assert len({row.name_zh for row in courtyards}) == len(courtyards)
    for row in ROWS:
        assert re.fullmatch(r"[\u4e00-\u9fff0-9（）]{2,16}", row.name_zh), row.name_zh
        assert re.fullmatch(r"[A-Za-zü'0-9.() -]+", row.name_en), row.name_en
    assert not [row.name_zh for row in ROWS if re.search("居委会|委员会|办事处", row.name_zh)]


@pytest.mark.parametrize(
    ("official", "subdistrict", "expected"),
    [
        ("体育社区居民居委会", "经八路街道", ("体育社区", "Tiyu Community")),
        ("东风路白庙社区居民委员会", "东风路街道", ("白庙社区", "Baimiao Community")),
        ("绿财社区居委会", "东风路街道", ("绿财社区", "Lücai Community")),
        ("人民路社区居民委员会", "人民路街道", ("人民路社区", "Renminlu Community")),
        ("杜岭中街社区居民委员会", "杜岭街道", ("杜岭中街社区", "Dulingzhongjie Community")),
        (
            "东风路科技市场拟社区居民委员会",
            "东风路街道",
            ("科技市场社区（筹）", "Kejishichang Community (planned)"),
        ),
        ("小金庄村委会", "兴达路街道", ("小金庄村", "Xiaojinzhuang Village")),
        ("张家村村委会", "丰庆路街道", ("张家村", "Zhangjia Village")),
        ("河村村委会", "杨金路街道", ("河村", "Hecun Village")),
        ("关虎屯村民委员会", "文化路街道", ("关虎屯村", "Guanhutun Village")),
        ("丰二社区居民委员会", "南阳新村街道", ("丰二社区", "Feng'er Community")),
    ],
)
def test_official_names_are_made_short(official, subdistrict, expected):
    assert naming.community_names(official, subdistrict) == expected


def test_shares_are_whole_and_exact():
    assert population.apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert population.apportion(7, [0.5, 0.3, 0.2], minimum=1) == [3, 2, 2]
    with pytest.raises(ValueError, match="cannot be shared"):
        population.apportion(2, [1, 1, 1], minimum=1)
