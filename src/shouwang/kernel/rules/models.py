"""Tables of decision tables and parameters: published once, never changed. Written by `services` only."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from shouwang.util.text import Text


def _published_for_good(what: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="published_for_good",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=(
            f"RAISE EXCEPTION '{what} % is published: it is followed by a later one, never changed', "
            "OLD.key USING ERRCODE = 'integrity_constraint_violation';"
        ),
    )


class DecisionTable(models.Model):
    """One version of a decision table: its file's content, in force from the local date `effective_from`."""

    NOT_PERSONAL: ClassVar = {"content": "a rule, about nobody in particular"}

    key = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    effective_from = models.DateField()
    content = models.JSONField()
    source = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="rules_table_version"),
        ]
        triggers: ClassVar = [_published_for_good("decision table")]

    def __str__(self) -> str:
        """Return key and version."""
        return f"{self.key} {self.version}"


class Parameter(models.Model):
    """A value that rules and services use, with unit and source, from the local date `effective_from` on."""

    NOT_PERSONAL: ClassVar = {"value": "a threshold, limit or amount that holds for everybody"}

    key = models.CharField(max_length=80)
    effective_from = models.DateField()
    value = models.JSONField()
    unit = models.CharField(max_length=30, blank=True)
    source = models.TextField()
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "effective_from"], name="rules_parameter_dated"),
        ]
        triggers: ClassVar = [_published_for_good("parameter")]

    def __str__(self) -> str:
        """Return key and value."""
        return f"{self.key} = {self.value}"

    @property
    def name(self) -> Text:
        """What the parameter is called, in both languages."""
        return Text(self.name_zh, self.name_en)
