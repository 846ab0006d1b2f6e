"""Event logs: XES against the structure of IEEE 1849-2016, OCEL 2.0 against its rules; order, zones, and no person."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta
from types import GeneratorType

import pytest
from lxml import etree

from tests.kernel.procedures import lessons

NS = {"x": "http://www.xes-standard.org/"}
STANDARD_TRANSITIONS = {
    *("schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort"),
    *("complete", "autoskip", "manualskip", "unknown"),
}

#: The rules of IEEE 1849-2016 for what we use: extensions, then globals, classifiers, attributes of the log, traces.
XES_RULES = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.xes-standard.org/"
           xmlns="http://www.xes-standard.org/" elementFormDefault="qualified">
  <xs:group name="attributes"><xs:choice>
    <xs:element name="string"><xs:complexType><xs:attribute name="key" type="xs:Name" use="required"/>
      <xs:attribute name="value" type="xs:string" use="required"/></xs:complexType></xs:element>
    <xs:element name="date"><xs:complexType><xs:attribute name="key" type="xs:Name" use="required"/>
      <xs:attribute name="value" type="xs:dateTime" use="required"/></xs:complexType></xs:element>
    <xs:element name="int"><xs:complexType><xs:attribute name="key" type="xs:Name" use="required"/>
      <xs:attribute name="value" type="xs:long" use="required"/></xs:complexType></xs:element>
  </xs:choice></xs:group>
  <xs:complexType name="attributed"><xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/></xs:complexType>
  <xs:element name="log"><xs:complexType><xs:sequence>
    <xs:element name="extension" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
      <xs:attribute name="name" type="xs:NCName" use="required"/>
      <xs:attribute name="prefix" type="xs:NCName" use="required"/>
      <xs:attribute name="uri" type="xs:anyURI" use="required"/></xs:complexType></xs:element>
    <xs:element name="global" minOccurs="0" maxOccurs="2"><xs:complexType>
      <xs:group ref="attributes" maxOccurs="unbounded"/>
      <xs:attribute name="scope" use="required"><xs:simpleType><xs:restriction base="xs:NCName">
        <xs:enumeration value="trace"/><xs:enumeration value="event"/></xs:restriction></xs:simpleType></xs:attribute>
      </xs:complexType></xs:element>
    <xs:element name="classifier" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
      <xs:attribute name="name" type="xs:string" use="required"/>
      <xs:attribute name="keys" type="xs:token" use="required"/></xs:complexType></xs:element>
    <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="trace" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/>
      <xs:element name="event" type="attributed" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence>
  <xs:attribute name="xes.version" type="xs:decimal" use="required"/>
  <xs:attribute name="xes.features" type="xs:token" use="required"/>
  </xs:complexType></xs:element>
</xs:schema>
"""


_OCEL_TYPE = {"name": str, "attributes": [{"name": str, "type": str}]}
_RELATED = {"objectId": str, "qualifier": str}
#: The form of OCEL 2.0 in JSON: members and their kinds; a list has one form for all of its items.
OCEL_RULES = {
    "eventTypes": [_OCEL_TYPE],
    "objectTypes": [_OCEL_TYPE],
    "events": [
        {
            "id": str,
            "type": str,
            "time": datetime,
            "attributes": [{"name": str, "value": str}],
            "relationships": [_RELATED],
        }
    ],
    "objects": [
        {
            "id": str,
            "type": str,
            "attributes": [{"name": str, "value": str, "time": datetime}],
            "relationships": [_RELATED],
        }
    ],
}
OCEL_KINDS = {"string", "time", "integer", "float", "boolean"}


def require_form(value, rule, path="$"):
    """Fail where a JSON value is not of the form; every member is required and no other allowed."""
    if isinstance(rule, dict):
        assert isinstance(value, dict), path
        assert value.keys() == rule.keys(), path
        for name, inner in rule.items():
            require_form(value[name], inner, f"{path}.{name}")
    elif isinstance(rule, list):
        assert isinstance(value, list), path
        for number, item in enumerate(value):
            require_form(item, rule[0], f"{path}[{number}]")
    else:
        assert isinstance(value, str), path
        assert rule is str or datetime.fromisoformat(value).tzinfo is not None, path


@pytest.fixture
def lived(world, clock):
    """Six cases in the first community, one in the second: offered, accepted, late, offered on, cancelled or done."""
    from shouwang.kernel.cases import api as cases
    from tests.kernel import world as worlds

    worlds.publish(lessons.TWO_STEPS)
    case = worlds.start(world, "TWO", offer_from=world.answer("guard", "K1"))
    clock.advance(timedelta(minutes=10))
    lessons.accept(case)
    step = lessons.open_step(case)
    clock.advance(timedelta(minutes=5))
    cases.tick(step.pk, "met", True, step.holder)
    clock.advance(timedelta(hours=2))
    cases.sweep()
    clock.advance(timedelta(minutes=1))
    director = world.answer("community_director", "C1")
    cases.offer(step.pk, director, step.holder)
    lessons.accept(case)
    lessons.done(case, clock, 1)
    lessons.visits(world, clock, [10, 20, 30, 40, 50])
    declined = worlds.start(world, "TWO", "Y2", offer_from=world.answer("guard", "K1"))
    offer = cases.Handover.objects.get(step__case=declined, state="OFFERED")
    cases.decline(offer.pk, offer.receiver, "裴听澜不住这里")
    return case


def scope(path="/D/"):
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util import clock

    return procedures.LogScope("TWO", path, procedures.EARLIEST, clock.now() + timedelta(seconds=1))


def read_xes(**more):
    from shouwang.kernel.procedures import api as procedures

    return etree.fromstring("".join(procedures.write_xes(scope(**more))).encode())


def read_ocel(**more):
    from shouwang.kernel.procedures import api as procedures

    return json.loads("".join(procedures.write_ocel(scope(**more))))


def values(element):
    return {one.get("key"): one.get("value") for one in element if one.get("key")}


def test_xes_keeps_the_rules_of_the_standard(lived):
    log = read_xes()
    etree.XMLSchema(etree.fromstring(XES_RULES)).assertValid(log)
    assert (log.get("xes.version"), len(log.findall("x:trace", NS))) == ("1849.2016", 7)
    prefixes = {one.get("prefix") for one in log.findall("x:extension", NS)}
    used = {key.split(":")[0] for one in log.iter() if (key := one.get("key"))}
    assert used <= prefixes
    required = {one.get("key") for one in log.find("x:global[@scope='event']", NS)}
    names = [one.get("key") for one in log.find("x:trace", NS)[:3]]
    assert len(names) == len(set(names))
    for event in log.iterfind(".//x:event", NS):
        assert required <= values(event).keys()
        assert values(event)["lifecycle:transition"] in STANDARD_TRANSITIONS


def test_xes_tells_what_happened_in_order_and_with_zone(lived):
    trace = read_xes().findall("x:trace", NS)[0]
    events = [values(one) for one in trace.findall("x:event", NS)]
    told = [(one["concept:name"], one["sw:act"], one["lifecycle:transition"]) for one in events]
    assert told == [
        ("visit", "open", "schedule"),
        ("visit", "offer", "unknown"),
        ("visit", "accept", "assign"),
        ("visit", "begin", "start"),
        ("visit", "escalate", "unknown"),
        ("visit", "offer", "unknown"),
        ("visit", "accept", "reassign"),
        ("visit", "complete", "complete"),
        ("kit", "open", "schedule"),
    ]
    instants = [datetime.fromisoformat(one["time:timestamp"]) for one in events]
    assert all(at.utcoffset() == timedelta(hours=8) for at in instants)
    assert instants == sorted(instants)
    assert instants[2] - instants[0] == timedelta(minutes=10)
    assert [one["sw:level"] for one in events if "sw:level" in one] == ["1"]


def test_ocel_keeps_the_rules_of_the_standard(lived):
    log = read_ocel()
    require_form(log, OCEL_RULES)
    kinds = {a["type"] for one in (*log["eventTypes"], *log["objectTypes"]) for a in one["attributes"]}
    assert kinds <= OCEL_KINDS
    types = {one["name"] for one in log["objectTypes"]}
    objects = {one["id"]: one for one in log["objects"]}
    assert len(objects) == len(log["objects"])
    assert {one["type"] for one in log["objects"]} <= types
    assert {one["type"] for one in log["events"]} == {one["name"] for one in log["eventTypes"]}
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    related = [r for one in (*log["events"], *log["objects"]) for r in one["relationships"]]
    assert {one["objectId"] for one in related} <= objects.keys()
    declared = {(one["name"], a["name"]) for one in log["eventTypes"] for a in one["attributes"]}
    assert {(one["type"], a["name"]) for one in log["events"] for a in one["attributes"]} <= declared


def test_ocel_relates_events_to_case_step_duty_and_place(lived):
    log = read_ocel()
    first = log["events"][0]
    assert first["type"] == "visit:open"
    token = first["relationships"][0]["objectId"]
    assert first["relationships"] == [
        {"objectId": token, "qualifier": "case"},
        {"objectId": f"{token}-1", "qualifier": "step"},
        {"objectId": "duty:community_worker", "qualifier": "duty"},
        {"objectId": "place:C1", "qualifier": "place"},
    ]
    steps = [one for one in log["objects"] if one["type"] == "step" and one["id"].startswith(token)]
    assert [one["attributes"][0]["value"] for one in steps] == ["visit", "kit"]


@pytest.mark.parametrize("write", ["write_xes", "write_ocel"])
def test_nobody_and_no_door_is_told_and_a_rare_place_is_told_coarser(lived, world, write):
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.procedures import api as procedures

    text = "".join(getattr(procedures, write)(scope()))
    assert "C1" in text
    for hidden in ("C2", "S2", "Y1", "Y2", "裴听澜", "地点Y1"):
        assert hidden not in text, hidden
    for case in cases.Case.objects.all():
        assert case.number not in text
    for person in world.people.values():
        assert person.name not in text


def test_the_same_case_has_the_same_token_in_both_and_next_time(lived):
    in_xes = [values(one)["concept:name"] for one in read_xes().findall("x:trace", NS)]
    in_ocel = [one["id"] for one in read_ocel()["objects"] if one["type"] == "case"]
    assert in_xes == in_ocel == [values(one)["concept:name"] for one in read_xes().findall("x:trace", NS)]
    assert len(set(in_xes)) == 7


def test_place_and_period_narrow_the_log(lived):
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util import clock

    assert len(read_xes(path="/D/S2/").findall("x:trace", NS)) == 1
    later = procedures.LogScope(
        "TWO", "/D/", clock.now() + timedelta(days=1), clock.now() + timedelta(days=2)
    )
    log = json.loads("".join(procedures.write_ocel(later)))
    assert (log["events"], log["objects"], log["eventTypes"]) == ([], [], [])
    etree.XMLSchema(etree.fromstring(XES_RULES)).assertValid(
        etree.fromstring("".join(procedures.write_xes(later)).encode())
    )


def test_a_log_is_read_by_the_server_piece_by_piece(lived):
    from shouwang.kernel.procedures import api as procedures

    log = procedures.write_xes(scope())
    assert isinstance(log, GeneratorType)
    pieces = list(itertools.islice(log, 3))
    assert pieces[0].startswith("<?xml")
    assert pieces[2].count("<trace>") == 1
    log.close()
