"""Running tallies: bumped by whoever writes what is counted, and proved by counting again."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import connection, transaction

from shouwang.kernel.indicators.models import Tally, all_indicators, indicator
from shouwang.kernel.journal import api as journal
from shouwang.kernel.places.api import Place

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """A tally that did not equal the recount."""

    indicator_key: str
    place_id: int
    kept: int
    counted: int


def bump(key: str, place: Place, delta: int) -> None:
    """Add `delta` to the tally of an indicator at `place`, in the transaction that writes what is counted.

    Whoever bumps several places in one transaction does so in the order of their ids, so that two writers
    never wait for each other crosswise. Raises LookupError for an indicator that is not tallied.
    """
    if indicator(key).recount is None:
        raise LookupError(f"the indicator {key!r} is not tallied: it has no recount")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO indicators_tally (indicator_key, place_id, value) VALUES (%s, %s, %s)"
            " ON CONFLICT (indicator_key, place_id)"
            " DO UPDATE SET value = indicators_tally.value + EXCLUDED.value",
            [key, place.pk, delta],
        )


def prove_tallies() -> list[Difference]:
    """Count every tallied indicator again; journal, put right and return the tallies that differed."""
    tallied = [one.key for one in all_indicators() if one.recount]
    return [difference for key in tallied for difference in _prove(key)]


def _prove(key: str) -> list[Difference]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Waits for transactions that have bumped and lets none bump meanwhile: what is counted and what was
        # tallied is then the same set of committed work.
        cursor.execute("LOCK TABLE indicators_tally IN SHARE ROW EXCLUSIVE MODE")
        recount = indicator(key).recount
        counted = dict(recount()) if recount else {}
        kept = dict(Tally.objects.filter(indicator_key=key).values_list("place_id", "value"))
        found = [
            Difference(key, pk, kept.get(pk, 0), counted.get(pk, 0))
            for pk in sorted(kept.keys() | counted.keys())
            if kept.get(pk, 0) != counted.get(pk, 0)
        ]
        for difference in found:
            _put_right(difference)
    return found


def _put_right(difference: Difference) -> None:
    place = Place.objects.get(pk=difference.place_id)
    bump(difference.indicator_key, place, difference.counted - difference.kept)
    logger.error("%s", difference)
    journal.record(
        "tally.differed",
        journal.SYSTEM,
        journal.Ref("indicator", difference.indicator_key),
        place_path=place.path,
        data={
            "indicator": difference.indicator_key,
            "place": {"zh": place.name_zh, "en": place.name_en},
            "kept": difference.kept,
            "counted": difference.counted,
        },
    )
