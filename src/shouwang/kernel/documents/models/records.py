"""Tables of issued documents and of the public keys that signed them. Written by `services` only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwang.util.privacy import EMERGENCY, Personal
from shouwang.util.text import Text


class Document(models.Model):
    """A paper as it was issued. `content` is the PDF; `data_digest` the SHA-256 of what it was made from.

    `number` is what people read out: prefix of the kind, local year, and a number that never repeats.
    """

    PERSONAL: ClassVar = {
        "content": Personal(
            Text("本人遗失后可以重打", "so that the holder can have it printed again"),
            EMERGENCY,
            keep_days=30,
            shred="blank",
            label=Text("文书", "papers"),
        )
    }
    NOT_PERSONAL: ClassVar = {"number": "counts documents of a kind in a year"}

    class Language(models.TextChoices):
        """The language that leads on the paper."""

        CHINESE = "zh-hans", "中文"
        ENGLISH = "en", "English"

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=40)
    thread = models.CharField(max_length=100, blank=True)
    person = models.ForeignKey(
        "parties.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.CHINESE)
    data_digest = models.CharField(max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True)
                | models.Q(revoked_at__gte=models.F("created_at")),
                name="documents_revoked_after_issue",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["thread", "created_at"], name="documents_thread"),
            models.Index(fields=["person", "created_at"], name="documents_person"),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number


class SigningKey(models.Model):
    """A public key that this deployment signs with, or did; kept so that old papers still verify."""

    NOT_PERSONAL: ClassVar = {"key_id": "names a public key"}

    class State(models.TextChoices):
        """Whether what the key signed is to be believed."""

        TRUSTED = "TRUSTED", _("可信")
        WITHDRAWN = "WITHDRAWN", _("已作废")

    key_id = models.CharField(max_length=12, unique=True)
    public_key = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.TRUSTED)
    first_used_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the id of the key."""
        return self.key_id
