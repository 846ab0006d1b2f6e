"""The API is what its frozen description says, and no input brings out anything that it does not say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as searching
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from shouwang.districts.jinshui import cast as casts
from shouwang.domains.gates import api as gates
from shouwang.domains.gates.models import Registration
from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from tests.openapi.freeze import FROZEN, as_text, described

ADDRESS = "/api/v1/openapi.json"
EXAMPLES = 24
CSRF = "a" * 32
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_dict(described())
    return [result.ok() for result in schema.get_all_operations()]


@dataclass
class Town:
    """The small district with a waiting car and somebody at home, and the path values that lead to them."""

    district: casts.District
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)


def sessions_of(district: casts.District, *usernames: str) -> dict[str, str]:
    made = {}
    for name in usernames:
        client = Client()
        client.force_login(district.account(name))
        made[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return made


def came(district: casts.District, plate: str, number: str) -> Registration:
    person = gates.TypedPerson(name="程晚舟", number=number, is_driver=True)
    typed = gates.TypedRegistration(
        checkpoint=district.at(casts.CHECKPOINT),
        request_key=uuid4(),
        plate=plate,
        phone="10003714408",
        people=[person],
        origin_code="500236",
        destination_code=casts.COURTYARD,
        door="4 号楼 2 单元 703",
        anyone_visited=False,
        anyone_symptoms=False,
    )
    return gates.register(typed).registration


@pytest.fixture
def town(district) -> Town:
    from datetime import date

    from shouwang.util.identity import synthetic_id_number

    made = Town(district)
    waiting = came(district, "豫A D20T6", synthetic_id_number(date(1985, 5, 5), 1))
    passed = came(district, "豫A D20T7", synthetic_id_number(date(1986, 6, 6), 3))
    celsius = {one.pk: "36.4" for one in gates.people_of(passed)}
    gates.check(passed.pk, district.person("guard"), celsius, gates.VERIFY_TICKS)
    handover = cases.Handover.objects.get(state="OFFERED")
    case = handover.step.case
    made.staff = sessions_of(district, "guard", "community-worker")
    link = parties.issue_personal_link(case.person, 30, journal.SYSTEM)
    made.known = {
        "/api/v1/desk/cases/{pk}": {"pk": case.pk},
        "/api/v1/desk/handovers/{pk}/accept": {"pk": handover.pk},
        "/api/v1/desk/handovers/{pk}/decline": {"pk": handover.pk},
        "/api/v1/desk/steps/{pk}/complete": {"pk": handover.step_id},
        "/api/v1/gates/checkpoints/{code}": {"code": casts.CHECKPOINT},
        "/api/v1/gates/checks/{code}": {"code": str(waiting.public_id)},
        "/api/v1/gates/registrations/{token}": {"token": waiting.status_token},
        "/api/v1/quarantine/mine/{token}": {"token": link},
        "/api/v1/quarantine/mine/{token}/readings": {"token": link},
        "/api/v1/quarantine/orders/{case}/readings": {"case": case.pk},
    }
    return made


def search(operation: Any, cookies: dict[str, str], examples: int, mode: Any, **fixed: Any) -> None:
    """Send made-up requests to one operation and hold every answer against the description."""
    operation.app = operation.schema.app = get_wsgi_application()
    cases_made = operation.as_strategy(generation_mode=mode, **fixed)

    @seed(1)
    @searching(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases_made)
    def run(case: Any) -> None:
        sent = {**cookies, settings.CSRF_COOKIE_NAME: CSRF} if cookies else {}
        headers = {"X-CSRFToken": CSRF} if cookies else {}
        case.cookies = dict(sent)
        answer = case.call(base_url="http://localhost", cookies=sent, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    try:
        run()
    except Unsatisfiable:  # any text is a good token: nothing of a wrong shape can be made up
        assert mode is schemathesis.GenerationMode.NEGATIVE


def test_the_description_is_the_frozen_one(client):
    """A changed API is frozen anew with `python -m tests.openapi.freeze`, and read in the diff."""
    assert as_text(client.get(ADDRESS).json()) == FROZEN.read_text(encoding="utf-8")


def test_every_operation_says_what_it_does_and_names_its_refusals():
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)
            if "security" in operation:
                assert "401" in operation["responses"], (method, path)
            if "requestBody" in operation:
                assert {"400", "422"} <= set(operation["responses"]), (method, path)


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.label)
def test_no_input_brings_out_what_is_not_described(town, operation):
    modes = schemathesis.GenerationMode
    search(operation, {}, 4, modes.POSITIVE)
    for cookie in town.staff.values():
        cookies = {settings.SESSION_COOKIE_NAME: cookie}
        for mode in (modes.POSITIVE, modes.NEGATIVE):
            search(operation, cookies, EXAMPLES // 12, mode)
            known = town.known.get(operation.path)
            if known and (operation.body or mode is modes.POSITIVE):  # a path alone has no wrong shape
                search(operation, cookies, EXAMPLES // 12, mode, path_parameters=known)


def test_what_the_door_refuses_is_said_in_both_languages(client, district):
    path = f"/api/v1/gates/checks/{uuid4()}"
    signed = Client(enforce_csrf_checks=True)
    signed.force_login(district.account("guard"))
    answers = {
        401: client.post(path, {}, content_type="application/json"),
        403: signed.post(path, {}, content_type="application/json"),
        400: client.post("/api/v1/gates/registrations", "{", content_type="application/json"),
        422: client.post("/api/v1/gates/registrations", "{}", content_type="application/json"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        told = json.loads(answer.content)
        assert told["code"]
        assert told["what"]["zh"]
        assert told["what"]["en"]
