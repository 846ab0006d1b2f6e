"""Tables of procedure versions, of the runs of cases, and of refusals. Written by `services` only."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from shouwang.util.text import Text


class ProcedureVersion(models.Model):
    """One published version of a working method, in force from a date until the next one is."""

    NOT_PERSONAL: ClassVar = {"bpmn": "a working method, about nobody in particular"}

    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    bpmn = models.TextField()
    digest = models.CharField(max_length=64)
    effective_from = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="procedure_version_once"),
            models.UniqueConstraint(fields=["key", "digest"], name="procedure_content_once"),
        ]
        indexes = [models.Index(fields=["key", "-effective_from", "-version"], name="procedure_in_force")]
        triggers = [
            pgtrigger.Protect(name="procedure_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @property
    def name(self) -> Text:
        """What the working method is called, in both languages."""
        return Text(self.name_zh, self.name_en)


class Run(models.Model):
    """Where a case stands in its procedure: the engine's tokens, compressed, and when a timer next fires."""

    NOT_PERSONAL: ClassVar = {"tokens": "element ids and the facts of the case, which hold no data of people"}

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    tokens = models.BinaryField()
    next_timer_at = models.DateTimeField(null=True)
    is_finished = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_timer_at"],
                name="run_next_timer",
                condition=models.Q(next_timer_at__isnull=False, is_finished=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.version_id}"


class Refusal(models.Model):
    """One attempt to finish a step that its standard refused, and the checklist items that were missing.

    It tells which items people take for done that are not; it names no one, and changes nothing in the case.
    """

    NOT_PERSONAL: ClassVar = {"missing": "keys of checklist items"}

    step = models.ForeignKey("cases.Step", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    missing = ArrayField(models.CharField(max_length=64))

    class Meta:
        indexes = [models.Index(fields=["at"], name="refusal_at")]

    def __str__(self) -> str:
        return f"{self.step_id}: {', '.join(self.missing)}"
