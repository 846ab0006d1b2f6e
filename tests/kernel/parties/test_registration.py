"""Registering people: once, whoever types first and however many type at once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, connections, transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Identification, NewPerson, Person
from shouwang.kernel.parties.models import VaultItem
from shouwang.util.identity import synthetic_id_number
from shouwang.util.problems import NotFoundOrNotYours, Problem
from tests.kernel.parties.conftest import GUARD, NUMBER, PHONE, PUBLIC, card, register
from tests.races import all_well, at_once


def refused(*arguments, **more):
    with pytest.raises(Problem) as caught:
        register(*arguments, **more)
    return caught.value


@pytest.mark.django_db
def test_a_new_person_takes_birthday_and_sex_from_the_number(clock):
    person, is_new = register(" 裴 听澜 ", NUMBER, phone="100 0371 0382")
    assert is_new
    assert (person.name, person.sex, person.born_on) == ("裴听澜", "F", date(1990, 1, 2))
    assert person.created_at == clock.now()
    assert parties.find_by_phone("100-0371-0382") == [person]


@pytest.mark.django_db
def test_nothing_in_the_database_shows_the_numbers(person):
    with connection.cursor() as cursor:
        for table in ("parties_person", "parties_vaultitem", "journal_entry", "journal_detail"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            words = cursor.fetchone()[0] or ""
            assert NUMBER not in words
            assert NUMBER.encode().hex() not in words
            assert PHONE not in words
            assert PHONE.encode().hex() not in words
            assert table == "parties_person" or "裴听澜" not in words


@pytest.mark.django_db
def test_the_same_document_again_finds_the_same_person():
    first, _ = register()
    again, is_new = register("裴 听 澜", NUMBER.lower())
    assert (again, is_new) == (first, False)
    assert Person.objects.count() == 1
    assert len(journal.entries(verbs=["person.registered"])) == 1


@pytest.mark.django_db
def test_another_name_for_a_known_document_is_told_without_the_name():
    register()
    problem = refused("裴听兰")
    assert (problem.code, problem.field) == ("name_differs", "name")
    assert "裴听澜" not in problem.in_words().zh + problem.in_words().en
    assert Person.objects.get().name == "裴听澜"


@pytest.mark.django_db
def test_latin_names_may_differ_in_blanks_and_capitals():
    first, _ = register("Ann Lee", "E12345678", kind="PASSPORT")
    assert register("ANN  LEE", "e1234 5678", kind="PASSPORT") == (first, False)


@pytest.mark.django_db
def test_a_passport_and_an_identity_number_are_different_documents():
    register()
    assert parties.find_by_identification(Identification("PASSPORT", "E12345678")) is None
    assert parties.find_by_identification(Identification("ID_NUMBER", NUMBER)).name == "裴听澜"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "<script>"}, "name"),
        ({"name": "裴" * 40_000}, "name"),
        ({"number": "410199199001020"}, "number"),
        ({"number": synthetic_id_number(date(2031, 1, 1), 1)}, "number"),
        ({"phone": "1380000"}, "phone"),
        ({"kind": "LIBRARY_CARD"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_stored(clock, typed, field):
    assert refused(**typed).field == field
    assert not Person.objects.exists()
    assert not VaultItem.objects.exists()


@pytest.mark.django_db
def test_a_telephone_is_added_but_the_public_cannot_replace_one():
    person, _ = register()
    register(phone=PHONE)
    assert parties.find_by_phone(PHONE) == [person]
    register(phone="10003710999")
    assert parties.find_by_phone(PHONE) == [person]
    assert parties.find_by_phone("10003710999") == []


@pytest.mark.django_db
def test_staff_replace_a_telephone(person):
    register(phone="10003710999", actor=GUARD)
    assert parties.find_by_phone(PHONE) == []
    parties.set_phone(person, PHONE, GUARD)
    parties.set_phone(person, PHONE, GUARD)
    assert parties.masked(person).phone_hint == "0382"
    assert len(journal.entries(subject=journal.Ref("person", person.pk), verbs=["person.phone_set"])) == 2


@pytest.mark.django_db
def test_a_family_may_share_a_telephone(person):
    child, _ = register("裴小满", card(3).number, phone=PHONE)
    assert parties.find_by_phone(PHONE) == [person, child]


@pytest.mark.django_db
def test_registering_is_journaled_with_its_purpose_and_no_name():
    person, _ = register()
    entry = journal.entries(subject=journal.Ref("person", person.pk))[0]
    assert journal.describe(entry).zh == "登记一人，用于卡点登记"
    assert entry.data == {"purpose": "卡点登记", "document": "ID_NUMBER"}
    assert (entry.actor_kind, entry.actor_key) == ("public", "checkpoint")


@pytest.mark.django_db
def test_a_car_is_registered_in_one_go(django_assert_max_num_queries):
    car = [NewPerson("某甲", card(1), PHONE), NewPerson("某乙", card(2)), NewPerson("某甲", card(1), PHONE)]
    with django_assert_max_num_queries(12):
        done = parties.register_people(car, actor=PUBLIC, purpose="卡点登记")
    assert [is_new for _, is_new in done] == [True, True, True]
    assert done[0][0] == done[2][0]
    assert Person.objects.count() == 2


@pytest.mark.django_db
def test_the_row_that_is_wrong_is_named_and_nobody_is_registered():
    car = [NewPerson("某甲", card(1)), NewPerson("某乙", Identification("ID_NUMBER", "123"))]
    with pytest.raises(Problem) as caught:
        parties.register_people(car, actor=PUBLIC, purpose="卡点登记")
    assert caught.value.field == "1.number"
    with pytest.raises(Problem) as caught:
        parties.register_people(
            [NewPerson("某甲", card(1)), NewPerson("某乙", card(1))], actor=PUBLIC, purpose="x"
        )
    assert (caught.value.code, caught.value.field) == ("name_differs", "1.name")
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_many_people_take_few_statements(django_assert_max_num_queries):
    crowd = [NewPerson("某人", card(number)) for number in range(1000)]
    with django_assert_max_num_queries(12):
        assert len(parties.register_people(crowd, actor=journal.SYSTEM, purpose="演示")) == 1000
    assert VaultItem.objects.count() == 1000


@pytest.mark.django_db
def test_a_name_is_corrected_and_the_former_one_can_be_shredded(person):
    parties.correct_name(person, "裴听兰", actor=GUARD)
    assert register("裴听兰") == (person, False)
    entry = journal.entries(verbs=["person.name_corrected"])[0]
    assert journal.details([entry])[entry.pk] == {"before": "裴听澜"}
    parties.correct_name(person, "裴听兰", actor=GUARD)
    assert len(journal.entries(verbs=["person.name_corrected"])) == 1


@pytest.mark.django_db
def test_people_are_found_by_their_ids_or_not_at_all(person):
    assert parties.by_id(person.pk) == parties.by_public_id(person.public_id) == person
    with pytest.raises(NotFoundOrNotYours):
        parties.by_id(0)


@pytest.mark.django_db(transaction=True)
def test_two_guards_at_once_make_one_person():
    for number in range(8):
        typed = card(number).number
        done = all_well(
            at_once(*[transaction.atomic(lambda typed=typed: register("某甲", typed, phone=PHONE))] * 2)
        )
        assert len({person.pk for person, _ in done}) == 1
        assert sorted(is_new for _, is_new in done) == [False, True]
    assert Person.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_the_same_car_typed_in_another_order_at_once_is_no_deadlock():
    car = [NewPerson("某甲", card(number)) for number in range(5)]

    def guard(people):
        return transaction.atomic(lambda: parties.register_people(people, actor=GUARD, purpose="卡点登记"))

    for _ in range(5):
        all_well(at_once(guard(car), guard(car[::-1]), guard(car[2:] + car[:2])))
    assert Person.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_second_waits_for_the_first_to_end_and_then_finds_the_person():
    wrote, may_end, second_done = threading.Event(), threading.Event(), threading.Event()
    found = []

    def first():
        try:
            with transaction.atomic():
                found.append(register())
                wrote.set()
                may_end.wait(10)
                transaction.set_rollback(True)  # the first one fails after all
        finally:
            connections.close_all()

    def second():
        try:
            found.append(register())
            second_done.set()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert wrote.wait(10)
    threads[1].start()
    assert not second_done.wait(0.3)
    may_end.set()
    for thread in threads:
        thread.join(10)
    assert [is_new for _, is_new in found] == [True, True]
    assert Person.objects.count() == 1
