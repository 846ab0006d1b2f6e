"""An event log as OCEL 2.0 in JSON: cases, steps, duties and places as objects, written as it is read.

An event's type is the step and the act, such as `suitability:complete`. The order of a JSON object's members means
nothing, so the types, known only when everything has been read, stand at the end. Every value is a string, as the
standard's schema asks; a type says what it is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.queries.event_log import (
    LogCase,
    LogEvent,
    LogScope,
    LogStep,
    ToldPlaces,
    case_token,
    events,
    log_cases,
    log_steps,
)
from shouwang.kernel.procedures.queries.xes import stamp

#: Since when an attribute that never changes holds.
ALWAYS = "1970-01-01T00:00:00.000+00:00"
_EVENT_ATTRIBUTES = [
    {"name": "step", "type": "string"},
    {"name": "act", "type": "string"},
    {"name": "level", "type": "integer"},
]
_OBJECT_TYPES = [
    {
        "name": "case",
        "attributes": [
            {"name": "procedure", "type": "string"},
            {"name": "version", "type": "integer"},
            {"name": "campaign", "type": "string"},
            {"name": "outcome", "type": "string"},
        ],
    },
    {
        "name": "step",
        "attributes": [{"name": "key", "type": "string"}, {"name": "limit_seconds", "type": "integer"}],
    },
    {"name": "duty", "attributes": []},
    {
        "name": "place",
        "attributes": [{"name": "name_zh", "type": "string"}, {"name": "name_en", "type": "string"}],
    },
]


@dataclass
class _Seen:
    """What the events have told of so far."""

    types: set[str] = field(default_factory=set)
    duties: set[str] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)


def write_ocel(scope: LogScope) -> Iterator[str]:
    """Yield the text of the log in pieces."""
    told, seen = ToldPlaces(scope), _Seen()
    yield '{"events":['
    yield from _joined(_event(number, one, told, seen) for number, one in enumerate(events(scope), 1))
    yield '],\n"objects":['
    yield from _joined(_objects(scope, told, seen))
    types = [{"name": name, "attributes": _EVENT_ATTRIBUTES} for name in sorted(seen.types)]
    yield f'],\n"eventTypes":{_json(types)},\n"objectTypes":{_json(_OBJECT_TYPES)}}}\n'


def _objects(scope: LogScope, told: ToldPlaces, seen: _Seen) -> Iterator[dict[str, Any]]:
    for case in log_cases(scope):
        yield _case(scope.key, case, told, seen)
    for step in log_steps(scope):
        seen.duties.add(step.role)
        yield _step(step)
    for duty in sorted(seen.duties):
        yield {"id": f"duty:{duty}", "type": "duty", "attributes": [], "relationships": []}
    for code, place in sorted(seen.places.items()):
        names = [_lasting("name_zh", place.name_zh), _lasting("name_en", place.name_en)]
        yield {"id": f"place:{code}", "type": "place", "attributes": names, "relationships": []}


def _event(number: int, event: LogEvent, told: ToldPlaces, seen: _Seen) -> dict[str, Any]:
    kind = f"{event.step_key}:{event.act}"
    seen.types.add(kind)
    token = case_token(event.number)
    related = [
        _related(token, "case"),
        _related(f"{token}-{event.step_number}", "step"),
        _related(f"duty:{event.role}", "duty"),
    ]
    place = told.of(event.case_path)
    if place is not None:
        related.append(_related(f"place:{place.code}", "place"))
    attributes = [{"name": "step", "value": event.step_key}, {"name": "act", "value": event.act}]
    if event.act == "escalate":
        attributes.append({"name": "level", "value": str(event.level)})
    return {
        "id": f"e{number}",
        "type": kind,
        "time": stamp(event.at),
        "attributes": attributes,
        "relationships": related,
    }


def _case(procedure: str, case: LogCase, told: ToldPlaces, seen: _Seen) -> dict[str, Any]:
    attributes = [
        _lasting("procedure", procedure),
        _lasting("version", str(case.version)),
        _lasting("campaign", case.campaign),
    ]
    if case.closed_at:
        attributes.append(_value("outcome", case.outcome, case.closed_at))
    place = told.of(case.case_path)
    if place is not None:
        seen.places[place.code] = place
    return {
        "id": case_token(case.number),
        "type": "case",
        "attributes": attributes,
        "relationships": [_related(f"place:{place.code}", "at")] if place else [],
    }


def _step(step: LogStep) -> dict[str, Any]:
    token = case_token(step.number)
    return {
        "id": f"{token}-{step.step_number}",
        "type": "step",
        "attributes": [
            _value("key", step.step_key, step.opened_at),
            _value("limit_seconds", str(step.limit_seconds), step.opened_at),
        ],
        "relationships": [_related(token, "part of"), _related(f"duty:{step.role}", "held by")],
    }


def _related(key: str, qualifier: str) -> dict[str, str]:
    return {"objectId": key, "qualifier": qualifier}


def _value(name: str, value: str, at: datetime) -> dict[str, str]:
    return {"name": name, "value": value, "time": stamp(at)}


def _lasting(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value, "time": ALWAYS}


def _joined(items: Iterable[dict[str, Any]]) -> Iterator[str]:
    for number, item in enumerate(items):
        yield ("\n" if number == 0 else ",\n") + _json(item)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
