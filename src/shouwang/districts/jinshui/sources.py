"""Reading the files of `data/`."""

from __future__ import annotations

import csv
import functools
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
DISTRICT = "410105"


@functools.lru_cache(maxsize=16)
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a CSV file by the names of its columns."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@functools.lru_cache(maxsize=1)
def parameters() -> dict[str, Any]:
    """Return the published figures and assumptions, each `{"value", "source"}`."""
    content: dict[str, Any] = json.loads((DATA / "parameters.json").read_text(encoding="utf-8"))
    return content


@functools.lru_cache(maxsize=1)
def outlines() -> dict[str, dict[str, Any]]:
    """Return the GeoJSON geometries in WGS-84 by code of the place."""
    content: dict[str, dict[str, Any]] = json.loads((DATA / "outlines.json").read_text(encoding="utf-8"))
    return content
