"""The page of each campaign: who leads it, its figures, methods and orders; each number opens its records."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from shouwang.districts.jinshui import cast
from shouwang.kernel.cases import api as cases
from tests import looking
from tests.desk.street import arrival
from tests.desk.test_browser import DESK, PHONE, SCREENS, open_as, sign_in  # noqa: F401 - fixtures
from tests.domains.orders.answering import acknowledge
from tests.domains.orders.conftest import give, page  # noqa: F401 - fixtures

KEYS = ("community", "isolation_control", "entry_checkpoint", "public_information")


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def number(html, href):
    """Return the number that links to `href`."""
    found = re.search(rf'href="{re.escape(href)}"[^>]*>([\d,]+)<', html.replace("&amp;", "&"))
    assert found, href
    return int(found[1])


def test_each_campaign_says_who_leads_it_and_opens_its_numbers(district, page, give, clock):  # noqa: F811 - fixtures
    late = arrival(district, "宁采薇")
    clock.advance(timedelta(hours=3))
    cases.sweep()
    arrival(district, "裴听澜")
    order = give("district-duty", "COMMUNITY", "community_director", campaign="ISOLATION_CONTROL")
    reader = page("commander")
    html = reader.get("/campaigns/isolation_control/").content.decode()
    lead = cases.CAMPAIGNS["ISOLATION_CONTROL"].lead_role
    from shouwang.kernel.duties import api as duties

    assert duties.holder(lead, district.place).person.name in html
    base = f"/campaigns/isolation_control/cases/?procedure=HOME_QUARANTINE&place={cast.DISTRICT}"
    assert number(html, base) == 2
    assert number(html, base.replace("&place", "&late=1&place")) == 1
    assert number(html, f"/campaigns/isolation_control/cases/?procedure=ORDER&place={cast.DISTRICT}") == 4
    assert number(html, f"/orders/{order.pk}/?show=silent") == 4
    opened = words(reader.get(f"/campaigns/isolation_control/cases/?late=1&place={cast.DISTRICT}"))
    assert late.number in opened
    assert "宁采薇" not in opened
    quiet = words(reader.get("/campaigns/entry_checkpoint/"))
    assert "这个战役现在没有指令" in quiet


@pytest.mark.parametrize(
    ("username", "language"),
    [
        ("commander", "zh-hans"),
        ("subdistrict-duty", "en"),
        ("auditor", "en"),
        ("district-sponsor", "zh-hans"),
    ],
)
def test_every_number_of_every_campaign_opens(district, page, give, username, language):  # noqa: F811 - fixtures
    for key in cases.CAMPAIGNS:
        give("district-duty", "COMMUNITY", "community_director", campaign=key)
    arrival(district, "裴听澜")
    reader = page(username, language)
    assert reader.get("/campaigns/").status_code == 200
    for key in KEYS:
        shown = reader.get(f"/campaigns/{key}/")
        assert shown.status_code == 200
        for link in set(re.findall(r'<a class="n" href="([^"]+)"', shown.content.decode())):
            assert reader.get(link.replace("&amp;", "&")).status_code == 200, link


def test_places_add_up_and_nobody_looks_beyond_their_own(district, page, give):  # noqa: F811 - fixtures
    arrival(district, "裴听澜")
    give("district-duty", "COURTYARD", "courtyard_lead", campaign="ISOLATION_CONTROL")
    whole = cases.campaign_by_child(district.place, "ISOLATION_CONTROL")
    assert sum(count.open for count in whole.values()) == 13
    assert (
        sum(c.open for c in cases.campaign_by_procedure(district.place, "ISOLATION_CONTROL").values()) == 13
    )
    street = page("subdistrict-duty")
    assert street.get(f"/campaigns/isolation_control/?place={cast.OTHER_SUBDISTRICT}").status_code == 404
    assert street.get("/campaigns/nonsense/").status_code == 404
    assert page("community-worker").get("/campaigns/").status_code == 403


def test_orders_carry_their_campaign_to_the_list_of_cases_and_the_screen_links_here(district, page, give):  # noqa: F811 - fixtures
    give("district-duty", campaign="PUBLIC_INFORMATION")
    assert cases.campaign_cases(district.place, "PUBLIC_INFORMATION").count() == 2
    html = page("commander").get("/board/").content.decode()
    for key in KEYS:
        assert f"/campaigns/{key}/?place={cast.DISTRICT}" in html


@pytest.fixture
def street(transactional_db, district, give, clock):  # noqa: F811 - a fixture
    """The small district with an order under way and somebody in home quarantine."""

    class Street:
        pass

    Street.district = district
    order = give("district-duty", "COMMUNITY", "community_director", campaign="ISOLATION_CONTROL")
    acknowledge(order.legs.first())
    arrival(district, "裴听澜")
    return Street


@pytest.mark.browser
@pytest.mark.parametrize(("size", "label"), [(PHONE, "390"), (DESK, "1440")])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_are_photographed(street, open_as, size, label, language):  # noqa: F811 - fixtures
    for name, path in (("campaigns", "/campaigns/"), ("campaign", "/campaigns/isolation_control/")):
        shown = open_as("commander", size, language)
        assert shown.goto(path).status == 200
        looking.settle(shown)
        looking.photograph(shown, SCREENS.parent / "board" / f"{name}-{label}-{language[:2]}.png")
        assert looking.is_fitting(shown), f"{path} scrolls sideways at {label}"
