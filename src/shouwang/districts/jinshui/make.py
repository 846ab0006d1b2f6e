"""Makes the files of the district's territory from its sources: once, the results are kept in `data/`.

    .venv/bin/python tools/jinshui.py

The same sources give the same files, byte for byte (a test holds it to that): the lot is drawn with a fixed
seed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from shouwang.districts.jinshui import geometry as shapes
from shouwang.districts.jinshui import naming, population
from shouwang.districts.jinshui.sources import DATA, DISTRICT, parameters
from shouwang.districts.jinshui.sources import rows as rows_of

SEED = 20200318
#: Sub-districts of the old town, where old courtyards without a property firm are common.
INNER = {f"{DISTRICT}{number:03d}" for number in range(1, 10)}
#: Checkpoints stand this far inside the border (kilometres).
CHECKPOINT_INSIDE_KM = 0.35


@dataclass(frozen=True)
class Area:
    """A sub-district or community: names, and its shape in kilometres."""

    code: str
    name_zh: str
    name_en: str
    shape: BaseGeometry
    is_synthetic: bool = False
    is_village: bool = False


def make(folder: Path) -> None:
    """Write subdistricts.csv, communities.csv, courtyards.csv, sites.csv and outlines.json into `folder`."""
    rng = np.random.default_rng(SEED)
    given = parameters()
    outline = shapes.read_outline(DATA / "sources" / "boundary_gcj02.geojson")
    plane = shapes.Plane(outline.centroid.y)
    subdistricts = _subdistricts(plane, plane.to_km(outline))
    communities = [area for parent in subdistricts for area in _communities(parent, rng)]
    people = population.people_of_communities([area.code for area in communities], given, rng)
    _write_outlines(folder, plane, outline, [*subdistricts, *communities])
    _write_areas(folder / "subdistricts.csv", plane, subdistricts)
    _write_areas(folder / "communities.csv", plane, communities, people)
    _write_courtyards(folder, plane, communities, people, given, rng)
    _write_sites(folder, plane, plane.to_km(outline), subdistricts)


def _subdistricts(plane: shapes.Plane, within: BaseGeometry) -> list[Area]:
    layout = {row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in rows_of("layout.csv")}
    rows = rows_of("sources/subdistricts_2020.csv")
    seeds = np.array([plane.to_km(Point(*layout[row["code"]])).coords[0] for row in rows])
    cells = shapes.cells(shapes.spread(seeds, within, rounds=11, pull=0.5), within)
    return [
        Area(row["code"], *naming.subdistrict_names(row["name"]), cell)
        for row, cell in zip(rows, cells, strict=True)
    ]


def _communities(parent: Area, rng: np.random.Generator) -> list[Area]:
    official = [row for row in rows_of("sources/communities_2020.csv") if row["code"].startswith(parent.code)]
    invented = [row for row in rows_of("synthetic_communities.csv") if row["code"].startswith(parent.code)]
    count = len(official) + len(invented)
    cells = shapes.cells(shapes.scatter(count, parent.shape, rng, rounds=12), parent.shape)
    real = [
        Area(
            row["code"],
            *naming.community_names(row["name"], parent.name_zh),
            cell,
            is_village=naming.is_village(row["name"]),
        )
        for row, cell in zip(official, cells, strict=False)
    ]
    new = [
        Area(row["code"], row["name_zh"], row["name_en"], cell, is_synthetic=True)
        for row, cell in zip(invented, cells[len(official) :], strict=True)
    ]
    return real + new


def _write_outlines(folder: Path, plane: shapes.Plane, outline: BaseGeometry, areas: Iterable[Area]) -> None:
    shown = {DISTRICT: shapes.as_geojson(outline, is_synthetic=False)}
    for area in areas:
        shown[area.code] = shapes.as_geojson(plane.to_degrees(area.shape), is_synthetic=True)
    lines = [
        f"{json.dumps(code)}:{json.dumps(shape, separators=(',', ':'))}" for code, shape in shown.items()
    ]
    (folder / "outlines.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _write_areas(
    path: Path,
    plane: shapes.Plane,
    areas: Sequence[Area],
    people: dict[str, tuple[int, int]] | None = None,
) -> None:
    rows = []
    for area in areas:
        longitude, latitude = shapes.position(plane.to_degrees(area.shape))
        counts = people[area.code] if people else ("", "")
        rows.append(
            [area.code, area.name_zh, area.name_en, longitude, latitude, *counts, int(area.is_synthetic)]
        )
    head = ["code", "name_zh", "name_en", "longitude", "latitude", "residents", "households", "is_synthetic"]
    _write(path, head, rows)


def _write_courtyards(
    folder: Path,
    plane: shapes.Plane,
    communities: Sequence[Area],
    people: dict[str, tuple[int, int]],
    given: dict[str, Any],
    rng: np.random.Generator,
) -> None:
    counts = population.courtyards_of_communities(people, given["courtyards"]["value"])
    homes = [area for area in communities for _ in range(counts[area.code])]
    kinds = population.kinds_of_courtyards(
        [area.is_village for area in homes],
        [area.code[:9] in INNER for area in homes],
        given["courtyard_kinds"]["value"],
        rng,
    )
    names = _courtyard_names(kinds, rng)
    rows: list[list[object]] = []
    for area in communities:
        count = counts[area.code]
        shared = population.share_out(*people[area.code], count, rng)
        points = shapes.scatter(count, area.shape, rng, rounds=4)
        for number, (point, (residents, households)) in enumerate(zip(points, shared, strict=True), start=1):
            at = plane.to_degrees(Point(point))
            kind, (name_zh, name_en) = kinds[len(rows)], names[len(rows)]
            code = f"{area.code}-{number:02d}"
            position = (round(at.x, 5), round(at.y, 5))
            rows.append([code, name_zh, name_en, kind, *position, residents, households])
    head = ["code", "name_zh", "name_en", "kind", "longitude", "latitude", "residents", "households"]
    _write(folder / "courtyards.csv", head, rows)


def _courtyard_names(kinds: Sequence[str], rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return a name for each courtyard, none twice; stems are used up before any is used again."""
    taken: set[str] = set()
    names: list[tuple[str, str]] = []
    stems = naming.courtyard_stems(rng)
    for kind in kinds:
        while True:
            stem = next(stems, "")
            if not stem:
                stems = naming.courtyard_stems(rng)
                continue
            zh, en = naming.courtyard_names(kind, stem, rng)
            if zh not in taken:
                break
        taken.add(zh)
        names.append((zh, en))
    return names


def _write_sites(
    folder: Path, plane: shapes.Plane, outline: BaseGeometry, subdistricts: Sequence[Area]
) -> None:
    stations = rows_of("checkpoints.csv")
    rows = []
    for row, point in zip(
        stations, shapes.border_points(outline, len(stations), CHECKPOINT_INSIDE_KM), strict=True
    ):
        parent = next(area for area in subdistricts if area.shape.covers(Point(point)))
        at = plane.to_degrees(Point(point))
        rows.append(
            [row["code"], row["name_zh"], row["name_en"], parent.code, round(at.x, 5), round(at.y, 5)]
        )
    _write(folder / "sites.csv", ["code", "name_zh", "name_en", "parent", "longitude", "latitude"], rows)


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
