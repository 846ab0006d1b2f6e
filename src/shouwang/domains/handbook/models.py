"""The issue list: what was found wrong with a procedure or one of its steps, and how it was put right."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.util.privacy import OFFICIAL_DUTY, Personal
from shouwang.util.text import Text

#: How long the words of an issue are kept after it was closed.
KEEP_DAYS = 180
#: How long what is written about an issue may be.
LONGEST = 300


class Reason(models.TextChoices):
    """What is wrong, as one tap says it."""

    LIMIT = "LIMIT", _("时限不够")
    STANDARD = "STANDARD", _("要求做不到")
    FORM = "FORM", _("表里缺要填的，或者多了")
    NOBODY = "NOBODY", _("找不到人、没人接")
    NOT_DONE = "NOT_DONE", _("没按规定做")
    OTHER = "OTHER", _("别的，写几个字")


class Concern(models.TextChoices):
    """Who must put it right: whoever leads the place, or whoever answers for the procedure."""

    PLACE = "PLACE", _("这里的做法")
    METHOD = "METHOD", _("流程本身")


#: What each reason is about until somebody who looked says otherwise.
CONCERN_OF = {
    Reason.LIMIT: Concern.METHOD,
    Reason.STANDARD: Concern.METHOD,
    Reason.FORM: Concern.METHOD,
    Reason.NOBODY: Concern.PLACE,
    Reason.NOT_DONE: Concern.PLACE,
    Reason.OTHER: Concern.PLACE,
}


class Severity(models.TextChoices):
    """How soon it must be put right."""

    SERIOUS = "SERIOUS", _("急，耽误人")
    ORDINARY = "ORDINARY", _("一般")
    MINOR = "MINOR", _("不急")


def _words(zh: str, en: str, label: Text) -> Personal:
    return Personal(Text(zh, en), OFFICIAL_DUTY, keep_days=KEEP_DAYS, shred="blank", label=label)


class Issue(models.Model):
    """One issue: its case runs the procedure ISSUE and holds owner, clock and state; this row says the rest.

    `mended_by` did what was done, `closed_by` looked at it and is never the same person (held by a check
    constraint). `returns` counts how often the check sent it back. `reopens` is the closed issue that this
    one takes up again.
    """

    PERSONAL: ClassVar = {
        "what": _words(
            "让负责的人知道哪里不对",
            "so that whoever answers for it knows what is wrong",
            Text("报的问题", "issue reported"),
        ),
        "done": _words(
            "让复核的人知道办了什么",
            "so that whoever checks knows what was done",
            Text("问题怎么办的", "what was done about an issue"),
        ),
    }
    PERSONAL_OF = "found_by"

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="+")
    procedure_key = models.CharField(max_length=40)
    procedure_version = models.PositiveIntegerField()
    step_key = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=40, blank=True)
    about_case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    concern = models.CharField(max_length=8, choices=Concern.choices)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    what = models.CharField(max_length=LONGEST, blank=True)
    found_by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    request_key = models.UUIDField(unique=True)
    done = models.CharField(max_length=LONGEST, blank=True)
    mended_by = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")
    mended_at = models.DateTimeField(null=True)
    returns = models.PositiveSmallIntegerField(default=0)
    closed_by = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    reopens = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reopened_as")
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=models.F("mended_by")),
                name="issue_closed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, mended_at__isnull=False),
                name="issue_closed_whole",
            ),
            models.UniqueConstraint(fields=["reopens"], name="issue_reopened_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["procedure_key", "closed_at"], name="issue_of_procedure"),
            models.Index(fields=["role", "closed_at"], name="issue_of_role"),
            models.Index(
                fields=["closed_at"],
                name="issue_to_shred",
                condition=Q(shredded_at__isnull=True, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the number of its case."""
        return self.case.number

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it yet."""
        return self.closed_at is None
