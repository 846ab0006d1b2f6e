"""An event log as XES (IEEE 1849-2016), one trace for a case, written as it is read.

The standard's lifecycle knows no offers and no escalations: they are `unknown` there and told by `sw:act`, an
attribute of our own extension, so that no tool reads more into them than they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from xml.sax.saxutils import quoteattr

from shouwang.kernel.procedures.queries.event_log import LogEvent, LogScope, ToldPlaces, case_token, events
from shouwang.util import clock

XES = "http://www.xes-standard.org/"
EXTENSION = "urn:shouwang:xes:1"
#: Our acts in the standard's transactional model; the first acceptance assigns, a later one assigns anew.
TRANSITIONS = {
    "open": "schedule",
    "offer": "unknown",
    "accept": "assign",
    "decline": "unknown",
    "recall": "unknown",
    "begin": "start",
    "escalate": "unknown",
    "complete": "complete",
    "fall_away": "withdraw",
}

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="{XES}">
  <extension name="Concept" prefix="concept" uri="{XES}concept.xesext"/>
  <extension name="Time" prefix="time" uri="{XES}time.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="{XES}lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="{XES}org.xesext"/>
  <extension name="Shouwang" prefix="sw" uri="{EXTENSION}"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
    <string key="sw:act" value="complete"/>
    <string key="org:role" value=""/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="Activity and act" keys="concept:name sw:act"/>
"""


def write_xes(scope: LogScope) -> Iterator[str]:
    """Yield the text of the log in pieces: its head, each trace, its end."""
    told = ToldPlaces(scope)
    yield _HEAD
    yield _string("concept:name", scope.key, 1) + _string("lifecycle:model", "standard", 1)
    for _, of_case in groupby(events(scope), key=attrgetter("case_pk")):
        yield _trace(list(of_case), told)
    yield "</log>\n"


def stamp(at: datetime) -> str:
    """Return an instant as xs:dateTime with milliseconds and the zone of the deployment."""
    return clock.local(at).isoformat(timespec="milliseconds")


def _trace(of_case: list[LogEvent], told: ToldPlaces) -> str:
    first = of_case[0]
    place = told.of(first.case_path)
    parts = [
        "  <trace>\n",
        _string("concept:name", case_token(first.number), 2),
        _int("sw:version", first.version, 2),
        _string("sw:campaign", first.campaign, 2),
        _string("sw:place", place.code if place else "", 2),
        _date("sw:opened_at", first.opened_at, 2),
    ]
    if first.closed_at:
        parts += [_date("sw:closed_at", first.closed_at, 2), _string("sw:outcome", first.outcome, 2)]
    accepted: set[int] = set()
    for event in of_case:
        parts.append(_event(event, "reassign" if event.step_number in accepted else ""))
        if event.act == "accept":
            accepted.add(event.step_number)
    return "".join((*parts, "  </trace>\n"))


def _event(event: LogEvent, later_acceptance: str) -> str:
    is_later = event.act == "accept" and later_acceptance
    parts = [
        "    <event>\n",
        _string("concept:name", event.step_key, 3),
        _string("concept:instance", str(event.step_number), 3),
        _date("time:timestamp", event.at, 3),
        _string("lifecycle:transition", later_acceptance if is_later else TRANSITIONS[event.act], 3),
        _string("sw:act", event.act, 3),
        _string("org:role", event.role, 3),
        _int("sw:limit_seconds", event.limit_seconds, 3),
    ]
    if event.act == "escalate":
        parts.append(_int("sw:level", event.level, 3))
    return "".join((*parts, "    </event>\n"))


def _string(key: str, value: str, depth: int) -> str:
    return f'{"  " * depth}<string key="{key}" value={quoteattr(value)}/>\n'


def _int(key: str, value: int, depth: int) -> str:
    return f'{"  " * depth}<int key="{key}" value="{value}"/>\n'


def _date(key: str, value: datetime, depth: int) -> str:
    return f'{"  " * depth}<date key="{key}" value="{stamp(value)}"/>\n'
