"""What is stored: one value per indicator, place and day, and running tallies. Written by `services` only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class DailyValue(models.Model):
    """The value of an indicator for a place at the end of the local day `on`."""

    NOT_PERSONAL: ClassVar = {"value": "a count or a share for a place"}

    indicator_key = models.CharField(max_length=60)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    value = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator_key", "place", "on"], name="indicators_one_value_a_day"
            )
        ]


class Tally(models.Model):
    """A running count of an indicator at one place, kept by whoever writes what is counted.

    Kept at the lowest place that counts (a community, a site), so that writers of different places never wait
    for each other; a larger place is the sum of those below it.
    """

    indicator_key = models.CharField(max_length=60)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator_key", "place"], name="indicators_one_tally")
        ]
