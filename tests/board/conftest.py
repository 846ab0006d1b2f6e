"""Fixtures for the command screen: the desk's tiny territory with outlines, late steps and people contained."""

from __future__ import annotations

from datetime import timedelta

import pytest


def _outline(west: float) -> dict[str, object]:
    ring = [[west, 34.7], [west + 0.1, 34.7], [west + 0.1, 34.8], [west, 34.8], [west, 34.7]]
    return {"type": "Polygon", "coordinates": [ring]}


def furnish(town, clock):
    """Give the sub-districts outlines, let a clock climb, and contain two people in the first of them."""
    from django.db import transaction

    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.journal import api as journal
    from shouwang.kernel.rules import api as rules
    from shouwang.web.manifest import manifests

    for manifest in manifests():
        if manifest.rules_folder:
            rules.load_folder(manifest.rules_folder)
    for number, west in enumerate((113.6, 113.7), start=1):
        place = town.places[f"S{number}"]
        place.outline, place.longitude, place.latitude = _outline(west), west + 0.05, 34.75
        place.save()
    late = town.case()
    clock.advance(timedelta(hours=2, minutes=5))
    cases.sweep()
    for kind in ("HOME", "FACILITY"):
        case = town.case()
        with transaction.atomic():
            cases.enter_containment(cases.lock_case(case.pk), kind, town.places["Y1"], journal.SYSTEM)
    return late


@pytest.fixture
def town(db, clock):
    """The territory, furnished; `town.late` is the case whose clock has climbed."""
    from tests.desk import town as towns

    made = towns.build()
    made.late = furnish(made, clock)
    return made


@pytest.fixture
def page(client, town):
    """Open pages as a duty: `page("commander", "D").get("/board/")`."""
    from django.test import Client

    def signed_in(role: str, code: str, language: str = "zh-CN") -> Client:
        reader = Client(HTTP_ACCEPT_LANGUAGE=language)
        reader.force_login(town.account(role, code))
        return reader

    return signed_in
