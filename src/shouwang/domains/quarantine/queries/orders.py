"""Orders: fetching them for who may see them, their day count, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from shouwang.domains.quarantine.models import Order
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

VERB = "quarantine.work"

#: The legal ground of an order, by the key that the rule of its term names.
LEGAL_BASES = {
    "ARRIVAL": Text(
        "《中华人民共和国传染病防治法》第十二条、第四十二条，市、区疫情防控指挥部通告",
        "Law of the PRC on Prevention of Infectious Diseases, articles 12 and 42, and the notices of the "
        "city's and district's epidemic control headquarters",
    ),
    "CONTACT": Text(
        "《中华人民共和国传染病防治法》第十二条、第三十九条，市、区疫情防控指挥部通告",
        "Law of the PRC on Prevention of Infectious Diseases, articles 12 and 39, and the notices of the "
        "city's and district's epidemic control headquarters",
    ),
}


@dataclass(frozen=True, slots=True)
class DayCount:
    """The day of an order: `today` counts from 1 and stops at `total`; one cell per day for the page."""

    today: int
    total: int
    is_over: bool

    @property
    def cells(self) -> list[str]:
        """Return "past", "now" or "" for each day."""
        states = []
        for day in range(1, self.total + 1):
            if day < self.today or self.is_over:
                states.append("past")
            else:
                states.append("now" if day == self.today else "")
        return states


def day_count(order: Order, at: datetime | None = None) -> DayCount:
    """Return which day of the order it is; the day from which the term counts is day 1."""
    total = order.term_days + order.extended_days
    last_day = clock.local(order.until_at - timedelta(microseconds=1)).date()
    today = clock.local(at or clock.now()).date()
    number = total - (last_day - today).days
    return DayCount(min(max(number, 1), total), total, is_over=not order.is_in_force)


def legal_basis(order: Order) -> Text:
    """Return the legal ground of an order in words."""
    return LEGAL_BASES[order.legal_basis_key]


def latest_release_at(order: Order) -> datetime:
    """Return the instant by which the certificate must be issued: end of the term and the grace after it."""
    return order.until_at + timedelta(hours=rules.parameter("release_grace_hours"))


def access_order(person: Person, case_pk: int) -> Order:
    """Fetch an order that `person` may work on: its place or a step of its case is theirs.

    Raises:
        NotFoundOrNotYours: there is no such order, or it is outside the person's duty.
    """
    order = Order.objects.select_related("case", "case__place", "person", "place").filter(pk=case_pk).first()
    if order is None or not (duties.can(person, VERB, order.place) or cases.has_hand_in(person, order.case)):
        raise NotFoundOrNotYours
    return order


def orders_in_scope(person: Person) -> QuerySet[Order]:
    """Return the orders at the places that `person` watches, ended ones too."""
    return Order.objects.filter(duties.scope_q(person, VERB, field="place_path"))


def order_of(person: Person) -> Order | None:
    """Return the order that a resident's page is about: the one in force, else the last one."""
    orders = Order.objects.filter(person=person).select_related("case", "person", "place")
    return orders.order_by(F("ended_at").desc(nulls_first=True), "-from_at").first()
