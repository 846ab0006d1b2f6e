"""The pages of orders: issued by the tree, split, followed, nudged and closed; what was typed is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from shouwang.domains.orders.models import Leg, Order
from shouwang.kernel.notices import api as notices
from shouwang.util import clock as clocks
from shouwang.util.ids import new_uuid
from tests.domains.orders.answering import acknowledge, report


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def typed(**change):
    due = clocks.local(clocks.now() + timedelta(hours=9))
    return {
        "request_key": str(new_uuid()),
        "title_zh": "今晚清点独居老人",
        "text_zh": "逐户敲门，缺药的登记代买",
        "title_en": "",
        "text_en": "",
        "campaign": "COMMUNITY",
        "target": "COURTYARD:courtyard_lead",
        "acknowledge_minutes": "60",
        "due_at": f"{due:%Y-%m-%dT%H:%M}",
        **change,
    }


def codes(district):
    place = type(district.place)
    return list(
        place.objects.filter(parent=district.place, kind="SUBDISTRICT").values_list("code", flat=True)
    )


def test_the_district_issues_to_every_courtyard_by_ticking_its_streets(district, page):
    duty = page("district-duty")
    shown = words(duty.get("/orders/new/"))
    assert "楼院 6" in shown
    assert "楼院 · 楼院专班组长" in shown
    answer = duty.post("/orders/new/", typed(areas=codes(district)), follow=True)
    assert "指令下到了 12 处" in words(answer)
    order = Order.objects.get()
    legs = words(duty.get(f"/orders/{order.pk}/?show=silent"))
    assert "十" in legs or "号" in legs
    assert district.person("courtyard-lead").name in legs, "who is silent stands there with a telephone"
    assert "100 0371" in duty.get(f"/orders/{order.pk}/?show=silent").content.decode().replace("\xa0", " ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"areas": []}, "还没选下到哪些地方"),
        ({"title_zh": ""}, "还没填这一项"),
        ({"title_zh": "字" * 61}, "最多 60 个字"),
        ({"due_at": "明天下午"}, "2020-03-20 18:00"),
        ({"due_at": "2020-03-01T08:00"}, "办结时间要晚于签收时间"),
        ({"target": "COURTYARD:commander"}, "没有这样的岗位"),
        ({"text_zh": "打 13800138000 找她"}, "身份证号或手机号"),
        ({"text_zh": "<script>alert(1)</script>", "areas": []}, "还没选下到哪些地方"),
        ({"request_key": "x"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(district, page, change, said):
    answer = page("district-duty").post("/orders/new/", typed(**{"areas": codes(district), **change}))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert said in words(answer)
    assert "<script>alert" not in html
    if change.get("areas") != []:
        assert html.count(" checked") >= 2, "the ticked places stay ticked"
    assert not Order.objects.exists()


def test_the_receiver_acknowledges_splits_and_reports_from_the_case_page(district, page, give):
    order = give("district-duty")
    leg = Leg.objects.get(order=order, place=district.answer("subdistrict-duty").post.place)
    street = page("subdistrict-duty")
    assert "签收指令" in words(street.get("/work/"))
    shown = words(street.get(f"/cases/{leg.case_id}/"))
    assert "逐户敲门，缺药的登记代买" in shown
    assert "再分下去" in shown
    acknowledge(leg)
    sheet = street.get(f"/orders/new/?leg={leg.pk}").content.decode()
    assert "今晚清点独居老人" in sheet
    areas = [district.answer("community-director").post.place.code]
    done = street.post(
        f"/orders/new/?leg={leg.pk}", typed(target="COMMUNITY:community_director", areas=areas), follow=True
    )
    assert "指令下到了 1 处" in words(done)
    split = Order.objects.exclude(pk=order.pk).get()
    assert split.parent_leg == leg
    assert "再分 1 处：确认 0，没回音 1" in words(page("district-duty").get(f"/orders/{order.pk}/?show=all"))
    deeper = words(page("district-duty").get(f"/orders/{order.pk}/?level=2&show=silent"))
    assert "1 处" in deeper
    assert "阳光社区" in deeper
    report(leg)
    assert "敲了 86 户" in words(page("commander").get(f"/orders/{order.pk}/?show=reported"))


def test_silent_places_are_nudged_in_one_tap_and_an_order_closed_with_reason(district, page, give):
    order = give("district-duty", "COMMUNITY", "community_director")
    duty = page("district-duty")
    assert "催没回音的 4 处" in words(duty.get(f"/orders/{order.pk}/"))
    assert "催了 4 处" in words(duty.post(f"/orders/{order.pk}/nudge/", follow=True))
    assert "刚催过" in words(duty.post(f"/orders/{order.pk}/nudge/", follow=True))
    kinds = [one.kind for one in notices.inbox(district.person("community-director"), 10)]
    assert kinds.count("order.nudged") == 1
    refused = duty.post(f"/orders/{order.pk}/close/", {"reason": " "})
    assert refused.status_code == 422
    assert "为什么" in words(refused)
    closed = duty.post(f"/orders/{order.pk}/close/", {"reason": "雨停了，不用了"}, follow=True)
    assert "雨停了，不用了" in words(closed)
    assert "没等齐" not in words(duty.get("/orders/"))
    assert "今晚清点独居老人" in words(duty.get("/orders/?show=closed"))


def test_doors(district, page, give):
    order = give("district-duty")
    assert page("other-worker").get(f"/orders/{order.pk}/").status_code == 404
    assert page("community-worker").get("/orders/new/").status_code == 403
    assert page("subdistrict-duty").post(f"/orders/{order.pk}/nudge/").status_code == 404
    assert (
        page("subdistrict-duty").post(f"/orders/{order.pk}/close/", {"reason": "不想办"}).status_code == 404
    )
    assert page("community-director").get(f"/orders/new/?leg={Leg.objects.first().pk}").status_code == 404
    assert page("courtyard-team").get("/orders/?show=received&campaign=COMMUNITY").status_code == 200


def test_a_list_shows_each_figure_and_each_opens_its_places(page, give):
    order = give("district-duty", "COMMUNITY", "community_director")
    acknowledge(Leg.objects.filter(order=order).first())
    html = page("district-duty").get("/orders/").content.decode()
    assert f'href="/orders/{order.pk}/?show=silent"' in html
    row = words(page("district-duty").get("/orders/?campaign=COMMUNITY"))
    assert re.search(r"4 1 0 0 0 3", row), row
    assert "今晚清点" not in words(page("district-duty").get("/orders/?campaign=ENTRY_CHECKPOINT"))
    english = page("district-duty", "en").get(f"/orders/{order.pk}/")
    assert "Count elderly people living alone tonight" in words(english)
