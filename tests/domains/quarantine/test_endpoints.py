"""The API: the same services and the same refusals, as JSON in both languages."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties

BASE = "/api/v1/quarantine"


def post(client, path, **more):
    body = {"request_key": str(uuid4()), "celsius": "36.5", **more}
    return client.post(f"{BASE}{path}", body, content_type="application/json")


@pytest.fixture
def mine(stay):
    token = parties.issue_personal_link(stay.case.person, 60, journal.SYSTEM)
    return f"/mine/{token}"


@pytest.fixture
def signed_in(world):
    def door(role, code):
        person = world.people[role, code]
        account = parties.create_account(
            username=f"u{person.pk}", person=person, password="long enough", actor=journal.SYSTEM
        )
        client = Client()
        client.force_login(account)
        return client

    return door


def test_a_resident_asks_how_they_stand(stay, mine, client):
    said = client.get(f"{BASE}{mine}").json()
    assert (said["day"], said["days"], said["is_in_force"]) == (1, 14, True)
    assert [slot["state"] for slot in said["today"]] == ["NOT_DUE", "COMING"]
    assert said["contacts"][0]["is_primary"]
    assert client.get(f"{BASE}/mine/{'x' * 32}").status_code == 404


def test_the_same_reading_twice_is_one(stay, mine, client):
    key = str(uuid4())
    answers = [post(client, f"{mine}/readings", request_key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["words"]["en"]
    assert stay.order.readings.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"celsius": "3.75"}, 400, "celsius"),
        ({"celsius": "<script>"}, 400, "celsius"),
        ({"celsius": "9" * 40_000}, 422, "body.body.celsius"),
        ({"request_key": "no"}, 422, "body.body.request_key"),
        ({"taken_at": "2020-03-17T10:00:00+08:00"}, 400, "celsius"),
        ({"taken_at": "2030-03-17T10:00:00+08:00"}, 400, "celsius"),
        ({"taken_at": "0001-01-01T00:00:00+14:00"}, 400, "celsius"),
        ({"taken_at": "9999-12-31T23:59:59-12:00"}, 400, "celsius"),
        ({"taken_at": "2020-03-18T10:00:00"}, 422, "body.body.taken_at"),
    ],
)
def test_what_cannot_be_is_refused_in_words(stay, mine, client, body, status, field):
    answer = post(client, f"{mine}/readings", **body)
    assert answer.status_code == status
    assert answer.json()["field"] == field
    assert answer.json()["what"]["zh"]
    assert not stay.order.readings.exists()


def test_the_team_records_where_it_watches_and_nowhere_else(stay, world, signed_in, client):
    path = f"/orders/{stay.case_pk}/readings"
    assert post(client, path).status_code == 401
    assert post(signed_in("guard", "K1"), path).status_code == 401
    assert post(signed_in("courtyard_team", "Y2"), path).status_code == 404
    assert post(signed_in("courtyard_team", "Y1"), path, via="PHONE").status_code == 201
    assert stay.order.readings.get().via == "PHONE"


def test_a_cross_site_request_fails(stay, world):
    client = Client(enforce_csrf_checks=True)
    account = parties.create_account(
        username="team",
        person=world.people["courtyard_team", "Y1"],
        password="long enough",
        actor=journal.SYSTEM,
    )
    client.force_login(account)
    assert post(client, f"/orders/{stay.case_pk}/readings").status_code == 403
