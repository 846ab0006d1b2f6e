"""The only door to the territory: the tree of places, loading it, and positions."""

from __future__ import annotations

from shouwang.kernel.journal import api as journal
from shouwang.kernel.places.models import Place, PlaceKind
from shouwang.kernel.places.queries.positions import gcj02_to_wgs84, wgs84_to_gcj02
from shouwang.kernel.places.queries.tree import (
    ancestor,
    ancestors,
    by_id,
    contains,
    get,
    paths_above,
    search,
    subtree,
    within,
)
from shouwang.kernel.places.services import PlaceRow, close_place, create_place, load_places
from shouwang.util.text import Text

journal.register_verbs(
    journal.Verb("place.created", Text("新建地点：{name}", "Made the place {name}")),
    journal.Verb("place.closed", Text("关闭地点：{name}", "Closed the place {name}")),
    journal.Verb("places.loaded", Text("载入地点 {count} 个", "Loaded {count} places")),
)

__all__ = [
    "Place",
    "PlaceKind",
    "PlaceRow",
    "ancestor",
    "ancestors",
    "by_id",
    "close_place",
    "contains",
    "create_place",
    "gcj02_to_wgs84",
    "get",
    "load_places",
    "paths_above",
    "search",
    "subtree",
    "wgs84_to_gcj02",
    "within",
]
