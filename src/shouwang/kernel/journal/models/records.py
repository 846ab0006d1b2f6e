"""What is stored: entries, their shreddable details, and the seals over them."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from shouwang.util.privacy import OFFICIAL_DUTY, OWN_SHREDDER, Personal
from shouwang.util.text import Text


class CurrentTransaction(models.Func):
    """The number of the writing transaction, as the database counts it (see migration 0001)."""

    function = "journal_xact"
    template = "%(function)s()"
    arity = 0
    output_field = models.BigIntegerField()


def _refuse(name: str, operation: pgtrigger.Operation, words: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        func=f"RAISE EXCEPTION '{words}', OLD.id USING ERRCODE = 'integrity_constraint_violation';",
    )


class Entry(models.Model):
    """One act: `actor` did `verb` to `subject` at an instant. Never changed, never deleted."""

    NOT_PERSONAL: ClassVar = {
        "data": "record() refuses identity numbers and telephones; people stand as keys"
    }

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=20)
    actor_key = models.CharField(max_length=64, blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=64, blank=True)
    thread = models.CharField(max_length=100, blank=True)
    place_path = models.CharField(max_length=250, blank=True)
    data = models.JSONField(default=dict, blank=True)
    personal_digest = models.CharField(max_length=64, blank=True)
    xact = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["thread", "id"], name="journal_entry_thread"),
            models.Index(fields=["subject_kind", "subject_key", "id"], name="journal_entry_subject"),
            models.Index(fields=["actor_kind", "actor_key", "id"], name="journal_entry_actor"),
            models.Index(
                fields=["place_path", "id"],
                opclasses=["text_pattern_ops", "int8_ops"],
                name="journal_entry_place",
            ),
            models.Index(fields=["xact", "id"], name="journal_entry_xact"),
        ]
        triggers: ClassVar = [
            _refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "the journal is append-only: entry % can be neither changed nor deleted",
            )
        ]


class Detail(models.Model):
    """Personal data beside one entry. Shredding deletes the row; the entry keeps only a salted digest."""

    PERSONAL: ClassVar = {
        "data": Personal(
            purpose=Text("说明一次操作涉及的内容", "to tell what an act was about"),
            basis=OFFICIAL_DUTY,
            keep_days=None,
            shred="delete",
        )
    }
    PERSONAL_OF = OWN_SHREDDER
    NOT_PERSONAL: ClassVar = {"salt": "random bytes"}

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    salt = models.BinaryField()
    data = models.JSONField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="delete_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "RAISE EXCEPTION 'the detail of journal entry % can be shredded, but not changed', "
                    "OLD.entry_id USING ERRCODE = 'integrity_constraint_violation';"
                ),
            )
        ]


class Seal(models.Model):
    """A link of the hash chain: the digest over every entry of the transactions [xact_from, xact_until)."""

    NOT_PERSONAL: ClassVar = {
        "digest": "a hash of entries",
        "marks": "eight bytes of the hash of each entry, to name the first one that was changed",
    }

    number = models.BigIntegerField(unique=True)
    xact_from = models.BigIntegerField()
    xact_until = models.BigIntegerField()
    entry_count = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64, blank=True)
    marks = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["xact_from"], name="journal_seal_no_fork"),
            models.CheckConstraint(
                condition=models.Q(xact_until__gt=models.F("xact_from")), name="journal_seal_forward"
            ),
        ]
        triggers: ClassVar = [
            _refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "the journal is append-only: seal % can be neither changed nor deleted",
            )
        ]
