"""Tables of posts and holdings. Written by `services` only."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from shouwang.util.text import Text


class Post(models.Model):
    """A role at a place, whether or not somebody holds it now.

    `seats` is how many people may hold it at one time, substitutes aside. A post that is round the clock and
    has nobody is a gap. `work_phone` belongs to the post and stays with it when people change.
    """

    NOT_PERSONAL: ClassVar = {"work_phone": "the telephone of a post, not of whoever holds it now"}

    role = models.CharField(max_length=40)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=250)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    work_phone = models.CharField(max_length=20, blank=True)
    seats = models.PositiveSmallIntegerField(default=1)
    is_round_the_clock = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="duties_post_has_a_seat"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["role", "place_path"],
                opclasses=["text_ops", "text_pattern_ops"],
                name="duties_post_role",
            ),
            models.Index(
                fields=["place_path"],
                opclasses=["text_pattern_ops"],
                condition=Q(is_round_the_clock=True),
                name="duties_post_round_the_clock",
            ),
        ]

    def __str__(self) -> str:
        """Return the Chinese name."""
        return self.name_zh

    @property
    def name(self) -> Text:
        """What the post is called, in both languages."""
        return Text(self.name_zh, self.name_en)


class HoldingKind(models.TextChoices):
    """On what footing somebody holds a post."""

    REGULAR = "REGULAR", _("本岗")
    SPONSOR = "SPONSOR", _("包联")
    SECONDED = "SECONDED", _("下沉")
    SUBSTITUTE = "SUBSTITUTE", _("替班")
    VOLUNTEER = "VOLUNTEER", _("志愿")


class Holding(models.Model):
    """A person on a post from `from_at` until just before `until_at` (empty: until further notice).

    `is_end_recorded`: the journal has its `duty.ended`, at once or by the job that watches for ends that come
    by themselves. Who answered when is kept; when a person is shredded their row stays, without a name.
    """

    # the indexes below begin with these keys
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings", db_index=False)
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=HoldingKind.choices, default=HoldingKind.REGULAR)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    is_end_recorded = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")),
                name="duties_holding_forward",
            ),
            # int8range instead of equality, so that the database needs no btree_gist extension
            ExclusionConstraint(
                name="duties_holding_once",
                expressions=[
                    (Func(F("post"), F("post"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func(F("person"), F("person"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("from_at"),
                            F("until_at"),
                            Value("[)"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["post", "from_at"], name="duties_holding_post"),
            models.Index(fields=["person", "from_at"], name="duties_holding_person"),
            models.Index(fields=["until_at"], condition=Q(is_end_recorded=False), name="duties_holding_end"),
        ]

    def __str__(self) -> str:
        """Return keys only: people are named by pages, masked."""
        return f"{self.post_id}/{self.person_id}"
