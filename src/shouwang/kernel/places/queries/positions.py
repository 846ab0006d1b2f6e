"""GCJ-02, the shifted coordinates of Chinese web maps, turned into the WGS-84 that the product keeps.

The shift is the published approximation that public converters share (Krasovsky 1940 ellipsoid, a polynomial
plus sines); outside mainland China's bounding box there is none. It has no closed inverse: the inverse is
found by iteration, to well under half a metre.
"""

from __future__ import annotations

import math

#: Krasovsky 1940: semi-major axis in metres, and first eccentricity squared.
SEMI_MAJOR = 6_378_245.0
ECCENTRICITY_2 = 0.00669342162296594323
#: Degrees at which the iteration stops; about 0.1 mm.
TOLERANCE = 1e-9


def gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """Return the WGS-84 (longitude, latitude) in degrees of a GCJ-02 position, to better than 0.5 m."""
    if not is_shifted(lon, lat):
        return lon, lat
    guess_lon, guess_lat = lon, lat
    for _ in range(30):
        shown_lon, shown_lat = wgs84_to_gcj02(guess_lon, guess_lat)
        off_lon, off_lat = lon - shown_lon, lat - shown_lat
        guess_lon, guess_lat = guess_lon + off_lon, guess_lat + off_lat
        if abs(off_lon) < TOLERANCE and abs(off_lat) < TOLERANCE:
            break
    return guess_lon, guess_lat


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Return the GCJ-02 (longitude, latitude) in degrees at which web maps show a WGS-84 position."""
    if not is_shifted(lon, lat):
        return lon, lat
    east, north = _shift_metres(lon - 105.0, lat - 35.0)
    phi = math.radians(lat)
    w2 = 1 - ECCENTRICITY_2 * math.sin(phi) ** 2
    meridian_radius = SEMI_MAJOR * (1 - ECCENTRICITY_2) / w2**1.5
    normal_radius = SEMI_MAJOR / math.sqrt(w2)
    return (
        lon + math.degrees(east / (normal_radius * math.cos(phi))),
        lat + math.degrees(north / meridian_radius),
    )


def is_shifted(lon: float, lat: float) -> bool:
    """Tell whether positions here are shifted at all: the box around mainland China of the approximation."""
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _shift_metres(x: float, y: float) -> tuple[float, float]:
    """Return the shift to the east and to the north in metres, `x` and `y` degrees from 105°E, 35°N."""
    root = math.sqrt(abs(x))
    common = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2 / 3 * (common + _waves(x, 20, 1, 40, 3) + _waves(x, 150, 12, 300, 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2 / 3 * (common + _waves(y, 20, 1, 40, 3) + _waves(y, 160, 12, 320, 30))
    return east, north


def _waves(at: float, first: float, first_length: float, second: float, second_length: float) -> float:
    return first * math.sin(at / first_length * math.pi) + second * math.sin(at / second_length * math.pi)
