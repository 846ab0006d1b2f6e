"""The page of one campaign: who leads it, its figures, procedures, orders, and how it stands by place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shouwang.board.queries.screen import Figure, children_of, figure
from shouwang.domains.orders import api as orders
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.indicators import api as indicators
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

ORDERS_SHOWN = 30
#: Orders that ended stay on the page this long.
ENDED_WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class ProcedureRow:
    """One working method of a campaign with its open and late cases."""

    key: str
    name: Text
    count: cases.OpenAndLate


@dataclass(frozen=True)
class OrderRow:
    """One order of a campaign and how its answers stand."""

    order: orders.Order
    figures: orders.Figures


@dataclass(frozen=True)
class PlaceRow:
    """One place below: open and late cases of the campaign."""

    place: Place
    count: cases.OpenAndLate


@dataclass(frozen=True)
class CampaignPage:
    """Everything on the page of a campaign."""

    campaign: cases.Campaign
    place: Place
    lead: duties.Answer | None
    lead_name: Text
    figures: list[tuple[indicators.Indicator, Figure]]
    procedures: list[ProcedureRow]
    orders: list[OrderRow]
    places: list[PlaceRow]

    @property
    def total(self) -> cases.OpenAndLate:
        """All open cases of the campaign, and the late ones."""
        return cases.OpenAndLate(
            sum(row.count.open for row in self.procedures), sum(row.count.late for row in self.procedures)
        )


def campaign(key: str) -> cases.Campaign:
    """Return a campaign by its key, as it stands in an address; raises NotFoundOrNotYours."""
    found = cases.CAMPAIGNS.get(key.upper())
    if found is None:
        raise NotFoundOrNotYours
    return found


def campaign_page(chosen: cases.Campaign, place: Place) -> CampaignPage:
    """Return the page of a campaign for a place and everything below it."""
    return CampaignPage(
        campaign=chosen,
        place=place,
        lead=duties.holder(chosen.lead_role, place),
        lead_name=duties.role(chosen.lead_role).name,
        figures=[(one, figure(one.key, place)) for one in indicators.all_for(chosen.key)],
        procedures=_procedures(chosen, place),
        orders=_orders(chosen, place),
        places=_places(chosen, place),
    )


def overview(place: Place) -> list[tuple[cases.Campaign, cases.OpenAndLate, duties.Answer | None]]:
    """Return the four campaigns with their open and late cases and who leads each."""
    rows = []
    for one in cases.CAMPAIGNS.values():
        counts = cases.campaign_by_procedure(place, one.key).values()
        total = cases.OpenAndLate(sum(count.open for count in counts), sum(count.late for count in counts))
        rows.append((one, total, duties.holder(one.lead_role, place)))
    return rows


def _procedures(chosen: cases.Campaign, place: Place) -> list[ProcedureRow]:
    """Return the procedures of the campaign, and those of others that have cases in it (orders)."""
    counts = cases.campaign_by_procedure(place, chosen.key)
    rows = []
    for version in procedures.list_in_force():
        count = counts.get(version.key, cases.OpenAndLate(0, 0))
        if count.open or procedures.profile_of(version).campaign == chosen.key:
            rows.append(ProcedureRow(version.key, version.name, count))
    return rows


def _orders(chosen: cases.Campaign, place: Place) -> list[OrderRow]:
    found = orders.recent_orders(place, chosen.key, clock.now() - ENDED_WITHIN)[:ORDERS_SHOWN]
    figures = orders.figures_of(found)
    return [OrderRow(one, figures[one.pk]) for one in found]


def _places(chosen: cases.Campaign, place: Place) -> list[PlaceRow]:
    counts = cases.campaign_by_child(place, chosen.key)
    return [PlaceRow(child, counts.get(child.path, cases.OpenAndLate(0, 0))) for child in children_of(place)]
