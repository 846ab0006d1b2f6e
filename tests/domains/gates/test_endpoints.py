"""The API: the same services, the same refusals, as JSON in both languages."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from shouwang.domains.gates import api as gates
from shouwang.domains.gates.models import Registration
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from tests.domains.gates import road

BASE = "/api/v1/gates"


def body(**more):
    return {
        "request_key": str(uuid4()),
        "checkpoint": "K1",
        "plate": "豫A D20T6",
        "phone": road.PHONE,
        "origin_code": road.CHONGQING,
        "destination_code": "Y1",
        "door": "4 号楼",
        "people": [{"name": "程晚舟", "number": road.DRIVER_ID, "is_driver": True}],
        **more,
    }


def post(client, path, data):
    return client.post(f"{BASE}{path}", data, content_type="application/json")


@pytest.fixture
def guard(world):
    client = Client()
    account = parties.create_account(
        username="guard", person=road.guards(world)[0], password="secret-word-1", actor=journal.SYSTEM
    )
    client.force_login(account)
    return client


def test_a_checkpoint_is_told_to_everybody(world, client):
    found = client.get(f"{BASE}/checkpoints/K1").json()
    assert found["name"] == {"zh": "地点K1", "en": "Place K1"}
    assert found["waiting"] == 0
    assert found["register_url"].endswith("/c/K1/")
    missing = client.get(f"{BASE}/checkpoints/Y1")
    assert missing.status_code == 404
    assert missing.json()["code"] == "not_found_or_not_yours"


def test_a_car_registers_once(world, client):
    data = body()
    first, second = post(client, "/registrations", data), post(client, "/registrations", data)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["token"] == second.json()["token"]
    assert (second.json()["came"], second.json()["ahead"]) == ("SAME", 0)
    assert second.json()["people"][0]["name"] == "程**"
    told = client.get(f"{BASE}/registrations/{first.json()['token']}")
    assert told.json()["plate"] == "豫AD20T6"
    assert client.get(f"{BASE}/registrations/nothing").status_code == 404


def test_refusals_carry_every_problem_in_both_languages(world, client):
    wrong = [{"name": "", "number": "50023620110304251", "is_driver": True}]
    answer = post(client, "/registrations", body(plate="X", people=wrong))
    assert answer.status_code == 422
    told = answer.json()
    assert {problem["field"] for problem in told["problems"]} == {
        "plate",
        "people.0.name",
        "people.0.number",
    }
    assert set(told) == {"code", "what", "why", "do", "field", "problems"}
    assert all(problem["what"]["zh"] and problem["what"]["en"] for problem in told["problems"])
    assert Registration.objects.count() == 0


def test_a_guard_checks_and_a_stranger_cannot(world, client, guard):
    code = post(client, "/registrations", body()).json()["code"]
    wrong = {"temperatures": [{"order": 0, "celsius": "3.75"}], "ticks": list(gates.VERIFY_TICKS)}
    right = {"temperatures": [{"order": 0, "celsius": "36.4"}], "ticks": list(gates.VERIFY_TICKS)}
    assert post(client, f"/checks/{code}", right).status_code == 401
    refused = post(guard, f"/checks/{code}", wrong)
    assert refused.status_code == 422
    assert refused.json()["field"] == "temperatures.0"
    checked = post(guard, f"/checks/{code}", right).json()
    assert (checked["decision"], checked["is_mine"]) == ("PASS_AND_NOTIFY", True)
    assert checked["people"][0]["answers_phone"] == "10003710000"
    assert post(guard, f"/checks/{uuid4()}", right).status_code == 404
    stranger = Client()
    account = parties.create_account(
        username="w",
        person=world.people["community_worker", "C1"],
        password="secret-word-1",
        actor=journal.SYSTEM,
    )
    stranger.force_login(account)
    assert post(stranger, f"/checks/{code}", right).status_code == 404
