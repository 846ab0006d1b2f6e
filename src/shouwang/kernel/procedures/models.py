"""Tables of procedure versions, of drafts of them, of the runs of cases, and of refusals. Written by `services`."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

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
    """Where a case stands in its procedure: the engine's tokens, compressed, and when a timer next fires.

    `called_versions` are the keys of the versions of the procedures that it calls, fixed when it began.
    `awaited_signals` are the signals that it waits for now.
    """

    NOT_PERSONAL: ClassVar = {
        "tokens": "element ids and the facts of the case, which hold no data of people",
        "called_versions": "keys of versions of working methods",
        "awaited_signals": "names of signals in working methods",
    }

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    tokens = models.BinaryField()
    next_timer_at = models.DateTimeField(null=True)
    is_finished = models.BooleanField(default=False)
    called_versions = ArrayField(models.BigIntegerField(), default=list)
    awaited_signals = ArrayField(models.CharField(max_length=80), default=list)

    class Meta:
        indexes = [
            GinIndex(fields=["awaited_signals"], name="run_awaited_signals"),
            models.Index(
                fields=["next_timer_at"],
                name="run_next_timer",
                condition=models.Q(next_timer_at__isnull=False, is_finished=False),
            ),
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


class DraftState(models.TextChoices):
    """How far a draft has come. Returned by the second person, it is a draft again."""

    DRAFT = "DRAFT", _("在改")
    SUBMITTED = "SUBMITTED", _("等人审")
    APPROVED = "APPROVED", _("审过，等发布")
    PUBLISHED = "PUBLISHED", _("已发布")
    WITHDRAWN = "WITHDRAWN", _("作废了")


class Draft(models.Model):
    """What a procedure shall say next, before it is in force: edited, checked by a second person, published.

    `editors` are all who have saved it; none of them may approve it (four eyes). `revision` counts the saves,
    so that nobody overwrites what another has saved since.
    """

    NOT_PERSONAL: ClassVar = {
        "bpmn": "a working method, about nobody in particular",
        "note": "why a working method changes",
        "remark": "what the second person says of a working method",
    }

    key = models.CharField(max_length=40)
    based_on = models.ForeignKey(ProcedureVersion, null=True, on_delete=models.PROTECT, related_name="+")
    bpmn = models.TextField()
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    editors = models.ManyToManyField("parties.Person", related_name="+")
    saved_by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    effective_from = models.DateField(null=True)
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)
    published = models.ForeignKey(ProcedureVersion, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="draft_by_four_eyes",
                condition=~Q(state__in=["APPROVED", "PUBLISHED"])
                | (Q(reviewed_by__isnull=False) & ~Q(reviewed_by=F("author"))),
            ),
            models.CheckConstraint(
                name="draft_published_as_a_version",
                condition=~Q(state="PUBLISHED") | Q(published__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "-saved_at"], name="draft_by_state")]

    def __str__(self) -> str:
        return f"draft {self.pk} of {self.key}"

    @property
    def is_open(self) -> bool:
        """Whether it may still become a version."""
        return self.state in {DraftState.DRAFT, DraftState.SUBMITTED, DraftState.APPROVED}


class SignalHeard(models.Model):
    """A case has heard a signal, known by its journal entry: once, however often the job that tells it runs."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    entry = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "run"], name="signal_heard_once")]

    def __str__(self) -> str:
        return f"{self.run_id} heard {self.entry}"
