"""Registering: what is checked, what is stored, and that the same car is one registration."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from shouwang.domains.gates import api as gates
from shouwang.domains.gates.models import Occupant, Registration
from shouwang.domains.gates.services import contacts
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.util.identity import synthetic_id_number
from shouwang.util.privacy import find_leak
from tests.domains.gates import road


def problems_of(new, device=None):
    with pytest.raises(gates.Refused) as refused:
        gates.register(new, device)
    return {problem.field: problem for problem in refused.value.problems}


def test_a_family_is_registered_and_waits(world):
    came = gates.register(road.typed(world, *road.family()))
    car = came.registration
    assert came.came is gates.Came.NEW
    assert (car.plate, car.state, car.people_count) == ("豫AD20T6", "WAITING", 3)
    assert (car.origin_zh, car.origin_en, car.origin_group_key) == (
        "重庆 · 奉节县",
        "Fengjie, Chongqing",
        "OTHER_PROVINCE",
    )
    driver, wife, child = gates.people_of(car)
    assert (driver.is_driver, wife.is_driver, child.guardian_id) == (True, False, driver.pk)
    step = cases.open_steps(car.case)[0]
    assert (step.key, step.role, step.holder) == ("verify", "guard", road.guards(world)[0])


def test_no_personal_data_leaves_the_vault(world):
    car = road.came(world, *road.family())
    for entry in journal.entries(thread=f"case:{car.case_id}"):
        assert find_leak(entry.data) is None
        assert "程" not in str(entry.data)
    assert "703" not in str(bytes(car.sealed_contact))
    assert contacts.open_contact(car) == contacts.Contact(road.PHONE, "4 号楼 2 单元 703")
    assert "程" not in f"{car.case.title_zh}{car.case.facts}"


@pytest.mark.parametrize(
    ("code", "group"),
    [
        (road.CHONGQING, "OTHER_PROVINCE"),
        (road.ZHENGZHOU, "IN_CITY"),
        (road.LUOYANG, "IN_PROVINCE"),
        (road.WUHAN, "HUBEI"),
        ("330302", "PRIORITY_AREA"),
        ("411502", "PRIORITY_AREA"),
        ("000000", "OVERSEAS"),
        ("810000", "OVERSEAS"),
        ("420000", "HUBEI"),
    ],
)
def test_origins_are_grouped_by_rule(world, code, group):
    assert road.came(world, origin_code=code).origin_group_key == group


def test_everything_wrong_is_told_at_once_and_nothing_is_stored(world):
    future = synthetic_id_number(date(2030, 1, 1), 5)
    people_before = parties.Person.objects.count()
    found = problems_of(
        road.typed(
            world,
            road.adult("<script>alert(1)</script>", "50023620110304251", is_driver=True),
            road.adult("许今禾", future),
            road.adult("", ""),
            plate="豫A 1",
            phone="123",
            origin_code="",
            origin="没有这个地方",
            destination_code="nowhere",
            destination="",
            door="",
            anyone_visited=None,
            anyone_symptoms=True,
        )
    )
    assert set(found) == {
        "plate",
        "phone",
        "origin",
        "destination",
        "door",
        "visited",
        "symptoms",
        "people.0.name",
        "people.0.number",
        "people.1.number",
        "people.2.name",
        "people.2.number",
    }
    assert "少 1 位" in found["people.0.number"].what.zh
    assert "还没到" in found["people.1.number"].what.zh
    assert all(problem.what.en for problem in found.values())
    assert Registration.objects.count() == 0
    assert parties.Person.objects.count() == people_before


def test_forty_thousand_characters_are_refused_everywhere(world):
    long = "长" * 40_000
    found = problems_of(
        road.typed(
            world,
            road.adult(long, long, is_driver=True),
            plate=long,
            phone=long,
            origin_code="",
            origin=long,
            destination_code="",
            destination=long,
            door=long,
        )
    )
    assert set(found) == {
        "plate",
        "phone",
        "origin",
        "destination",
        "door",
        "people.0.name",
        "people.0.number",
    }
    assert all(len(str(problem)) < 300 for problem in found.values())


@pytest.mark.parametrize("plate", ["豫A D20T6", "豫a·d20t6", "豫Ａ Ｄ２０Ｔ６", " 豫AD20T6 "])
def test_plates_are_normalised(world, plate):
    assert road.came(world, plate=plate).plate == "豫AD20T6"


def test_the_same_form_twice_is_one_registration(world):
    new = road.typed(world)
    first, second = gates.register(new), gates.register(new)
    assert first.registration == second.registration
    assert second.came is gates.Came.SAME
    assert Registration.objects.count() == cases.Case.objects.count() == 1


def test_the_same_form_mended_is_changed_while_it_waits(world):
    new = road.typed(world)
    first = gates.register(new)
    second = gates.register(road.again(new, people=road.family(), origin_code=road.WUHAN))
    assert second.came is gates.Came.CHANGED
    assert second.registration.pk == first.registration.pk
    assert second.registration.case == first.registration.case
    assert (second.registration.people_count, second.registration.origin_group_key) == (3, "HUBEI")
    assert Occupant.objects.count() == 3


def test_the_same_form_after_the_check_shows_the_result(world):
    new = road.typed(world)
    car = gates.register(new).registration
    road.check(world, car)
    late = gates.register(road.again(new, door="5 号楼"))
    assert (late.came, late.registration.pk) == (gates.Came.SAME, car.pk)


def test_the_same_car_typed_again_by_one_of_its_people_is_the_same_registration(world):
    first = road.came(world)
    second = gates.register(road.typed(world, road.adult("许今禾", road.WIFE_ID), *road.family()[:1]))
    assert (second.came, second.registration.pk) == (gates.Came.CHANGED, first.pk)


def test_a_plate_that_waits_for_somebody_else_is_refused_with_a_way_out(world):
    road.came(world)
    found = problems_of(road.typed(world, road.adult("许今禾", road.WIFE_ID, is_driver=True)))
    assert "10:00" in found["plate"].what.zh
    assert found["plate"].do
    assert not parties.Person.objects.filter(name="许今禾").exists()


def test_a_plate_may_come_again_after_its_check(world):
    first = road.came(world)
    road.check(world, first)
    assert road.came(world).pk != first.pk


def test_who_comes_again_need_not_type_again(world):
    first = road.came(world, *road.family())
    known = [str(one.person.public_id) for one in gates.people_of(first)]
    road.check(world, first)
    people = [
        gates.TypedPerson(known=known[0], is_driver=True),
        gates.TypedPerson(known=known[2], is_minor=True, guardian=0),
    ]
    again = gates.register(road.typed(world, *people, phone="", door=""), device=first).registration
    assert [one.person.name for one in gates.people_of(again)] == ["程晚舟", "程小满"]
    assert contacts.open_contact(again) == contacts.Contact()


def test_known_people_are_known_to_their_own_device_only(world):
    first = road.came(world)
    other = road.came(world, road.adult("许今禾", road.WIFE_ID, is_driver=True), plate="豫A12345")
    known = str(gates.people_of(first)[0].person.public_id)
    new = road.typed(
        world, gates.TypedPerson(known=known, is_driver=True), plate="豫A99999", phone="10003710001"
    )
    assert "people.0.name" in problems_of(new)
    assert "people.0.name" in problems_of(new, device=other)


def test_a_document_of_another_name_is_refused_at_its_row(world):
    road.came(world)
    people = [road.adult("许今禾", road.WIFE_ID, is_driver=True), road.adult("别的人", road.DRIVER_ID)]
    found = problems_of(road.typed(world, *people, plate="豫A12345"))
    assert set(found) == {"people.1.name"}
    assert "程晚舟" not in str(found["people.1.name"])


def test_the_public_cannot_redirect_calls_or_homes(world):
    road.check(world, road.came(world))
    person = parties.Person.objects.get(name="程晚舟")
    before = parties.masked(person).phone_hint
    car = road.came(world, phone="10003719999", destination_code="Y2", door="1 号楼")
    assert parties.masked(person).phone_hint == before
    assert parties.residence_of(person).place.code == "Y1"
    gates.withdraw(car.pk, road.guards(world)[0], "没来")
    assert Registration.objects.get(pk=car.pk).sealed_contact is None


@pytest.mark.parametrize(
    ("child", "field"),
    [
        ({}, "people.1.is_minor"),
        ({"is_minor": True}, "people.1.is_minor"),
        ({"is_minor": True, "guardian": 1}, "people.1.is_minor"),
        ({"is_minor": True, "guardian": 7}, "people.1.is_minor"),
    ],
)
def test_a_child_needs_an_adult_of_the_car(world, child, field):
    people = [road.adult(is_driver=True), road.adult("程小满", road.CHILD_ID, **child)]
    assert set(problems_of(road.typed(world, *people))) == {field}


def test_a_child_cannot_drive_and_an_adult_needs_no_guardian(world):
    child = road.adult("程小满", road.CHILD_ID, is_driver=True, is_minor=True, guardian=1)
    found = problems_of(road.typed(world, child, road.adult(is_minor=True, guardian=0)))
    assert set(found) == {"people.0.name", "people.1.is_minor"}


def test_one_driver_and_nobody_twice(world):
    assert "people" in problems_of(road.typed(world, road.adult(), road.adult("许今禾", road.WIFE_ID)))
    twice = [road.adult(is_driver=True), road.adult("程晚舟", road.DRIVER_ID.lower())]
    assert "people.1.number" in problems_of(road.typed(world, *twice))
    assert "people" in problems_of(road.typed(world, people=()))


def test_a_passport_has_no_birthday_and_the_tick_counts(world):
    people = [
        road.adult(is_driver=True),
        road.adult("Ann Lee", "E12345678", kind="PASSPORT", is_minor=True, guardian=0),
    ]
    assert gates.people_of(road.came(world, *people))[1].guardian_id is not None


def test_who_stays_elsewhere_names_no_home(world):
    car = road.came(world, stays_in_district=False, destination_code="", door="")
    assert car.destination is None


def test_places_are_found_without_scripts(world):
    car = road.came(world, origin_code="", origin="奉节", destination_code="", destination="地点Y2")
    assert (car.origin_code, car.destination.code) == (road.CHONGQING, "Y2")
    found = problems_of(
        road.typed(world, origin_code="", origin="朝阳区", destination_code="", destination="地点")
    )
    assert {"origin", "destination"} <= set(found)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("重庆奉节", "500236"),
        ("奉节县", "500236"),
        ("fengjie", "500236"),
        ("武汉", "420100"),
        ("Wuhan", "420100"),
        ("湖北", "420000"),
        ("境外", "000000"),
        ("凉山", "513400"),
    ],
)
def test_origins_are_found_as_people_say_them(typed, code):
    assert gates.search_origins(typed)[0].code == code


def test_marks_count_only_when_the_car_said_yes(world):
    people = [road.adult(is_driver=True, has_visited_priority_area=True, has_symptoms=True)]
    car = road.came(world, *people, anyone_visited=False, anyone_symptoms=False)
    assert not gates.people_of(car)[0].has_symptoms
    car = road.came(world, *people, plate="豫A12345", anyone_visited=True, anyone_symptoms=True)
    assert gates.people_of(car)[0].has_symptoms
    assert gates.people_of(car)[0].has_visited_priority_area


def test_a_car_that_never_comes_is_dropped(world, clock):
    car = road.came(world)
    clock.advance(timedelta(hours=11))
    assert gates.expire_waiting() == 0
    clock.advance(timedelta(hours=2))
    assert gates.expire_waiting() == 1
    assert gates.expire_waiting() == 0
    car.refresh_from_db()
    assert (car.state, car.case.state, car.case.outcome) == ("EXPIRED", "CLOSED", "WITHDRAWN")


def test_passages_are_shredded_after_thirty_days(world, clock):
    car = road.came(world, *road.family(), origin_code=road.ZHENGZHOU)
    road.check(world, car)
    clock.advance(timedelta(days=29))
    assert gates.shred_old() == 0
    clock.advance(timedelta(days=2))
    assert gates.shred_old() == 1
    assert gates.shred_old() == 0
    car.refresh_from_db()
    assert (car.plate, car.people_count, car.decision_key) == ("", 3, "PASS")
    assert Occupant.objects.count() == 0
    assert not parties.Person.objects.filter(name="程晚舟").exists()


def test_people_in_quarantine_outlast_their_passage(world, clock):
    road.check(world, road.came(world))
    clock.advance(timedelta(days=31))
    assert gates.shred_old() == 1
    assert parties.Person.objects.filter(name="程晚舟").exists()


def test_a_token_of_two_forms_differs(world):
    one, other = road.came(world), road.came(world, plate="豫A12345", request_key=uuid4())
    assert one.status_token != other.status_token
    assert len(one.status_token) >= 32
