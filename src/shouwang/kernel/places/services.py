"""Making, loading and closing places. A place never moves: code and path are referred to everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.places.models import Place, PlaceKind
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}")
_LEVELS = [
    PlaceKind.DISTRICT,
    PlaceKind.SUBDISTRICT,
    PlaceKind.COMMUNITY,
    PlaceKind.GRID,
    PlaceKind.COURTYARD,
    PlaceKind.BUILDING,
]
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place to be loaded; `parent_code` is "" for a district. The fields are those of `Place`."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent_code: str = ""
    subkind: str = ""
    longitude: float | None = None
    latitude: float | None = None
    outline: Mapping[str, Any] | None = None
    household_count: int | None = None
    resident_count: int | None = None
    is_synthetic: bool = False


_UPDATED = [field.name for field in fields(PlaceRow) if field.name not in {"code", "kind", "parent_code"}]


def create_place(
    *,
    kind: str,
    code: str,
    name_zh: str,
    name_en: str,
    parent: Place | None,
    actor: journal.Actor,
    subkind: str = "",
    longitude: float | None = None,
    latitude: float | None = None,
    outline: Mapping[str, Any] | None = None,
    household_count: int | None = None,
    resident_count: int | None = None,
    is_synthetic: bool = False,
) -> Place:
    """Make one place below `parent` (None only for a district) and journal it as "place.created".

    Raises Problem for a code that is malformed or taken, and for a level that cannot stand below `parent`.
    """
    row = PlaceRow(
        code=code,
        kind=kind,
        name_zh=name_zh,
        name_en=name_en,
        parent_code=parent.code if parent else "",
        subkind=subkind,
        longitude=longitude,
        latitude=latitude,
        outline=outline,
        household_count=household_count,
        resident_count=resident_count,
        is_synthetic=is_synthetic,
    )
    place = _built(row, parent)
    with transaction.atomic():
        _, is_new = Place.objects.get_or_create(code=code, defaults=_columns(place))
        if not is_new:
            raise _problem(
                "place_code_taken", "编码 {code} 已有地点使用。", "The code {code} is taken.", code=code
            )
        place = Place.objects.get(code=code)
        names = {"zh": place.name_zh, "en": place.name_en}
        journal.record(
            "place.created", actor, journal.Ref("place", code), place_path=place.path, data={"name": names}
        )
    return place


def load_places(rows: Iterable[PlaceRow], actor: journal.Actor) -> int:
    """Make or update places by code, parents in any order; return how many rows there were.

    All or nothing, and idempotent: loading the same rows again changes nothing. Journaled once, as
    "places.loaded" with the count. Raises Problem when a parent is missing, when codes repeat, when a level
    does not fit below its parent, and when a row would move or turn an existing place into another kind.
    """
    rows = list(rows)
    known = {place.code: place for place in Place.objects.filter(code__in=_all_codes(rows))}
    with transaction.atomic():
        for wave in _waves(rows, set(known)):
            places = [_built(row, _parent_of(row, known)) for row in wave]
            _refuse_moves(places, known)
            known |= {place.code: place for place in _upsert(places)}
        if rows:
            journal.record("places.loaded", actor, journal.Ref("places", "load"), data={"count": len(rows)})
    return len(rows)


def close_place(place: Place, *, actor: journal.Actor) -> Place:
    """Close a place that is no longer used; it stays findable by code. Closing twice changes nothing.

    Raises Problem while a place below it is open.
    """
    with transaction.atomic():
        locked = Place.objects.select_for_update().get(pk=place.pk)
        if locked.closed_at:
            return locked
        below = Place.objects.filter(parent=locked, closed_at__isnull=True).first()
        if below:
            raise _problem(
                "place_not_empty",
                "{name_zh} 还开着，先关下级。",
                "{name_en} below it is still open; close that first.",
                name_zh=below.name_zh,
                name_en=below.name_en,
            )
        locked.closed_at = clock.now()
        locked.save(update_fields=["closed_at"])
        names = {"zh": locked.name_zh, "en": locked.name_en}
        journal.record(
            "place.closed",
            actor,
            journal.Ref("place", locked.code),
            place_path=locked.path,
            data={"name": names},
        )
    return locked


def _built(row: PlaceRow, parent: Place | None) -> Place:
    _check(row, parent)
    return Place(
        kind=row.kind,
        code=row.code,
        parent=parent,
        path=f"{parent.path if parent else '/'}{row.code}/",
        **{name: getattr(row, name) for name in _UPDATED},
    )


def _check(row: PlaceRow, parent: Place | None) -> None:
    if not _CODE.fullmatch(row.code):
        raise _problem(
            "place_code_malformed",
            "编码 {code} 不能用：只用数字、字母、点和短横，最多 40 位。",
            "The code {code} will not do: digits, letters, dots and hyphens only, at most 40.",
            code=row.code[:60],
        )
    if row.kind not in PlaceKind.values:
        raise _problem(
            "place_kind_unknown", "没有 {kind} 这一级。", "There is no level {kind}.", kind=row.kind
        )
    if not _fits(row.kind, parent):
        raise _problem(
            "place_level_misfit",
            "{code}：这一级（{kind}）不能放在这个上级之下。",
            "{code}: the level {kind} cannot stand below that parent.",
            code=row.code,
            kind=row.kind,
        )


def _fits(kind: str, parent: Place | None) -> bool:
    if parent is None:
        return kind == PlaceKind.DISTRICT
    if kind == PlaceKind.SITE:
        return True
    if parent.kind == PlaceKind.SITE:
        return False
    return _LEVELS.index(PlaceKind(kind)) > _LEVELS.index(PlaceKind(parent.kind))


def _all_codes(rows: list[PlaceRow]) -> set[str]:
    codes = [row.code for row in rows]
    if len(set(codes)) != len(codes):
        repeated = next(code for code in codes if codes.count(code) > 1)
        raise _problem(
            "place_code_repeated",
            "编码 {code} 出现了两次。",
            "The code {code} stands there twice.",
            code=repeated,
        )
    return {*codes, *(row.parent_code for row in rows if row.parent_code)}


def _waves(rows: list[PlaceRow], known: set[str]) -> Iterable[list[PlaceRow]]:
    """Yield the rows in waves, each with all parents known before it."""
    loading = {row.code for row in rows}
    done: set[str] = known - loading
    left = rows
    while left:
        ready = [row for row in left if not row.parent_code or row.parent_code in done]
        if not ready:
            raise _problem(
                "place_parent_missing",
                "{code} 的上级 {parent} 没有。",
                "The parent {parent} of {code} does not exist.",
                code=left[0].code,
                parent=left[0].parent_code,
            )
        yield ready
        done |= {row.code for row in ready}
        left = [row for row in left if row.code not in done]


def _parent_of(row: PlaceRow, known: Mapping[str, Place]) -> Place | None:
    return known[row.parent_code] if row.parent_code else None


def _refuse_moves(places: list[Place], known: Mapping[str, Place]) -> None:
    for place in places:
        before = known.get(place.code)
        if before and (before.path, before.kind) != (place.path, place.kind):
            raise _problem(
                "place_moved",
                "{code} 已在别处或是另一级。地点不能挪动：关掉旧的，用新编码新建。",
                "{code} already stands elsewhere or on another level. Places do not move: close it, and "
                "make a new one with a new code.",
                code=place.code,
            )


def _upsert(places: list[Place]) -> list[Place]:
    return Place.objects.bulk_create(
        places,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=_UPDATED,
    )


def _columns(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in ("kind", "parent", "path", *_UPDATED)}


def _problem(problem_code: str, zh: str, en: str, /, **values: object) -> Problem:
    return Problem(problem_code, Text(zh, en).format(**values))
