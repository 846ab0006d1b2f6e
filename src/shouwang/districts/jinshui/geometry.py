"""Shapes: the district's real outline, and invented cells and points inside it.

The outline comes from a web map in GCJ-02 and is turned into WGS-84. Sub-districts and communities are
Voronoi cells of seeds that were spread out (Lloyd's method, a few rounds); courtyards are points spread out
in their community. Nothing inside the outline was surveyed. Everything is worked out in kilometres on a plane
and written in degrees, rounded to about a metre.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from shouwang.kernel.places import api as places

#: Kilometres per degree of latitude.
KM_PER_DEGREE = 111.2
#: Five decimals of a degree are about a metre.
GRID = 1e-5
#: What the eye cannot tell at the size of a screen (kilometres).
SCREEN_TOLERANCE = 0.03
Positions = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Plane:
    """A flat map in kilometres around one latitude; good to a part in a thousand over a district."""

    latitude: float

    @property
    def _scale(self) -> Positions:
        return np.array([KM_PER_DEGREE * np.cos(np.radians(self.latitude)), KM_PER_DEGREE])

    def to_km(self, geometry: BaseGeometry) -> Any:  # noqa: ANN401 the same kind of geometry comes back
        """Return the geometry in kilometres."""
        return shapely.transform(geometry, lambda degrees: degrees * self._scale)

    def to_degrees(self, geometry: BaseGeometry) -> Any:  # noqa: ANN401 the same kind of geometry comes back
        """Return the geometry in degrees, rounded to about a metre and valid."""
        degrees = shapely.transform(geometry, lambda km: km / self._scale)
        return shapely.set_precision(degrees, GRID)


def read_outline(path: Path) -> Polygon | MultiPolygon:
    """Return the outline of a GeoJSON file in GCJ-02, as WGS-84 degrees, simplified for screens."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    raw = shapely.union_all([shape(feature["geometry"]) for feature in collection["features"]])
    outline = shapely.transform(raw, _to_wgs84)
    plane = Plane(outline.centroid.y)
    simple: Polygon | MultiPolygon = plane.to_degrees(plane.to_km(outline).simplify(SCREEN_TOLERANCE))
    return simple


def cells(seeds: Positions, within: BaseGeometry) -> list[BaseGeometry]:
    """Return the part of `within` that is nearest to each seed (kilometres), in the order of the seeds."""
    if len(seeds) == 1:
        return [within]
    around = shapely.voronoi_polygons(
        shapely.MultiPoint(seeds), extend_to=within.envelope.buffer(1), ordered=True
    )
    return [shapely.intersection(cell, within) for cell in around.geoms]


def spread(seeds: Positions, within: BaseGeometry, rounds: int, pull: float = 1.0) -> Positions:
    """Return the seeds moved `rounds` times by `pull` of the way to the middle of their cell."""
    for _ in range(rounds):
        middles = np.array([_middle(cell) for cell in cells(seeds, within)])
        seeds = seeds + (middles - seeds) * pull
    return seeds


def scatter(count: int, within: BaseGeometry, rng: np.random.Generator, rounds: int) -> Positions:
    """Return `count` points inside `within`, at random and then spread out."""
    found: list[Positions] = []
    west, south, east, north = within.bounds
    while len(found) < count:
        tries = rng.uniform((west, south), (east, north), size=(count * 4, 2))
        found += list(tries[shapely.contains_xy(within, tries[:, 0], tries[:, 1])])
    return spread(np.array(found[:count]), within, rounds)


def border_points(outline: BaseGeometry, count: int, inside_km: float) -> Positions:
    """Return `count` points evenly along the outline, from the north-west clockwise, inside it."""
    ring = max(shapely.get_parts(outline.buffer(-inside_km)), key=lambda part: part.area).exterior
    west, _, _, north = outline.bounds
    start = ring.project(Point(west, north))
    clockwise = -1 if ring.is_ccw else 1
    steps = [(start + clockwise * ring.length * number / count) % ring.length for number in range(count)]
    return np.array([ring.interpolate(step).coords[0] for step in steps])


def as_geojson(geometry: BaseGeometry, *, is_synthetic: bool) -> dict[str, Any]:
    """Return a GeoJSON geometry; the foreign member `is_synthetic` marks an invented shape."""
    content: dict[str, Any] = json.loads(json.dumps(mapping(geometry)))
    return {**_rounded(content), "is_synthetic": is_synthetic}


def position(geometry: BaseGeometry) -> tuple[float, float]:
    """Return a point inside the geometry (degrees) at which its name can stand."""
    point = geometry.centroid if geometry.contains(geometry.centroid) else geometry.representative_point()
    return round(point.x, 5), round(point.y, 5)


def _middle(cell: BaseGeometry) -> Sequence[float]:
    point = cell.centroid if cell.contains(cell.centroid) else cell.representative_point()
    return (point.x, point.y)


def _to_wgs84(positions: Positions) -> Positions:
    return np.array([places.gcj02_to_wgs84(longitude, latitude) for longitude, latitude in positions])


def _rounded(value: Any) -> Any:  # noqa: ANN401 whatever stands in the geometry
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return value
