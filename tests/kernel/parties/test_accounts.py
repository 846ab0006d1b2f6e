"""Accounts, organisations and personal links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Account, Organisation, OrganisationRow
from shouwang.util.problems import Problem
from tests.kernel.parties.conftest import GUARD

PASSWORD = "一个很长的密码"


@pytest.fixture
def account(worker):
    return parties.create_account(username=" hé ", person=worker, password=PASSWORD, actor=journal.SYSTEM)


def test_an_account_signs_in_and_carries_no_other_rights(account):
    assert authenticate(username="hé", password=PASSWORD) == account
    assert authenticate(username="hé", password="wrong") is None
    assert not hasattr(account, "is_superuser")
    assert {field.name for field in Account._meta.get_fields()} == {
        "id", "password", "username", "person", "is_active", "language", "type_size", "demo_duty"
    }  # fmt: skip


def test_a_closed_account_does_not_sign_in(account):
    Account.objects.update(is_active=False)
    assert authenticate(username="hé", password=PASSWORD) is None


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [("hé", "x", "username_taken"), ("", "x", "account_incomplete"), ("b", "", "account_incomplete")],
)
def test_accounts_that_cannot_be(account, person, username, password, code):
    with pytest.raises(Problem) as caught:
        parties.create_account(username=username, person=person, password=password, actor=journal.SYSTEM)
    assert caught.value.code == code


def test_one_person_has_one_account(account, worker):
    with pytest.raises(Problem) as caught:
        parties.create_account(username="other", person=worker, password="x", actor=journal.SYSTEM)
    assert caught.value.code == "account_exists"


def test_preferences_are_kept_and_unknown_ones_refused(account):
    parties.set_preferences(account, language="en", type_size="big")
    parties.set_preferences(account, language="zh-hans")
    kept = Account.objects.get()
    assert (kept.language, kept.type_size) == ("zh-hans", "big")
    with pytest.raises(Problem):
        parties.set_preferences(account, language="tlh")


@pytest.mark.django_db
def test_organisations_load_again_without_doubling():
    rows = [
        OrganisationRow(f"D{number}", "DEPARTMENT", f"部门{number}", f"Dept {number}") for number in range(75)
    ]
    assert parties.load_organisations(rows, journal.SYSTEM) == 75
    rows[3] = OrganisationRow("D3", "HOSPITAL", "医院", "Hospital")
    parties.load_organisations(rows, journal.SYSTEM)
    assert Organisation.objects.count() == 75
    assert Organisation.objects.get(code="D3").kind == "HOSPITAL"


def test_a_personal_link_opens_until_it_expires_or_is_taken_back(person, clock):
    token = parties.issue_personal_link(person, 2, GUARD)
    assert parties.person_by_link(token) == person
    for wrong in ("", token[:-1], token + "x"):
        with pytest.raises(parties.LinkNotGood):
            parties.person_by_link(wrong)
    clock.advance(timedelta(days=2))
    with pytest.raises(parties.LinkNotGood):
        parties.person_by_link(token)
    fresh = parties.issue_personal_link(person, 2, GUARD)
    assert parties.revoke_personal_links(person, GUARD) == 2
    with pytest.raises(parties.LinkNotGood):
        parties.person_by_link(fresh)
