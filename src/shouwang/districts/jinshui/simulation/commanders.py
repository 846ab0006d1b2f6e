"""What the district's duty desk orders: one instruction a morning, split by the sub-districts that answer."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from shouwang.districts.jinshui.simulation import chance as odds
from shouwang.districts.jinshui.simulation.chance import Chance
from shouwang.domains.orders import api as orders
from shouwang.kernel.duties import api as duties
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

MORNING = time(8, 30)
ACKNOWLEDGE_WITHIN = timedelta(hours=1)
DONE_WITHIN = timedelta(hours=9)
#: A sub-district asks its communities to be through so long before it must report itself.
EARLIER_BELOW = timedelta(hours=2)


class Instruction(NamedTuple):
    """What is ordered, in which campaign."""

    campaign: str
    title: Text
    text: Text


#: Invented for the demo, one for each campaign in turn.
INSTRUCTIONS = (
    Instruction(
        "COMMUNITY",
        Text("清点独居老人和缺药的人", "Count elderly people living alone and those short of medicine"),
        Text(
            "逐户问到，缺药的登记代买，回报户数和缺药户数。",
            "Ask at every door; buy what is short; report numbers.",
        ),
    ),
    Instruction(
        "ISOLATION_CONTROL",
        Text("核对居家隔离门牌和代收垃圾", "Check the plates and the waste service of home quarantine"),
        Text(
            "每户门牌、体温计、垃圾袋看一遍，缺的当天补齐。",
            "Look at plate, thermometer and bags of each home; supply today.",
        ),
    ),
    Instruction(
        "ENTRY_CHECKPOINT",
        Text("卡口夜班保暖和测温枪校准", "Warmth for night crews, and calibrated thermometers"),
        Text(
            "夜班棚子、热水、测温枪逐个检查，坏的报数更换。",
            "Check shelters, hot water and thermometers; report what is broken.",
        ),
    ),
    Instruction(
        "PUBLIC_INFORMATION",
        Text("更新楼院告示，撤下过期通知", "Renew the notices in courtyards, take down old ones"),
        Text(
            "按今天的版本换告示，过期的当场撤下，回报换了几处。",
            "Post today's notices, take down old ones, report how many.",
        ),
    ),
)


class Commanders:
    """Acts for those who issue orders, one tick after another."""

    def __init__(self, chance: Chance, district: Place) -> None:
        self._chance = chance
        self._district = district

    def act(self, now: datetime) -> int:
        """Issue this morning's order, and split what sub-districts have acknowledged; return how many orders."""
        return self._order_of_the_day(now) + sum(self._split(leg, now) for leg in self._unsplit(now))

    def _order_of_the_day(self, now: datetime) -> int:
        today = clock.local(now).date()
        key = self._key("order", today)
        if now < clock.at_local(today, MORNING) or orders.Order.objects.filter(request_key=key).exists():
            return 0
        desk = duties.holder("district_duty", self._district)
        if desk is None:
            return 0
        wanted = INSTRUCTIONS[today.toordinal() % len(INSTRUCTIONS)]
        streets = list(places.subtree(self._district, PlaceKind.SUBDISTRICT))
        new = orders.NewOrder(
            request_key=key,
            title=wanted.title,
            text=wanted.text,
            campaign=wanted.campaign,
            targets=streets,
            kind=PlaceKind.SUBDISTRICT,
            role="subdistrict_duty",
            acknowledge_by=now + ACKNOWLEDGE_WITHIN,
            due_at=now + DONE_WITHIN,
        )
        orders.issue(new, self._district, desk.person)
        return 1

    def _unsplit(self, now: datetime) -> list[orders.Leg]:
        split = orders.Order.objects.filter(parent_leg__isnull=False).values("parent_leg")
        legs = orders.Leg.objects.filter(
            state=orders.LegState.ACKNOWLEDGED,
            place__kind=PlaceKind.SUBDISTRICT,
            order__due_at__gt=now + EARLIER_BELOW + ACKNOWLEDGE_WITHIN,
        ).exclude(pk__in=split)
        return list(legs.select_related("order", "place", "case"))

    def _split(self, leg: orders.Leg, now: datetime) -> int:
        if not self._chance.happens(odds.SPLITTING_SHARE, "split", leg.pk):
            return 0
        desk = duties.holder("subdistrict_duty", leg.place)
        communities = list(places.subtree(leg.place, PlaceKind.COMMUNITY))
        if desk is None or desk.post.place_id != leg.place_id or not communities:
            return 0
        whole = leg.order
        new = orders.NewOrder(
            request_key=self._key("split", leg.pk),
            title=whole.title,
            text=whole.text,
            campaign=whole.campaign,
            targets=communities,
            kind=PlaceKind.COMMUNITY,
            role="community_director",
            acknowledge_by=now + ACKNOWLEDGE_WITHIN,
            due_at=whole.due_at - EARLIER_BELOW,
            parent_leg=leg,
        )
        try:
            orders.issue(new, leg.place, desk.person)
        except Problem:
            return 0  # a visitor of the demo has changed the duties meanwhile
        return 1

    def _key(self, *what: object) -> UUID:
        return UUID(int=self._chance.of(*what).getrandbits(128), version=4)
