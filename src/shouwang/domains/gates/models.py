"""Tables of gates: a car that registered, and the people in it. Written by `services` only."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwang.util.ids import new_uuid
from shouwang.util.privacy import EMERGENCY, Personal
from shouwang.util.text import Text

#: Days that the record of a passage is kept (lexicon section 11: checkpoint passage 30 days).
KEEP_DAYS = 30

_CHECK = Text(
    "在卡口查验，并告知居住地社区", "to check at the checkpoint and tell the community of residence"
)
_DECIDE = Text("按规则判定能不能通行", "to decide by the rules whether to pass")


def new_status_token() -> str:
    """Return the secret part of the address of a status page: 192 bits, found by nobody who tries."""
    return secrets.token_urlsafe(24)


class VehicleKind(models.TextChoices):
    """What kind of vehicle came."""

    CAR = "CAR", _("小客车")
    COACH = "COACH", _("客车")
    LORRY = "LORRY", _("货车")
    OTHER = "OTHER", _("其他")


class RegistrationState(models.TextChoices):
    """Whether a registered car still waits for its check."""

    WAITING = "WAITING", _("等候查验")
    CHECKED = "CHECKED", _("已查验")
    EXPIRED = "EXPIRED", _("已作废")


class OriginGroup(models.TextChoices):
    """Where a car comes from, as far as the rules care (decision table `origin_group`)."""

    HUBEI = "HUBEI", _("湖北")
    PRIORITY_AREA = "PRIORITY_AREA", _("重点地区")
    OVERSEAS = "OVERSEAS", _("境外")
    OTHER_PROVINCE = "OTHER_PROVINCE", _("外省")
    IN_PROVINCE = "IN_PROVINCE", _("省内外市")
    IN_CITY = "IN_CITY", _("本市")


class Decision(models.TextChoices):
    """What was decided about a person, and about a car: the strictest of its people."""

    PASS = "PASS", _("通行")
    PASS_AND_NOTIFY = "PASS_AND_NOTIFY", _("通行并告知")
    TURN_BACK = "TURN_BACK", _("劝返")
    HOLD = "HOLD", _("留观")


#: Decisions in both languages, for records that are read in either.
DECISION_WORDS: dict[str, Text] = {
    Decision.PASS: Text("通行", "Pass"),
    Decision.PASS_AND_NOTIFY: Text("通行并告知", "Pass and notify"),
    Decision.TURN_BACK: Text("劝返", "Turn back"),
    Decision.HOLD: Text("留观", "Hold"),
}


class Registration(models.Model):
    """One car that registered at one checkpoint.

    `request_key` is made by the traveller's phone and known to it alone: the same form sent twice is one
    registration. `public_id` stands in the code that the guard scans and opens nothing without a duty;
    `status_token` is the secret address of the traveller's own page. `sealed_contact` keeps the telephone and
    the door as typed, encrypted, until a guard has seen the papers; only then do they replace what the vault
    holds, so that nobody can redirect another person's calls by typing their identity number.
    """

    PERSONAL: ClassVar = {
        "plate": Personal(_CHECK, EMERGENCY, KEEP_DAYS, "blank", Text("车牌", "number plate")),
        "sealed_contact": Personal(
            _CHECK,
            EMERGENCY,
            KEEP_DAYS,
            "blank",
            Text("登记时填的手机和门牌（已加密）", "telephone and door as registered (encrypted)"),
        ),
    }
    PERSONAL_OF = "occupants__person"
    NOT_PERSONAL: ClassVar = {
        "seal_key_id": "names an encryption key",
        "origin_zh": "the name of a county, city or province",
        "origin_en": "the name of a county, city or province",
    }

    public_id = models.UUIDField(unique=True, default=new_uuid, editable=False)
    request_key = models.UUIDField(unique=True)
    content_digest = models.CharField(max_length=64)
    status_token = models.CharField(max_length=40, unique=True, default=new_status_token)
    checkpoint = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    checkpoint_path = models.CharField(max_length=250)
    plate = models.CharField(max_length=12, blank=True)
    vehicle_kind = models.CharField(max_length=8, choices=VehicleKind.choices, default=VehicleKind.CAR)
    origin_code = models.CharField(max_length=6)
    origin_zh = models.CharField(max_length=60)
    origin_en = models.CharField(max_length=100)
    origin_group_key = models.CharField(max_length=16, choices=OriginGroup.choices)
    destination = models.ForeignKey("places.Place", on_delete=models.PROTECT, null=True, related_name="+")
    sealed_contact = models.BinaryField(null=True)
    seal_key_id = models.CharField(max_length=12, blank=True)
    people_count = models.PositiveSmallIntegerField()
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=RegistrationState.choices, default=RegistrationState.WAITING
    )
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")
    decision_key = models.CharField(max_length=16, choices=Decision.choices, blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, null=True, related_name="+")
    checked_post = models.ForeignKey("duties.Post", on_delete=models.PROTECT, null=True, related_name="+")
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["checkpoint", "plate"],
                condition=Q(state="WAITING"),
                name="gates_one_waiting_per_plate",
            ),
            models.CheckConstraint(
                name="gates_checked_or_not",
                condition=Q(state="CHECKED", checked_at__isnull=False)
                | (~Q(state="CHECKED") & Q(checked_at__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["checkpoint_path", "registered_at"],
                opclasses=["text_pattern_ops", ""],
                condition=Q(state="WAITING"),
                name="gates_waiting",
            ),
            models.Index(
                fields=["checkpoint_path", "registered_at"],
                opclasses=["text_pattern_ops", ""],
                name="gates_registered",
            ),
            models.Index(fields=["plate", "registered_at"], name="gates_plate"),
            models.Index(
                fields=["registered_at"], condition=Q(shredded_at__isnull=True), name="gates_to_shred"
            ),
            models.Index(fields=["case"], name="gates_case"),
        ]

    def __str__(self) -> str:
        """Return the key only: plates stand on pages, not in logs."""
        return str(self.pk)

    @property
    def origin(self) -> Text:
        """Where the car comes from, in both languages."""
        return Text(self.origin_zh, self.origin_en)

    @property
    def is_waiting(self) -> bool:
        """Whether the car still waits for its check."""
        return self.state == RegistrationState.WAITING

    @property
    def is_checked(self) -> bool:
        """Whether a guard has checked the car."""
        return self.state == RegistrationState.CHECKED

    @property
    def plate_tail(self) -> str:
        """The last three characters of the plate, by which people find a car in a queue."""
        return self.plate[-3:]


class Occupant(models.Model):
    """One person in a registered car: what they declared, what was measured, what was decided and why.

    `reasons` and `remedies` are lists of {"zh", "en"}. `quarantine_case` is the case that was opened for the
    person at their community.
    """

    PERSONAL: ClassVar = {
        name: Personal(purpose, EMERGENCY, KEEP_DAYS, "delete", label)
        for name, purpose, label in (
            ("has_visited_priority_area", _DECIDE, Text("14 天内去过重点地区", "visited a priority area")),
            ("has_symptoms", _DECIDE, Text("自报症状", "declared symptoms")),
            ("forehead_celsius", _DECIDE, Text("额温", "forehead temperature")),
            ("axillary_celsius", _DECIDE, Text("腋温", "armpit temperature")),
            ("reasons", _DECIDE, Text("判定的理由", "reasons of the decision")),
            ("remedies", _DECIDE, Text("判定后要做的事", "what is to be done after the decision")),
        )
    }
    NOT_PERSONAL: ClassVar = {"rule_version": "names the version of a decision table"}

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="occupants")
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    is_driver = models.BooleanField(default=False)
    guardian = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    has_visited_priority_area = models.BooleanField()
    has_symptoms = models.BooleanField()
    forehead_celsius = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    axillary_celsius = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    measured_at = models.DateTimeField(null=True)
    rechecked_at = models.DateTimeField(null=True)
    decision_key = models.CharField(max_length=16, choices=Decision.choices, blank=True)
    reasons = models.JSONField(default=list)
    remedies = models.JSONField(default=list)
    rule_version = models.CharField(max_length=20, blank=True)
    quarantine_case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["registration", "person"], name="gates_person_once_per_car"),
            models.UniqueConstraint(
                fields=["registration"], condition=Q(is_driver=True), name="gates_one_driver"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], name="gates_person"),
            models.Index(
                fields=["registration"],
                condition=Q(decision_key="HOLD", axillary_celsius__isnull=True),
                name="gates_to_recheck",
            ),
        ]

    def __str__(self) -> str:
        """Return keys only: people are named by pages, masked."""
        return f"{self.registration_id}/{self.order}"

    @property
    def why(self) -> list[Text]:
        """The reasons of the decision, in both languages."""
        return [Text(reason["zh"], reason["en"]) for reason in self.reasons]

    @property
    def what_to_do(self) -> list[Text]:
        """What is to be done after the decision, in both languages."""
        return [Text(remedy["zh"], remedy["en"]) for remedy in self.remedies]

    @property
    def is_held(self) -> bool:
        """Whether the person is kept at the checkpoint for a second measurement or the vehicle."""
        return self.decision_key == Decision.HOLD
