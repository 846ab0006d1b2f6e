"""Filling an empty database with the district: places, units, rules, procedures, posts, people, accounts."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from shouwang.database import statistics
from shouwang.districts.jinshui import cast, staffing, territory
from shouwang.districts.jinshui.methods import load_methods
from shouwang.districts.jinshui.sources import DISTRICT
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.util import clock


def load_demo(report: Callable[[str], None] | None = None) -> None:
    """Load the whole district, or nothing; loading again changes nothing.

    `report` is told what was done, a line each. The demo accounts are opened in demo mode only.
    """
    report = report or _say_nothing
    with transaction.atomic():
        count = places.load_places(territory.place_rows(), journal.SYSTEM)
        report(f"地点 {count:,} 个 places")
        district = places.get(DISTRICT)
        count = parties.load_organisations(territory.unit_rows(district), journal.SYSTEM)
        report(f"区直单位 {count} 个 district units")
        load_methods()
        report("规则和工作流程 rules and procedures")
        everywhere = list(places.subtree(district))
        count = staffing.staff(everywhere, since=clock.now(), actor=journal.SYSTEM, names=cast.NAMES)
        report(f"新上岗 {count:,} 人 people put on posts")
        if settings.IS_DEMO:
            report(f"演示账号 {cast.open_accounts(journal.SYSTEM)} 个 demo accounts")
        statistics.renew()


def _say_nothing(line: str) -> None:
    del line
