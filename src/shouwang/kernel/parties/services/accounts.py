"""Accounts with which people sign in, and the register of organisations."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.models import Account, Organisation, Person
from shouwang.kernel.places.api import Place
from shouwang.util.problems import Problem
from shouwang.util.text import Text


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation to be loaded; see `Organisation` for the fields."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    place: Place | None = None


def create_account(
    *,
    username: str,
    person: Person,
    password: str,
    actor: journal.Actor,
    language: str = Account.Language.CHINESE,
    demo_duty: str = "",
) -> Account:
    """Give the person an account; raises Problem when the name is taken or the person has one already."""
    username = unicodedata.normalize("NFKC", username).strip()
    if not username or not password:
        raise Problem(
            "account_incomplete", Text("用户名和密码都要填。", "User name and password are both needed.")
        )
    with transaction.atomic():
        if Account.objects.filter(username=username).exists():
            raise Problem(
                "username_taken", Text("这个用户名已有人用。", "This user name is taken."), field="username"
            )
        if Account.objects.filter(person=person).exists():
            raise Problem("account_exists", Text("这个人已经有账号。", "This person has an account already."))
        account = Account(username=username, person=person, language=language, demo_duty=demo_duty)
        account.set_password(password)
        account.save()
        journal.record("account.created", actor, journal.Ref("person", person.pk))
    return account


def set_preferences(account: Account, *, language: str | None = None, type_size: str | None = None) -> None:
    """Keep the language and the type size in which an account reads; raises Problem for an unknown value."""
    wanted = {"language": language, "type_size": type_size}
    known = {"language": Account.Language.values, "type_size": Account.TypeSize.values}
    changed = {name: value for name, value in wanted.items() if value is not None}
    for name, value in changed.items():
        if value not in known[name]:
            raise Problem(
                "preference_unknown", Text("没有这个选项。", "There is no such choice."), field=name
            )
        setattr(account, name, value)
    account.save(update_fields=list(changed))


def load_organisations(rows: Iterable[OrganisationRow], actor: journal.Actor) -> int:
    """Make or update organisations by code, in bulk; return how many rows there were."""
    rows = list(rows)
    organisations = [
        Organisation(code=row.code, kind=row.kind, name_zh=row.name_zh, name_en=row.name_en, place=row.place)
        for row in rows
    ]
    with transaction.atomic():
        Organisation.objects.bulk_create(
            organisations,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["kind", "name_zh", "name_en", "place"],
            batch_size=2_000,
        )
        ref = journal.Ref("organisations", "load")
        journal.record("organisations.loaded", actor, ref, data={"count": len(rows)})
    return len(rows)
