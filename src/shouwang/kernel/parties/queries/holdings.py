"""What is held about a person, and who looked: read from the models' declarations and from the journal.

Because the list follows the declarations (`shouwang.util.privacy`), a new table with personal data shows
here, and is reached by shredding, as soon as it passes the test that every table must pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.models import Household, Person, VaultField
from shouwang.util import privacy
from shouwang.util.privacy import Personal
from shouwang.util.text import Text, mask_name

NAME = "NAME"
REVEALED = "person.revealed"
FIELD_NAMES: dict[str, Text] = {
    NAME: Text("姓名", "name"),
    VaultField.ID_NUMBER.value: Text("身份证号", "identity number"),
    VaultField.PASSPORT.value: Text("护照或通行证号", "passport or travel permit"),
    VaultField.PHONE.value: Text("手机号", "telephone"),
    VaultField.ADDRESS.value: Text("详细住址", "exact address"),
}
SEXES = {"M": Text("男", "male"), "F": Text("女", "female")}
#: Fields of the vault's own rows are told by what they hold, not one by one.
_TOLD_BY_THE_VAULT = "parties.VaultItem"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at somebody's full data: when, who, in which duty, at what, and why."""

    at: datetime
    who: str
    duty: Text | None
    fields: tuple[Text, ...]
    purpose: Text


@dataclass(frozen=True, slots=True)
class Held:
    """One thing held about a person, in words: its name, what it is (masked), purpose, legal ground, end."""

    label: Text
    what: Text
    purpose: Text
    basis: Text
    until: Text


def looks(person: Person, limit: int = 200) -> list[Look]:
    """Return who looked at the person's full data, newest first."""
    entries = journal.entries(subject=journal.Ref("person", person.pk), verbs=[REVEALED], limit=limit)
    lookers = Person.objects.in_bulk([int(entry.actor_key) for entry in entries])
    return [_look(entry, lookers.get(int(entry.actor_key))) for entry in entries]


def held_about(person: Person) -> list[Held]:
    """Return everything that any part of the product holds about the person."""
    held = [*_held_in_vault(person), *_held_elsewhere(person)]
    for model, rows in personal_rows(person):
        if model._meta.label == _TOLD_BY_THE_VAULT:
            continue
        for name, personal in privacy.declared(model).items():
            what = _what(model, name, rows)
            if what is not None:
                held.append(_held(_label(name, personal), what, personal))
    return held


def personal_rows(person: Person) -> Iterator[tuple[type[Model], QuerySet[Any]]]:
    """Yield each model that declares personal data, with its rows about the person."""
    for model in apps.get_models():
        path = privacy.person_path(model)
        if privacy.declared(model) and path != privacy.OWN_SHREDDER:
            # By primary key, because a path over several rows (all passengers of a car) would repeat them.
            found = model._default_manager.filter(**{path or "pk": person.pk}).values("pk")
            yield model, model._default_manager.filter(pk__in=found)


def _look(entry: journal.Entry, looker: Person | None) -> Look:
    duty, purpose = entry.data.get("duty"), entry.data["purpose"]
    return Look(
        at=entry.at,
        who=looker.name if looker else "",
        duty=Text(duty["zh"], duty["en"]) if duty else None,
        fields=tuple(FIELD_NAMES[name] for name in entry.data["fields"]),
        purpose=Text(purpose, purpose) if isinstance(purpose, str) else Text(purpose["zh"], purpose["en"]),
    )


def _held_in_vault(person: Person) -> Iterator[Held]:
    for item in person.vault_items.order_by("field"):
        what = (
            Text(f"尾号 {item.hint}", f"ending in {item.hint}") if item.hint else Text("已加密", "encrypted")
        )
        yield _held(FIELD_NAMES[item.field], what, type(item).PERSONAL["ciphertext"])


def _held_elsewhere(person: Person) -> Iterator[Held]:
    """Tell what leaves by a service of its own: the door of the home, and details beside journal entries."""
    if person.residences.filter(household__isnull=False).exists():
        what = Text("一个门牌的代号", "a token of one door")
        yield _held(Text("同住户", "household"), what, Household.PERSONAL["door_token"])
    count = journal.count_details(journal.Ref("person", person.pk))
    if count:
        what = _records(count)
        yield Held(
            Text("日志附注", "details in the journal"),
            what,
            Text("说明一次操作涉及的内容", "to tell what an act was about"),
            privacy.OFFICIAL_DUTY,
            Text("删除个人信息时一并删除", "deleted with the person's data"),
        )


def _held(label: Text, what: Text, personal: Personal) -> Held:
    until = Text("事由结束前", "until the purpose ends")
    if personal.keep_days is not None:
        until = Text("事由结束后 {days} 天", "{days} days after the purpose ends").format(
            days=personal.keep_days
        )
    return Held(label, what, personal.purpose, personal.basis, until)


def _label(name: str, personal: Personal) -> Text:
    if personal.label:
        return personal.label
    words = name.replace("_", " ")
    return Text(words, words)


def _what(model: type[Model], name: str, rows: QuerySet[Any]) -> Text | None:
    """Return what there is in words, or None if there is nothing; one's own name is shown masked."""
    if model is Person:
        value = str(rows.values_list(name, flat=True).first() or "")
        shown = mask_name(value) if name == "name" else value
        return SEXES.get(shown, Text(shown, shown)) if shown else None
    count = sum(1 for value in rows.values_list(name, flat=True) if value not in (None, "", b"", {}, []))
    return _records(count) if count else None


def _records(count: int) -> Text:
    return Text(f"{count} 条", "1 record" if count == 1 else f"{count} records")
