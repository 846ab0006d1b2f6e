"""A small map of a place and what lies directly in it, as shapes for an SVG. Positions are WGS-84 degrees."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place

WIDTH = 320.0
MARGIN = 8.0
#: A map higher than this many times its width is of no use on a page.
MOST_HEIGHT = 1.1 * WIDTH
POINTS_SHOWN = 400

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    """One area: the path data of its rings, where its name stands, and the place behind it."""

    path: str
    place: Place
    is_self: bool
    x: float
    y: float


@dataclass(frozen=True)
class Dot:
    """One place without an outline."""

    x: float
    y: float
    place: Place
    is_self: bool


@dataclass(frozen=True)
class MapView:
    """Shapes and dots in a drawing of `WIDTH` times `height` units."""

    width: float
    height: float
    shapes: list[Shape]
    dots: list[Dot]
    is_synthetic: bool


def map_view(place: Place, children: Sequence[Place]) -> MapView | None:
    """Return the map of a place with its children; within the outline above it when it has none itself.

    None when there is nothing to draw.
    """
    frame = place if place.outline else _framed(place)
    areas = [one for one in dict.fromkeys([frame, *children]) if one is not None and one.outline]
    points = [
        one for one in [place, *children[:POINTS_SHOWN]] if not one.outline and one.longitude is not None
    ]
    project = _projection(areas, points)
    if project is None or not areas:
        return None
    scale, height = project
    return MapView(
        width=WIDTH,
        height=round(height, 1),
        shapes=[_shape(one, scale, place) for one in areas],
        dots=[_dot(one, scale, place) for one in points],
        is_synthetic=any(one.is_synthetic for one in [*areas, *points]),
    )


def _framed(place: Place) -> Place | None:
    return next((above for above in reversed(places.ancestors(place)) if above.outline), None)


def rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    """Yield the rings of a GeoJSON Polygon or MultiPolygon as (longitude, latitude)."""
    coordinates = geometry.get("coordinates", [])
    polygons = coordinates if geometry.get("type") == "MultiPolygon" else [coordinates]
    for polygon in polygons:
        for ring in polygon:
            yield [(float(point[0]), float(point[1])) for point in ring]


class _Scale:
    """Degrees to drawing units: north up, east right, one scale for both at the latitude shown."""

    def __init__(self, west: float, north: float, stretch: float, unit: float, offset: float) -> None:
        self._west, self._north = west, north
        self._stretch, self._unit, self._offset = stretch, unit, offset

    def __call__(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = self._offset + (longitude - self._west) * self._stretch * self._unit
        y = MARGIN + (self._north - latitude) * self._unit
        return round(x, 1), round(y, 1)


def _projection(areas: Iterable[Place], points: Iterable[Place]) -> tuple[_Scale, float] | None:
    every = [point for area in areas for ring in rings(area.outline or {}) for point in ring]
    every += [(point.longitude or 0.0, point.latitude or 0.0) for point in points]
    if len(every) < 2:
        return None
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    stretch = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * stretch, 1e-6), max(north - south, 1e-6)
    unit = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / high)
    offset = (WIDTH - wide * unit) / 2
    return _Scale(west, north, stretch, unit, offset), high * unit + 2 * MARGIN


def _path(place: Place, scale: _Scale) -> str:
    parts = []
    for ring in rings(place.outline or {}):
        points = [scale(x, y) for x, y in ring]
        kept = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
        parts.append("M" + "L".join(f"{x} {y}" for x, y in kept) + "Z")
    return "".join(parts)


def _shape(one: Place, scale: _Scale, place: Place) -> Shape:
    """Return an area named at its own position, or in the middle of its extent where it has none."""
    points = [point for ring in rings(one.outline or {}) for point in ring]
    longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
    middle = (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2
    has_position = one.longitude is not None and one.latitude is not None
    x, y = scale(one.longitude or 0.0, one.latitude or 0.0) if has_position else scale(*middle)
    return Shape(_path(one, scale), one, one.pk == place.pk, x, y)


def _dot(one: Place, scale: _Scale, place: Place) -> Dot:
    x, y = scale(one.longitude or 0.0, one.latitude or 0.0)
    return Dot(x, y, one, one.pk == place.pk)
