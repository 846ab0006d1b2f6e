"""The one way out of the vault: for a purpose, and written down for the person to see."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.models import Person, VaultItem
from shouwang.kernel.parties.queries.holdings import FIELD_NAMES, NAME, REVEALED
from shouwang.kernel.parties.services import vault
from shouwang.util.privacy import find_leak
from shouwang.util.problems import Problem
from shouwang.util.text import Text

SHORTEST_PURPOSE, LONGEST_PURPOSE = 4, 200


def reveal(
    actor: Person, person: Person, fields: Collection[str], purpose: Text | str, *, duty: Text | None = None
) -> dict[str, str]:
    """Return the person's `fields` in the clear, as far as they are held, and journal the look.

    Fields: "NAME" and the vault's "ID_NUMBER", "PASSPORT", "PHONE", "ADDRESS". `duty` is the duty in which
    the actor looks, shown to the person, as is the purpose: a Text, or a str as somebody typed it. Whether
    the actor may look is decided by the caller, before.

    Raises Problem for a purpose under 4 or over 200 characters or one that carries personal numbers, for an
    unknown field, and for a person whose data was shredded.
    """
    why = _checked_purpose(purpose)
    wanted = sorted(set(fields))
    if not wanted or not FIELD_NAMES.keys() >= set(wanted):
        raise Problem(
            "reveal_fields", Text("没有选要看的内容。", "Nothing was chosen to be shown."), field="fields"
        )
    if person.shredded_at:
        raise Problem(
            "person_shredded", Text("这个人的资料已经删除。", "This person's data has been deleted.")
        )
    with transaction.atomic():
        journal.record(
            REVEALED,
            journal.person(actor.pk),
            journal.Ref("person", person.pk),
            data={
                "fields": wanted,
                "purpose": why,
                "duty": {"zh": duty.zh, "en": duty.en} if duty else None,
            },
        )
        items = VaultItem.objects.filter(person=person, field__in=wanted)
        shown = {item.field: vault.opened(item) for item in items}
    return {NAME: person.name, **shown} if NAME in wanted else shown


def _checked_purpose(purpose: Text | str) -> str | dict[str, str]:
    if isinstance(purpose, Text):
        return {"zh": _checked_words(purpose.zh), "en": _checked_words(purpose.en)}
    return _checked_words(purpose)


def _checked_words(purpose: str) -> str:
    purpose = " ".join(purpose.split())
    if len(purpose) < SHORTEST_PURPOSE:
        raise Problem(
            "purpose_too_short",
            Text("写明为什么要看，至少 4 个字。", "Say why you need to look, in at least 4 characters."),
            why=Text("本人会看到这句话。", "The person will see this sentence."),
            field="purpose",
        )
    if len(purpose) > LONGEST_PURPOSE:
        raise Problem(
            "purpose_too_long",
            Text("原因太长，最多 200 个字。", "The reason is too long; at most 200 characters."),
            field="purpose",
        )
    if find_leak(purpose):
        raise Problem(
            "purpose_personal",
            Text("原因里不要写证件号或电话。", "Do not write identity or telephone numbers into the reason."),
            why=Text("原因会长期留在日志里。", "The reason stays in the journal."),
            field="purpose",
        )
    return purpose
