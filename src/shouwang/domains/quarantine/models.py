"""Tables of quarantine orders and readings. Written by `services` only."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwang.kernel.rules import api as rules
from shouwang.util.privacy import EMERGENCY, Personal
from shouwang.util.text import Text

FEVER = "fever_axillary_celsius"
WATCH = Text("判断有没有发热、能不能按期解除", "to notice a fever and to release on time")


class OriginGroup(models.TextChoices):
    """Where somebody came from, as far as the term depends on it."""

    HUBEI = "HUBEI", _("湖北")
    PRIORITY_AREA = "PRIORITY_AREA", _("省内外重点地区")
    OTHER_PROVINCE = "OTHER_PROVINCE", _("其他省份")
    IN_PROVINCE = "IN_PROVINCE", _("省内")
    OVERSEAS = "OVERSEAS", _("境外")


class PersonGroup(models.TextChoices):
    """Why somebody is quarantined, as far as the term depends on it."""

    ARRIVAL = "ARRIVAL", _("来郑人员")
    CLOSE_CONTACT = "CLOSE_CONTACT", _("密切接触者")


class EndReason(models.TextChoices):
    """Why an order ended; the names are SORMAS's EndOfQuarantineReason."""

    ASYMPTOMATIC = "ASYMPTOMATIC", _("期满无症状")
    ISOLATED_AS_CASE = "ISOLATED_AS_CASE", _("转诊")
    LOST_TO_FOLLOWUP = "LOST_TO_FOLLOWUP", _("失联")
    OTHER = "OTHER", _("其他")


class Window(models.TextChoices):
    """The two times of day at which a temperature is due; their hours are the parameter `reading_windows`."""

    MORNING = "MORNING", _("早上")
    EVENING = "EVENING", _("傍晚")


class Via(models.TextChoices):
    """Who took and told a reading."""

    RESIDENT = "RESIDENT", _("本人")
    FAMILY = "FAMILY", _("家人")
    TEAM = "TEAM", _("专班上门")
    PHONE = "PHONE", _("电话")
    DOCTOR = "DOCTOR", _("医生")


class Order(models.Model):
    """One order of home quarantine, one to one with its case.

    The day of arrival (or of the last exposure) is day 1; `until_at` is 24:00 local time of day `term_days`.
    `reason_*` are the words of the rule that gave the term, `table_version` says of which table.
    """

    PERSONAL: ClassVar = {
        "extension_reason": Personal(
            Text("让本人知道为什么延长", "so that the person knows why the term was extended"),
            EMERGENCY,
            keep_days=30,
            shred="blank",
            label=Text("延长隔离的原因", "reason for extending the quarantine"),
        ),
    }
    NOT_PERSONAL: ClassVar = {
        "origin_group": "one of five areas, tied to nobody once the person is shredded",
        "person_group": "arrival or contact, tied to nobody once the person is shredded",
        "reason_zh": "the words of a rule",
        "reason_en": "the words of a rule",
        "table_version": "names the version of a rule",
        "end_reason": "one of four ends",
        "certificate_number": "the number of a document",
    }

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=200)
    origin_group = models.CharField(max_length=16, choices=OriginGroup.choices)
    person_group = models.CharField(max_length=16, choices=PersonGroup.choices)
    arrived_at = models.DateTimeField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    release_check_at = models.DateTimeField()
    term_days = models.PositiveSmallIntegerField()
    reason_zh = models.CharField(max_length=300)
    reason_en = models.CharField(max_length=400)
    table_version = models.CharField(max_length=20)
    legal_basis_key = models.CharField(max_length=40)
    extended_days = models.PositiveSmallIntegerField(default=0)
    extension_reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, blank=True)
    certificate_number = models.CharField(max_length=24, blank=True)
    #: When an order past its term alarmed the highest level; once per term.
    alarmed_at = models.DateTimeField(null=True, blank=True)
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="quarantine_order_ends_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(until_at__gt=F("release_check_at")), name="quarantine_order_check_before_end"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="quarantine_order_one_in_force"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["place_path"],
                opclasses=["text_pattern_ops"],
                condition=Q(ended_at__isnull=True),
                name="quarantine_order_in_force",
            ),
            models.Index(
                fields=["until_at"], condition=Q(ended_at__isnull=True), name="quarantine_order_until"
            ),
            models.Index(
                fields=["ended_at"], condition=Q(shredded_at__isnull=True), name="quarantine_order_to_shred"
            ),
        ]

    def __str__(self) -> str:
        """Return the key only: people are named by pages."""
        return f"order {self.pk}"

    @property
    def reason(self) -> Text:
        """Why the term is as long as it is, in both languages."""
        return Text(self.reason_zh, self.reason_en)

    @property
    def is_in_force(self) -> bool:
        """Whether the person is under the order now."""
        return self.ended_at is None


class Reading(models.Model):
    """One body temperature. The first of a window counts for it (`is_counted`), later ones are extra.

    `client_key` is made where it was typed, so that the same reading sent twice is one.
    """

    PERSONAL: ClassVar = {
        "celsius": Personal(
            WATCH, EMERGENCY, keep_days=30, shred="blank", label=Text("体温", "temperatures")
        ),
    }
    PERSONAL_OF = "order__person"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="readings")
    day = models.DateField()
    window = models.CharField(max_length=8, choices=Window.choices)
    is_counted = models.BooleanField()
    celsius = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    via = models.CharField(max_length=8, choices=Via.choices)
    by_person = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")
    client_key = models.UUIDField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "day", "window"],
                condition=Q(is_counted=True),
                name="quarantine_reading_one_counts",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "taken_at"], name="quarantine_reading_taken"),
            models.Index(
                fields=["day", "window", "order"],
                condition=Q(is_counted=True),
                name="quarantine_reading_window",
            ),
        ]

    def __str__(self) -> str:
        """Return keys only, never the temperature."""
        return f"{self.order_id} {self.day} {self.window}"

    @property
    def has_fever(self) -> bool:
        """Whether the temperature is a fever by the rule of its day."""
        limit = Decimal(str(rules.parameter(FEVER, self.day)))
        return self.celsius is not None and self.celsius >= limit


class MissedReading(models.Model):
    """A window that closed without a reading. `told_at`: its step was raised in the case, once.

    `settled_at`: a later reading made up for it.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="missed_readings")
    day = models.DateField()
    window = models.CharField(max_length=8, choices=Window.choices)
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "day", "window"], name="quarantine_missed_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["raised_at"], condition=Q(told_at__isnull=True), name="quarantine_missed_untold"
            ),
            models.Index(
                fields=["order"], condition=Q(settled_at__isnull=True), name="quarantine_missed_open"
            ),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.order_id} {self.day} {self.window}"


class ClosedWindow(models.Model):
    """A window of a day whose missing readings have been worked out, so that it is done once."""

    day = models.DateField()
    window = models.CharField(max_length=8, choices=Window.choices)
    closed_at = models.DateTimeField()
    missed_count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "window"], name="quarantine_window_closed_once"),
        ]

    def __str__(self) -> str:
        """Return day and window."""
        return f"{self.day} {self.window}"
