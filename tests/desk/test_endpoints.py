"""The API of the desk: the same acts and refusals as the pages."""

from __future__ import annotations

import pytest

from shouwang.kernel.cases import api as cases
from tests.desk.test_cases import DIRECTOR, STRANGER
from tests.desk.test_work import GUARD, WORKER
from tests.desk.town import the_offer, the_step

GOOD = {
    "ticks": ["met", "room"],
    "form": {"is_fit": True, "how": "HOME", "days": 14},
    "evidence": {"paper": "CN-1"},
}


def post(reader, path, body=None):
    return reader.post(f"/api/v1/desk{path}", body or {}, content_type="application/json")


def test_work_and_cases_are_told_masked(town, page):
    case = town.case()
    worker = page(*WORKER)
    work = worker.get("/api/v1/desk/work").json()
    assert (work["total"], work["items"][0]["kind"]) == (1, "STEP")
    step = work["items"][0]["step"]
    assert (step["person"], step["name"]["en"]) == ("裴**", "Check the home")
    assert step["checklist"]["met"]["en"] == "Met the person"
    listed = worker.get("/api/v1/desk/cases").json()
    assert [one["number"] for one in listed["cases"]] == [case.number]
    told = worker.get(f"/api/v1/desk/cases/{case.pk}").json()
    assert told["steps"][0]["form"]["days"] == {"zh": "几天", "en": "Days"}
    assert "裴听澜" not in str(told)


def test_a_step_is_completed_and_completing_again_changes_nothing(town, page):
    case = town.case()
    step = the_step(case)
    worker = page(*WORKER)
    assert post(worker, f"/steps/{step.pk}/complete", GOOD).json()["state"] == "OPEN"
    assert post(worker, f"/steps/{step.pk}/complete", GOOD).status_code == 200
    assert cases.Step.objects.filter(case=case).count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [({"ticks": []}, "ticks"), ({"evidence": {}}, "evidence"), ({"form": {"is_fit": True}}, "how")],
)
def test_a_refusal_names_the_field_in_both_languages(town, page, change, field):
    step = the_step(town.case())
    answer = post(page(*WORKER), f"/steps/{step.pk}/complete", {**GOOD, **change})
    told = answer.json()
    assert (answer.status_code, told["field"]) == (400, field)
    assert told["what"]["zh"]
    assert told["what"]["en"]
    assert not cases.Evidence.objects.filter(step=step).exists()


def test_offers_are_accepted_or_declined_with_a_reason(town, page):
    worker = page(*WORKER)
    offer = the_offer(town.case(offer_from=town.answer(*GUARD)))
    assert post(worker, f"/handovers/{offer.pk}/accept").json() == {"handovers": [offer.pk]}
    other = the_offer(town.case(offer_from=town.answer(*GUARD)))
    assert post(worker, f"/handovers/{other.pk}/decline", {"reason": ""}).json()["field"] == "reason"
    assert post(worker, f"/handovers/{other.pk}/decline", {"reason": "不住这里"}).status_code == 200


def test_others_find_nothing_and_nobody_is_let_in(town, page, client):
    case = town.case(offer_from=town.answer(*GUARD))
    stranger = page(*STRANGER)
    assert stranger.get(f"/api/v1/desk/cases/{case.pk}").status_code == 404
    assert post(stranger, f"/steps/{the_step(case).pk}/complete", GOOD).status_code == 404
    assert post(stranger, f"/handovers/{the_offer(case).pk}/accept").status_code == 404
    assert stranger.get("/api/v1/desk/cases?place=Y1").status_code == 404
    assert client.get("/api/v1/desk/work").status_code == 401
    not_mine = post(page(*DIRECTOR), f"/steps/{the_step(case).pk}/complete", GOOD)
    assert (not_mine.status_code, not_mine.json()["code"]) == (400, "step.not_yours")
