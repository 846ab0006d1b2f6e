"""What a reader may start, and where."""

from __future__ import annotations

from dataclasses import dataclass

from shouwang.desk.queries.places import kind_name
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text
from shouwang.web.manifest import StartPage, start_page

SHOWN = 30
LONGEST_QUERY = 60


@dataclass(frozen=True)
class PlaceChoice:
    """A place where a case may be started, with what it lies in."""

    place: Place
    kind: Text
    within: Text


@dataclass(frozen=True)
class StartPageView:
    """The page that starts a procedure: the place chosen, or the places to choose from.

    `spec` is None when it is not started here: `page` is the domain's own page, `callers` open or call it.
    """

    version: procedures.ProcedureVersion
    spec: procedures.StartSpec | None
    page: StartPage | None
    callers: list[procedures.ProcedureVersion]
    query: str
    place: PlaceChoice | None
    choices: list[PlaceChoice]
    has_more: bool


def start_view(person: Person, key: str, code: str = "", query: str = "") -> StartPageView:
    """Return the page that starts the procedure `key` for `person`.

    Raises:
        NotFoundOrNotYours: no such procedure, no duty of theirs starts it, or not at the place `code`.
    """
    version = next((one for one in procedures.list_in_force() if one.key == key), None)
    if version is None:
        raise NotFoundOrNotYours
    spec = procedures.start_of(version)
    query = query.strip()[:LONGEST_QUERY]
    if spec is None:
        callers = procedures.callers_of(key)
        return StartPageView(version, None, start_page(key), callers, query, None, [], has_more=False)
    if code:
        place = places.get(code)
        if place.closed_at is not None or procedures.starting_duty(person, spec, place) is None:
            raise NotFoundOrNotYours
        return StartPageView(version, spec, None, [], query, _choices([place])[0], [], has_more=False)
    found = procedures.starting_places(person, spec, query, SHOWN)
    if not found and not query:
        raise NotFoundOrNotYours
    choices = _choices(found[:SHOWN])
    only = choices[0] if len(choices) == 1 and not query else None
    return StartPageView(version, spec, None, [], query, only, choices, has_more=len(found) > SHOWN)


def _choices(found: list[Place]) -> list[PlaceChoice]:
    paths = {path for place in found for path in places.paths_above(place.path)[1:]}
    names = {one.path: one for one in Place.objects.filter(path__in=paths)}
    return [
        PlaceChoice(place, kind_name(place.subkind or place.kind), _within(place, names)) for place in found
    ]


def _within(place: Place, names: dict[str, Place]) -> Text:
    line = [names[path] for path in places.paths_above(place.path) if path in names]
    return Text(" · ".join(one.name_zh for one in line), ", ".join(one.name_en for one in reversed(line)))
