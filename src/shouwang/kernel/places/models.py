"""One table: a place, its parent, and the path of codes from the district down to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PlaceKind(models.TextChoices):
    """The levels of the territory, from the top down; a SITE may stand below any of them."""

    DISTRICT = "DISTRICT", _("区")
    SUBDISTRICT = "SUBDISTRICT", _("街道")
    COMMUNITY = "COMMUNITY", _("社区（村）")
    GRID = "GRID", _("网格")
    COURTYARD = "COURTYARD", _("楼院")
    BUILDING = "BUILDING", _("楼栋")
    SITE = "SITE", _("点位")


class Place(models.Model):
    """A place. `path` is `/` + the codes from the district to this place, each followed by `/`.

    Positions are WGS-84 degrees; `outline` is a GeoJSON geometry in WGS-84. `subkind` is the type of a
    courtyard (PROPERTY_MANAGED, LEGACY_BACKSTOP, RELOCATION_STAFFED) or of a site (CHECKPOINT, GATE, STATION,
    OBSERVATION_SITE, MARKET, …). `is_synthetic` marks what was invented for the demo.
    """

    NOT_PERSONAL: ClassVar = {
        "outline": "the shape of a public place",
        "longitude": "the position of a public place, never of a person",
        "latitude": "the position of a public place, never of a person",
    }

    kind = models.CharField(max_length=12, choices=PlaceKind.choices)
    subkind = models.CharField(max_length=30, blank=True)
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    parent = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=250)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    outline = models.JSONField(null=True, blank=True)
    household_count = models.PositiveIntegerField(null=True, blank=True)
    resident_count = models.PositiveIntegerField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="places_place_code"),
            models.UniqueConstraint(fields=["path"], name="places_place_path"),
            models.CheckConstraint(
                condition=Q(path__startswith="/", path__endswith="/"), name="places_place_path_form"
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__isnull=False,
                    latitude__range=(-90, 90),
                ),
                name="places_place_position",
            ),
            models.CheckConstraint(
                condition=Q(kind="DISTRICT") | Q(parent__isnull=False), name="places_place_has_parent"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], opclasses=["text_pattern_ops"], name="places_place_subtree"),
            models.Index(
                fields=["kind", "path"],
                opclasses=["text_ops", "text_pattern_ops"],
                name="places_place_kind_subtree",
            ),
        ]

    def __str__(self) -> str:
        """Return the Chinese name."""
        return self.name_zh
