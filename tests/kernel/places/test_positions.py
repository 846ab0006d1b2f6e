"""GCJ-02 to WGS-84."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.places.api import gcj02_to_wgs84, wgs84_to_gcj02

#: Pairs that the public converters' own tests share: latitude, longitude in WGS-84, then in GCJ-02.
PUBLISHED = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]
CHINA = {"lon": st.floats(74, 134), "lat": st.floats(18, 53)}


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    east = math.radians(other_lon - lon) * math.cos(math.radians(lat)) * 6_371_000
    return math.hypot(east, math.radians(other_lat - lat) * 6_371_000)


@pytest.mark.parametrize(("lat", "lon", "shown_lat", "shown_lon"), PUBLISHED)
def test_the_shift_agrees_with_published_pairs(lat, lon, shown_lat, shown_lon):
    assert metres(*wgs84_to_gcj02(lon, lat), shown_lon, shown_lat) < 0.01
    assert metres(*gcj02_to_wgs84(shown_lon, shown_lat), lon, lat) < 0.01


@given(**CHINA)
def test_there_and_back_is_the_same_place(lon, lat):
    assert metres(*gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat)), lon, lat) < 0.5


@given(**CHINA)
def test_the_shift_is_some_hundred_metres(lon, lat):
    assert 20 < metres(*wgs84_to_gcj02(lon, lat), lon, lat) < 1_500


@pytest.mark.parametrize(("lon", "lat"), [(2.35, 48.86), (-74.0, 40.7), (151.2, -33.9)])
def test_outside_china_nothing_is_shifted(lon, lat):
    assert gcj02_to_wgs84(lon, lat) == wgs84_to_gcj02(lon, lat) == (lon, lat)
