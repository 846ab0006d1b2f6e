"""Every name that the district brings can be printed on a paper with our own fonts."""

from __future__ import annotations

from pathlib import Path

import pytest
from faker import Faker
from fontTools.ttLib import TTFont

from shouwang.districts.jinshui import cast, sources, staffing, territory

FONTS = Path(__file__).resolve().parents[2] / "src/shouwang/kernel/documents/fonts"


def names():
    yield from (f"{row.name_zh}{row.name_en}" for row in territory.place_rows())
    yield from (row["name_zh"] for row in sources.rows("units.csv"))
    yield from (member.name for member in cast.EVERYBODY)
    yield from (f"{name.zh}{name.en}" for name in staffing.POST_NAMES.values())
    faker = Faker("zh_CN")
    faker.seed_instance(1)
    yield from (faker.name() for _ in range(5_000))


@pytest.mark.parametrize("weight", ["Regular", "SemiBold"])
def test_no_name_of_the_district_lacks_a_glyph(weight):
    known = TTFont(FONTS / f"NotoSansSC-{weight}.ttf").getBestCmap()
    assert {letter for name in names() for letter in name if ord(letter) not in known} == set()
