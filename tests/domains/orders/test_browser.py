"""Orders in a browser: phone and desk, both languages; pictures below var/screens/orders."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from shouwang.domains.orders.models import Leg, Order
from shouwang.util import clock as clocks
from tests import looking
from tests.desk.test_browser import open_as, sign_in  # noqa: F401 - fixtures
from tests.domains.orders.answering import acknowledge, confirm, report

SCREENS = Path(__file__).resolve().parents[3] / "var" / "screens" / "orders"
SIZES = (({"width": 390, "height": 844}, "390"), ({"width": 1440, "height": 900}, "1440"))


@pytest.fixture
def street(transactional_db, district, clock):
    """The small district, by the name under which the desk's fixtures know it."""

    class Street:
        pass

    Street.district = district
    return Street


@pytest.fixture
def going(street, give, clock):
    """An order under way: one place silent, one that has split it."""
    order = give("district-duty")
    legs = list(Leg.objects.filter(order=order).order_by("place_path"))
    mine = Leg.objects.get(order=order, place=street.district.answer("subdistrict-duty").post.place)
    acknowledge(mine)
    split = give("subdistrict-duty", "COMMUNITY", "community_director", parent_leg=mine)
    parts = list(Leg.objects.filter(order=split).order_by("place_path"))
    confirm(parts[0])
    report(parts[1])
    assert len(legs) == 2
    return order, mine, split


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("size", "label"), SIZES)
def test_every_page_fits_and_is_photographed(going, open_as, size, label, language):  # noqa: F811 - fixtures
    order, mine, split = going
    paths = {
        "list": ("district-duty", "/orders/"),
        "new": ("district-duty", "/orders/new/"),
        "split": ("subdistrict-duty", f"/orders/new/?leg={mine.pk}"),
        "order": ("district-duty", f"/orders/{order.pk}/?show=all"),
        "part": ("subdistrict-duty", f"/orders/{split.pk}/?show=all"),
        "case": ("subdistrict-duty", f"/cases/{mine.case_id}/"),
        "work": ("subdistrict-duty", "/work/"),
    }
    for name, (username, path) in paths.items():
        page = open_as(username, size, language)
        assert page.goto(path).status == 200, path
        looking.settle(page)
        looking.photograph(page, SCREENS / f"{name}-{label}-{language[:2]}.png")
        assert looking.is_fitting(page), f"{path} scrolls sideways at {label}"


@pytest.mark.browser
def test_an_order_is_issued_on_a_phone_by_unfolding_the_tree(street, open_as):  # noqa: F811 - fixtures
    page = open_as("subdistrict-duty")
    page.goto("/orders/new/")
    page.get_by_label("叫什么").fill("今晚清点独居老人")
    page.get_by_label("要做什么").fill("逐户敲门")
    page.get_by_label("下到哪一级、给谁").select_option(label="楼院 · 楼院专班组长")
    page.get_by_text("展开下面").first.click()
    page.locator("details input[name=areas]").first.check()
    page.get_by_label("什么时候前办完").fill(
        f"{clocks.local(clocks.now() + timedelta(hours=6)):%Y-%m-%dT%H:%M}"
    )
    page.get_by_role("button", name="下发").click()
    page.get_by_text("指令下到了 1 处").wait_for()
    assert Order.objects.get().legs.get().place.kind == "COURTYARD"
