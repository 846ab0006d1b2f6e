"""The pages over HTTP: the traveller's form and status, the crew's queue, check and result."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from shouwang.domains.gates import api as gates
from shouwang.domains.gates.models import Registration
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from tests.domains.gates import road

FORM = "/c/K1/"


def sent(**more) -> dict[str, object]:
    """A filled form: the driver alone, from Chongqing to the courtyard Y1."""
    return {
        "request_key": str(uuid4()),
        "plate_province": "豫",
        "plate": "A D20T6",
        "vehicle_kind": "CAR",
        "origin_code": road.CHONGQING,
        "origin": "重庆 · 奉节县",
        "phone": "100 0371 4408",
        "stays": "district",
        "destination_code": "Y1",
        "destination": "地点Y1",
        "door": "4 号楼 2 单元 703",
        "row": ["0"],
        "driver": "0",
        "p0-name": "程晚舟",
        "p0-number": road.DRIVER_ID,
        "visited": "no",
        "symptoms": "no",
        **more,
    }


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def phone():
    """A traveller's phone, reading Chinese."""
    return Client()


@pytest.fixture
def guard(world):
    """The browser of the first guard, with the person as an attribute."""
    person = road.guards(world)[0]
    client = Client()
    account = parties.create_account(
        username="guard", person=person, password="secret-word-1", actor=journal.SYSTEM
    )
    client.force_login(account)
    client.person = person
    return client


def test_the_form_opens_from_the_posters_address(world, phone):
    page = text_of(phone.get(FORM))
    assert "入郑车辆登记" in page
    assert "地点K1" in page
    assert "data-queue" in page
    english = text_of(phone.get(FORM, HTTP_ACCEPT_LANGUAGE="en"))
    assert "Place K1" in english
    assert not re.search(r">[^<]*[\u4e00-\u9fff]", english.split("<main")[1].split("<option")[0])


def test_no_checkpoint_no_form(world, phone):
    assert phone.get("/c/Y1/").status_code == 404
    assert phone.get("/c/nowhere/").status_code == 404
    assert "地点K1" in text_of(phone.get("/c/"))


def test_a_car_registers_and_sees_its_code(world, phone):
    answer = phone.post(FORM, sent())
    assert answer.status_code == 302
    car = Registration.objects.get()
    assert answer.url == reverse("gates:status", args=[car.status_token])
    page = phone.get(answer.url)
    assert page["Cache-Control"] == "no-store"
    text = text_of(page)
    assert "豫AD20T6" in text
    assert "下一辆就是你" in text
    assert "程**" in text
    assert "程晚舟" not in text
    assert "<svg" in text
    assert str(car.request_key) not in text


def test_the_same_post_twice_is_one(world, phone):
    form = sent()
    assert phone.post(FORM, form).url == Client().post(FORM, form).url
    assert Registration.objects.count() == 1


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(world, phone):
    form = sent(
        row=["0", "3"],
        plate="A 1",
        phone="1000371",
        **{"p0-number": "50023620110304251", "p3-name": "<script>alert(1)</script>", "p3-number": "X"},
    )
    answer = phone.post(FORM, form)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "少 1 位。身份证号是 18 位，这里有 17 位。" in page
    assert 'value="50023620110304251"' in page
    assert 'value="A 1"' in page
    assert 'value="1000371"' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert str(form["request_key"]) in page
    assert Registration.objects.count() == 0
    assert "too few" in text_of(phone.post(FORM, form, HTTP_ACCEPT_LANGUAGE="en"))


def test_forty_thousand_characters_come_back_with_a_word(world, phone):
    long = "长" * 40_000
    answer = phone.post(FORM, sent(door=long, **{"p0-name": long}))
    assert answer.status_code == 422
    page = text_of(answer)
    assert long in page
    assert "姓名太长" in page
    assert "门牌太长" in page


def test_rubbish_is_a_form_to_mend_and_never_an_error(world, phone):
    for form in (
        {},
        {"row": ["x", "-1", "99999999"], "driver": "y"},
        {"request_key": "no", "act": "remove:z"},
    ):
        assert phone.post(FORM, form).status_code in {200, 422}
    assert phone.post(FORM, sent(**{"p0-guardian": "x", "p0-known": "zzz"})).status_code == 422


def test_people_are_added_and_removed_without_scripts(world, phone):
    form = sent(act="add")
    page = text_of(phone.post(FORM, form))
    assert 'name="p1-name"' in page
    assert 'value="程晚舟"' in page
    assert Registration.objects.count() == 0
    form = sent(act="remove:0", row=["0", "1"], **{"p1-name": "许今禾", "p1-number": road.WIFE_ID})
    page = text_of(phone.post(FORM, form))
    assert 'name="p0-name"' not in page.split("<template")[0]
    assert 'value="许今禾"' in page
    assert re.search(r'name="driver" value="1" checked', page)


def test_a_whole_plate_typed_into_the_number_is_understood(world, phone):
    phone.post(FORM, sent(plate="鄂A12345"))
    assert Registration.objects.get().plate == "鄂A12345"


def test_an_unclear_place_is_asked_back_with_choices(world, phone):
    answer = phone.post(FORM, sent(origin_code="", origin="朝阳", destination_code="", destination="地点"))
    page = text_of(answer)
    assert answer.status_code == 422
    assert "是这里吗" in page
    assert re.search(r'type="radio" name="origin_code" value="\d{6}"', page)
    assert 'type="radio" name="destination_code" value="Y1"' in page
    mended = sent(origin_code=["", "110105"], origin="朝阳", destination_code=["", "Y2"], destination="地点")
    assert phone.post(FORM, mended).status_code == 302
    assert Registration.objects.get().origin_code == "110105"


def test_the_search_answers_names_of_places_and_nothing_else(world, phone):
    found = phone.get("/c/K1/places/?q=地点").json()["places"]
    assert {place["code"] for place in found} == {"C1", "C2", "Y1", "Y2"}
    assert set(found[0]) == {"code", "name", "where"}
    assert phone.get("/c/K1/places/?q=").json() == {"places": []}
    assert phone.get("/c/K1/places/", {"q": "长" * 40_000}).json() == {"places": []}


def test_the_next_scan_finds_them_masked(world, phone):
    phone.post(FORM, sent())
    cookie = phone.cookies["gate_device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    page = text_of(phone.get(FORM))
    assert "程**" in page
    assert "程晚舟" not in page
    assert road.DRIVER_ID not in page
    assert road.DRIVER_ID[-4:] in page
    assert "正等候查验" in page
    known = re.search(r'name="p0-known" value="([^"]+)"', page)[1]
    again = sent(phone="", door="", **{"p0-known": known, "p0-name": "", "p0-number": "", "symptoms": "no"})
    answer = phone.post(FORM, again)
    assert answer.url.endswith("?changed=1")
    assert "已经登记过" in text_of(phone.get(answer.url))
    assert Registration.objects.count() == 1


def test_the_last_people_can_be_brought_back(world, phone):
    phone.post(FORM, sent())
    form = sent(act="recall", **{"p0-name": "", "p0-number": ""})
    assert "程**" in text_of(phone.post(FORM, form))
    assert "程**" not in text_of(Client().post(FORM, form))


def test_a_forged_device_knows_nobody(world, phone):
    phone.post(FORM, sent())
    stranger = Client()
    stranger.cookies["gate_device"] = str(Registration.objects.get().request_key)
    assert "程**" not in text_of(stranger.get(FORM))


def test_a_plate_of_others_tells_nothing_about_them(world, phone):
    first = phone.post(FORM, sent()).url
    form = sent(**{"p0-name": "许今禾", "p0-number": road.WIFE_ID})
    page = text_of(Client().post(FORM, form))
    assert "已经登记，正等候查验" in page
    assert "程" not in page.split("<main")[1].replace("程序", "")
    assert first.split("/")[3] not in page


def test_the_queue_shows_the_longest_wait_first(world, guard, clock):
    road.came(world)
    clock.advance(timedelta(minutes=3))
    road.came(world, road.adult("许今禾", road.WIFE_ID, is_driver=True), plate="豫A12345")
    page = text_of(guard.get("/gate/"))
    assert page.index("豫AD20T6") < page.index("豫A12345")
    assert "等候 2 辆" in page
    assert "程" not in page.split("<main")[1]


def test_cars_are_found_by_plate_and_by_code(world, guard):
    car = road.came(world)
    target = reverse("gates:check", args=[car.pk])
    assert guard.get("/gate/find/", {"find": "豫a d20t6"}).url == target
    code = f"http://somewhere/gate/s/{car.public_id}/"
    assert guard.get("/gate/find/", {"find": code}).url == target
    assert guard.get(f"/gate/s/{car.public_id}/").url == target
    assert guard.get(f"/gate/s/{uuid4()}/").status_code == 404
    for typed in ("豫A99999", "???", "", "长" * 2_000):
        answer = guard.get("/gate/find/", {"find": typed})
        assert answer.status_code == 302
        assert guard.get(answer.url).status_code == 200
    assert guard.get(f"/gate/s/{car.status_token}/").status_code == 404


def test_opening_a_car_shows_names_and_is_written_down(world, guard):
    car = road.came(world, *road.family())
    page = text_of(guard.get(f"/gate/{car.pk}/"))
    assert "程晚舟" in page
    assert road.DRIVER_ID not in page
    assert road.DRIVER_ID[-4:] in page
    assert "4408" not in page
    assert "703" not in page
    for one in gates.people_of(car):
        look = parties.looks(one.person)[0]
        assert "卡口查验" in look.purpose.zh
        assert [field.zh for field in look.fields] == ["姓名"]


def test_a_check_leads_to_its_verdict(world, guard):
    car = road.came(world, *road.family())
    form = {f"celsius-{one.pk}": "36.4" for one in gates.people_of(car)}
    answer = guard.post(f"/gate/{car.pk}/", form | {"ticks": gates.VERIFY_TICKS})
    assert answer.url == f"/gate/{car.pk}/"
    page = text_of(guard.get(answer.url))
    assert "通行并告知" in page
    assert "从外省来，要居家隔离观察。" in page
    assert "12:00 前接收" in page
    assert "接收前由卡口负责" in page
    assert "程晚舟" not in page


def test_the_second_guard_reads_who_was_faster(world, guard):
    other = road.guards(world)[1]
    car = road.came(world)
    form = {f"celsius-{gates.people_of(car)[0].pk}": "36.4", "ticks": gates.VERIFY_TICKS}
    road.check(world, car, "37.6", guard=other)
    page = text_of(guard.post(f"/gate/{car.pk}/", form, follow=True))
    assert "已经查验，下面是结果" in page
    assert "留观" in page
    assert other.name not in page


def test_a_wrong_temperature_is_asked_again_with_everything_kept(world, guard):
    car = road.came(world, *road.family())
    one, two, three = gates.people_of(car)
    form = {f"celsius-{one.pk}": "36.4", f"celsius-{two.pk}": "3.75", "ticks": ["faces", "plate"]}
    answer = guard.post(f"/gate/{car.pk}/", form)
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'value="3.75"' in page
    assert 'value="36.4"' in page
    assert "是 37.5 吗？" in page
    assert "还没填体温" in page
    assert "全车人都已登记" in page
    assert page.count('name="ticks"') == 3
    assert three.forehead_celsius is None


def test_hold_recheck_and_report(world, guard, clock):
    car = road.came(world)
    one = gates.people_of(car)[0]
    guard.post(f"/gate/{car.pk}/", {f"celsius-{one.pk}": "37.6", "ticks": gates.VERIFY_TICKS})
    page = text_of(guard.get(f"/gate/{car.pk}/"))
    assert "留观" in page
    assert "额温 37.6" in page
    assert "怎样能通行" in page
    assert "10003710000" in page
    early = guard.post(
        f"/gate/{car.pk}/recheck/", {f"celsius-{one.pk}": "36.8", "ticks": gates.RECHECK_TICKS}
    )
    assert early.status_code == 422
    assert "还要休息 10 分钟" in text_of(early)
    assert "留观 1 辆" in text_of(guard.get("/gate/"))
    clock.advance(timedelta(minutes=10))
    guard.post(f"/gate/{car.pk}/recheck/", {f"celsius-{one.pk}": "37.9", "ticks": gates.RECHECK_TICKS})
    page = text_of(guard.get(f"/gate/{car.pk}/"))
    assert "腋温 37.9" in page
    assert "上报并叫车" in page
    assert guard.post(f"/gate/{car.pk}/refer/", {"ticks": gates.REFER_TICKS}).status_code == 404


def test_the_travellers_page_tells_what_happens_next(world, phone, guard):
    url = phone.post(FORM, sent()).url
    car = Registration.objects.get()
    road.check(world, car)
    page = text_of(phone.get(url))
    assert "通行并告知" in page
    assert "从外省来" in page
    assert "10003710000" in page
    link = re.search(r'action="(/c/r/[^"]+/people/0/)"', page)[1]
    personal = phone.post(link)
    assert personal.status_code == 302
    token = personal.url.split("/")[2]
    assert parties.person_by_link(token).name == "程晚舟"
    assert phone.post(link.replace("people/0", "people/7")).status_code == 404


def test_who_needs_no_quarantine_has_no_personal_page(world, phone):
    url = phone.post(FORM, sent(origin_code=road.ZHENGZHOU)).url
    road.check(world, Registration.objects.get())
    assert "通行" in text_of(phone.get(url))
    assert phone.post(f"{url}people/0/").status_code == 404


def test_a_status_address_is_good_for_two_days(world, phone, clock):
    url = phone.post(FORM, sent()).url
    clock.advance(timedelta(days=2, minutes=1))
    assert phone.get(url).status_code == 404


def test_dropping_needs_a_reason(world, guard, phone):
    url = phone.post(FORM, sent()).url
    car = Registration.objects.get()
    assert guard.post(f"/gate/{car.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert guard.post(f"/gate/{car.pk}/withdraw/", {"reason": "车没来"}).url == "/gate/"
    assert "已作废" in text_of(phone.get(url))
    assert "已作废" in text_of(guard.get(f"/gate/{car.pk}/"))


def test_the_poster_prints(world, guard):
    answer = guard.get("/gate/poster/K1/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("path", ["/gate/", "/gate/{pk}/", "/gate/s/{code}/", "/gate/poster/K1/"])
def test_the_crews_pages_open_for_the_crew_alone(world, path):
    car = road.came(world)
    url = path.format(pk=car.pk, code=car.public_id)
    assert Client().get(url).status_code == 302
    for role, place in (("community_worker", "C1"), ("district_duty", "D"), ("community_doctor", "C1")):
        client = Client()
        person = world.people[role, place]
        account = parties.create_account(
            username=f"{role}-{path}", person=person, password="secret-word-1", actor=journal.SYSTEM
        )
        client.force_login(account)
        assert client.get(url).status_code == 403


def test_another_checkpoints_crew_finds_nothing(world):
    car = road.came(world)
    world.place("SITE", "K2", "S2", "CHECKPOINT")
    other = world.hold("guard", "K2")
    client = Client()
    account = parties.create_account(
        username="other", person=other, password="secret-word-1", actor=journal.SYSTEM
    )
    client.force_login(account)
    assert client.get(f"/gate/{car.pk}/").status_code == 404
    assert client.post(f"/gate/{car.pk}/", {}).status_code == 404
    assert client.get(f"/gate/s/{car.public_id}/").status_code == 404
    assert client.get("/gate/poster/K1/").status_code == 404
    assert "豫AD20T6" not in text_of(client.get("/gate/"))


def test_the_case_page_has_the_cars_panel(world, guard):
    car = road.came(world, *road.family())
    page = text_of(guard.get(f"/cases/{car.case_id}/"))
    assert "gates-panel" in page
    assert f"/gate/{car.pk}/" in page
    assert "程晚舟" not in page
    assert cases.open_steps(car.case)[0].key == "verify"
