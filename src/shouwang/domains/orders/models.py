"""Orders and their legs. Written by `services` only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.util.text import Text

PROCEDURE = "ORDER"


class Order(models.Model):
    """One instruction by one post to one duty at many places.

    `path` holds the keys of the orders above it and its own ("/12/40/"), so that everything below an order is
    one indexed range. `parent_leg` is the leg that it splits further.
    """

    NOT_PERSONAL: ClassVar = {
        "title_zh": "an instruction to places; the form asks to leave out names",
        "title_en": "as title_zh",
        "text_zh": "as title_zh",
        "text_en": "as title_zh",
        "target_role": "the key of a duty",
        "closing_reason": "why the order needs nobody any more; about no person",
    }

    request_key = models.UUIDField(unique=True)
    parent_leg = models.ForeignKey("orders.Leg", null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=120)
    campaign = models.CharField(max_length=32)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120, blank=True)
    text_zh = models.TextField(max_length=2000)
    text_en = models.TextField(max_length=4000, blank=True)
    issuer = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("duties.Post", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=250)
    target_kind = models.CharField(max_length=12)
    target_role = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField()
    due_at = models.DateTimeField()
    nudged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["path"], name="order_below", opclasses=["text_pattern_ops"]),
            models.Index(
                fields=["place_path", "-issued_at"], name="order_place", opclasses=["text_pattern_ops", ""]
            ),
            models.Index(fields=["campaign", "-issued_at"], name="order_campaign"),
            models.Index(fields=["parent_leg"], name="order_parent"),
        ]
        constraints = [
            models.CheckConstraint(
                name="order_due_after_issue", condition=Q(due_at__gt=models.F("issued_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh

    @property
    def title(self) -> Text:
        """What the order is called, in both languages (Chinese where no English was written)."""
        return Text(self.title_zh, self.title_en or self.title_zh)

    @property
    def text(self) -> Text:
        """What is to be done, in both languages (Chinese where no English was written)."""
        return Text(self.text_zh, self.text_en or self.text_zh)

    @property
    def is_open(self) -> bool:
        """Whether answers are still awaited."""
        return self.closed_at is None

    @property
    def level(self) -> int:
        """How far down it stands: 1 for an order that splits nothing."""
        return self.path.count("/") - 1


class LegState(models.TextChoices):
    """How far a place has come with an order."""

    SILENT = "SILENT", _("还没签收")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("已签收")
    REPORTED = "REPORTED", _("已回报")
    CONFIRMED = "CONFIRMED", _("已确认")
    WITHDRAWN = "WITHDRAWN", _("已撤销")


class Leg(models.Model):
    """One order at one place; its case carries the clock and the holder.

    `returns` counts how often its report was returned.
    """

    NOT_PERSONAL: ClassVar = {"report": "what a place did; the form asks to leave out names"}

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="legs", db_index=False)
    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=250)
    state = models.CharField(max_length=12, choices=LegState.choices, default=LegState.SILENT)
    acknowledged_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    returns = models.PositiveSmallIntegerField(default=0)
    report = models.CharField(max_length=300, blank=True)
    done_count = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place_path"], name="leg_place", opclasses=["text_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "place"], name="leg_once_per_place"),
            models.CheckConstraint(
                name="leg_settled_or_not",
                condition=Q(state__in=["CONFIRMED", "WITHDRAWN"], settled_at__isnull=False)
                | (~Q(state__in=["CONFIRMED", "WITHDRAWN"]) & Q(settled_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}@{self.place_id}"
