"""The table of notices. Written by `services` only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.util.text import Text


class Urgency(models.TextChoices):
    """How soon the recipient should look."""

    ROUTINE = "ROUTINE", _("平常")
    URGENT = "URGENT", _("紧急")
    EMERGENCY = "EMERGENCY", _("特急")


class Notice(models.Model):
    """One thing put before one person. `thread` ("case:17") lets the end of a matter take its notices away.

    Open (`closed_at` empty) is what stands in the inbox; read means seen, and settles nothing.
    """

    NOT_PERSONAL: ClassVar = {
        "title_zh": "notices name steps, places and posts; services refuse numbers of people",
        "title_en": "as title_zh",
        "body_zh": "as title_zh",
        "body_en": "as title_zh",
        "link": "an address within the product, by internal key",
        "urgency": "one of three words",
    }

    # people are shredded, never deleted, and inboxes are read by the indexes below
    recipient = models.ForeignKey(
        "parties.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    urgency = models.CharField(max_length=9, choices=Urgency.choices, default=Urgency.ROUTINE)
    thread = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["recipient", "-id"], condition=Q(closed_at__isnull=True), name="notices_inbox"
            ),
            models.Index(
                fields=["recipient"],
                condition=Q(closed_at__isnull=True, read_at__isnull=True),
                name="notices_unread",
            ),
            models.Index(fields=["thread"], condition=Q(closed_at__isnull=True), name="notices_thread"),
        ]

    def __str__(self) -> str:
        """Return the Chinese title."""
        return self.title_zh

    @property
    def title(self) -> Text:
        """What it is about, in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def body(self) -> Text:
        """The rest of the words, in both languages; may be empty."""
        return Text(self.body_zh, self.body_en)
