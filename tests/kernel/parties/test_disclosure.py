"""Masked looks, the one way out of the vault, and what the person sees of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import MaskedPerson
from shouwang.kernel.parties.models import VaultItem
from shouwang.util import crypto
from shouwang.util.problems import Problem
from shouwang.util.text import Text
from tests.kernel.parties.conftest import GUARD, NUMBER, PHONE, register

DUTY = Text("福田社区工作者", "community worker, Futian")


def test_a_list_shows_stars_and_last_characters(person):
    assert parties.masked(person) == MaskedPerson("裴**", NUMBER[-4:], "0382")


def test_masking_many_asks_once(person, worker, django_assert_num_queries):
    with django_assert_num_queries(1):
        looks = parties.masked_many([person, worker])
    assert looks[worker.pk].name == "何**"
    assert looks[worker.pk].phone_hint == ""
    assert parties.masked_many([]) == {}


def test_a_passport_shows_its_end_and_a_short_one_less(db, clock):
    assert parties.masked(register("Ann Lee", "E12345678", kind="PASSPORT")[0]).id_hint == "5678"
    assert parties.masked(register("Bo Lee", "A1234", kind="PASSPORT")[0]).id_hint == "34"


def test_revealing_returns_what_is_held_and_is_seen_by_the_person(person, worker, clock):
    shown = parties.reveal(
        worker, person, ["PHONE", "ID_NUMBER", "ADDRESS", "NAME"], " 打电话 问体温 ", duty=DUTY
    )
    assert shown == {"PHONE": PHONE, "ID_NUMBER": NUMBER, "NAME": "裴听澜"}
    clock.advance(timedelta(hours=1))
    parties.reveal(worker, person, ["PHONE"], "再次联系本人")
    later, first = parties.looks(person)
    assert (later.at - first.at, later.duty) == (timedelta(hours=1), None)
    assert (first.who, first.duty, first.purpose.zh) == ("何立山", DUTY, "打电话 问体温")
    assert first.fields == (
        Text("详细住址", "exact address"),
        Text("身份证号", "identity number"),
        Text("姓名", "name"),
        Text("手机号", "telephone"),
    )
    assert parties.looks(worker) == []


@pytest.mark.parametrize(
    ("fields", "purpose", "field"),
    [
        (["PHONE"], "", "purpose"),
        (["PHONE"], "  看 ", "purpose"),
        (["PHONE"], "核对一" + " " * 9, "purpose"),
        (["PHONE"], "为" * 201, "purpose"),
        (["PHONE"], f"核对 {NUMBER}", "purpose"),
        (["PHONE"], f"拨打 {PHONE} 联系", "purpose"),
        ([], "核对身份信息", "fields"),
        (["PASSWORD"], "核对身份信息", "fields"),
    ],
)
def test_without_a_good_reason_nothing_is_shown(person, worker, fields, purpose, field):
    with pytest.raises(Problem) as caught:
        parties.reveal(worker, person, fields, purpose)
    assert caught.value.field == field
    assert parties.looks(person) == []


def test_a_look_that_fails_leaves_no_trace_and_shows_nothing(person, worker):
    item = VaultItem.objects.get(person=person, field="PHONE")
    VaultItem.objects.filter(pk=item.pk).update(ciphertext=bytes(item.ciphertext)[:-1] + b"x")
    with pytest.raises(crypto.KeyProblem), transaction.atomic():
        parties.reveal(worker, person, ["PHONE"], "打电话问体温")
    assert parties.looks(person) == []


def test_an_item_moved_to_another_person_does_not_open(person, worker):
    VaultItem.objects.filter(person=person, field="PHONE").update(person=worker)
    with pytest.raises(crypto.KeyProblem):
        parties.reveal(worker, worker, ["PHONE"], "打电话问体温")


def held(person):
    return {(item.label.en, item.what.en) for item in parties.held_about(person)}


def test_people_see_everything_that_is_held_about_them(person, territory):
    parties.set_address(person, territory["C001"], "2-301", GUARD)
    parties.create_account(username="pei", person=person, password="x" * 10, actor=journal.SYSTEM)
    parties.issue_personal_link(person, 14, GUARD)
    parties.correct_name(person, "裴听兰", actor=GUARD)
    assert held(person) >= {
        ("name", "裴**"),
        ("sex", "female"),
        ("date of birth", "1990-01-02"),
        ("identity number", f"ending in {NUMBER[-4:]}"),
        ("telephone", "ending in 0382"),
        ("exact address", "encrypted"),
        ("household", "a token of one door"),
        ("user name", "1 record"),
        ("personal link", "1 record"),
        ("details in the journal", "1 record"),
    }
    for item in parties.held_about(person):
        assert all(
            (item.purpose.zh, item.purpose.en, item.basis.zh, item.basis.en, item.until.zh, item.until.en)
        )


def test_nothing_is_said_of_other_people(person, worker):
    assert held(worker) == {
        ("name", "何**"),
        ("sex", "male"),
        ("date of birth", "1980-01-01"),
        ("identity number", f"ending in {parties.masked(worker).id_hint}"),
    }
