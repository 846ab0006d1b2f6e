"""Starting from the desk: who may, where, what is refused and kept, and where the person's data goes."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.identity import synthetic_id_number

COURTYARD, COMMUNITY, ELSEWHERE = "410105006001-01", "410105006001", "410105019001-01"
NUMBER = synthetic_id_number(date(1985, 3, 2), 77)


@pytest.fixture
def desk(district):
    def sign_in(username, language="zh-hans"):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(district.account(username))
        return client

    return sign_in


def form(**more):
    return {
        "place": COURTYARD,
        "request_key": str(uuid4()),
        "answer-why": "OVERSEAS",
        "answer-exposed_on": "2020-03-17",
        "name": "程晚舟",
        "kind": "ID_NUMBER",
        "number": NUMBER,
        "phone": "10003714408",
        **more,
    }


START = "/procedures/FACILITY_ADMISSION/start/"


def test_the_holder_of_the_first_duty_starts_and_holds_the_first_step(desk, district):
    worker = desk("community-worker")
    answer = worker.post(START, form())
    case = cases.Case.objects.get()
    assert answer.url == f"/cases/{case.pk}/"
    (step,) = cases.open_steps(case)
    assert (step.key, step.holder) == ("bed", district.person("community-worker"))
    assert not cases.Handover.objects.exists()
    assert case.number in worker.get("/work/").content.decode()


def test_a_lead_hands_it_over_and_answers_until_it_is_accepted(desk, district):
    desk("subdistrict-duty").post(START, form())
    (step,) = cases.open_steps(cases.Case.objects.get())
    offer = step.handovers.get()
    assert step.holder == district.person("subdistrict-duty")
    assert offer.receiver == district.person("community-worker")
    assert case_of(offer).number in desk("community-worker").get("/work/").content.decode()


def case_of(offer):
    return offer.step.case


def test_data_of_the_person_goes_into_the_register_and_nowhere_else(desk):
    desk("community-worker").post(START, form())
    case = cases.Case.objects.get()
    assert case.person == parties.find_by_identification(parties.Identification("ID_NUMBER", NUMBER))
    assert case.facts["has_person"] is True
    written = " ".join(
        [str(case.facts), *map(str, journal.Entry.objects.values_list("data", "subject_key", "thread"))]
    )
    for private in ("程晚舟", NUMBER, "10003714408"):
        assert private not in written
    assert str({"why": "OVERSEAS", "exposed_on": "2020-03-17"})[1:-1] in str(case.facts)


def test_the_same_form_twice_starts_one_case(desk):
    worker, typed = desk("community-worker"), form()
    assert worker.post(START, typed).url == worker.post(START, typed).url
    assert cases.Case.objects.count() == 1
    worker.post(START, form(number=synthetic_id_number(date(1985, 3, 2), 78), name="林小溪"))
    assert cases.Case.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        ({"answer-why": ""}, "answer-why", "还没选这一项"),
        ({"answer-why": "MARS"}, "answer-why", "没有这个选项"),
        ({"answer-exposed_on": "昨天"}, "answer-exposed_on", "要填日期"),
        ({"number": NUMBER[:-1]}, "number", "少 1 位"),
        ({"name": ""}, "name", "姓名"),
        ({"phone": "123"}, "phone", "手机号"),
    ],
)
def test_bad_input_is_explained_beside_its_field_and_what_was_typed_is_kept(desk, more, field, says):
    answer = desk("community-worker").post(START, form(**more))
    words = answer.content.decode()
    assert answer.status_code == 422
    assert says in words
    kept = "10003714408" if field != "phone" else "程晚舟"
    assert kept in words
    assert not cases.Case.objects.exists()
    assert not parties.Person.objects.filter(name="程晚舟").exists()


def test_whom_it_must_be_about_is_asked_for(desk):
    address = "/procedures/HOME_QUARANTINE/start/"
    typed = {"place": COURTYARD, "request_key": str(uuid4()), "answer-origin_group": "HUBEI"}
    answer = desk("community-worker").post(address, {**typed, "answer-person_group": "ARRIVAL"})
    assert answer.status_code == 422
    assert "还没填这一项" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("guard", COURTYARD),  # no duty that starts it
        ("community-police", COURTYARD),
        ("other-worker", COURTYARD),  # the duty, elsewhere
        ("community-worker", ELSEWHERE),  # a place elsewhere
        ("community-worker", "410105"),  # a place above the duty
        ("community-worker", "no-such-place"),
    ],
)
def test_whoever_may_not_start_it_there_gets_the_same_answer_as_for_nothing(desk, who, place):
    client = desk(who)
    nothing = client.get("/procedures/NO_SUCH/start/")
    assert client.get(START, {"place": place}).status_code == nothing.status_code == 404
    assert client.post(START, form(place=place)).status_code == 404
    assert not cases.Case.objects.exists()


def test_only_places_within_reach_and_of_the_right_kind_are_offered(desk):
    page = desk("community-worker").get(START).content.decode()
    assert f"?place={COURTYARD}" in page
    assert ELSEWHERE not in page
    assert '?place=410105006"' not in page
    found = desk("district-duty").get(START, {"q": ELSEWHERE}).content.decode()
    assert f"?place={ELSEWHERE}" in found


def test_the_list_of_procedures_offers_what_the_reader_may_start(desk):
    for who, key, is_offered in (
        ("community-worker", "FACILITY_ADMISSION", True),
        ("guard", "FACILITY_ADMISSION", False),
        ("guard", "FEVER_RESPONSE", True),
        ("red-cross-clerk", "DONATION", True),
        ("community-worker", "DONATION", False),
    ):
        page = desk(who).get("/procedures/").content.decode()
        assert (f"/procedures/{key}/start/" in page) is is_offered, (who, key)


def test_only_the_holder_reports_and_only_what_the_step_waits_for(desk, district):
    team = desk("courtyard-team")
    typed = {"place": COURTYARD, "request_key": str(uuid4()), "answer-who": "RESIDENT"}
    team.post("/procedures/ACCESS_CONTROL/start/", typed)
    case = cases.Case.objects.get()
    (step,) = cases.open_steps(case)
    assert "排队超过 10 人" in team.get(f"/cases/{case.pk}/").content.decode()
    desk("courtyard-lead").post(f"/steps/{step.pk}/report/", {"message": "queue_long"})
    team.post(f"/steps/{step.pk}/report/", {"message": "no_such_thing"})
    assert [one.key for one in cases.open_steps(case)] == ["identify"]
    team.post(f"/steps/{step.pk}/report/", {"message": "queue_long"})
    assert [one.key for one in cases.open_steps(case)] == ["identify", "more_crew"]
    verbs = [entry.verb for entry in journal.entries(thread=case.thread)]
    assert verbs.count("case.reported") == 1


def test_the_start_page_is_complete_in_english(desk):
    page = desk("community-worker", "en").get(START, {"place": COURTYARD}).content.decode()
    for words in ("Why", "From abroad", "Last exposure or entry", "Identity card", "Start a case"):
        assert words in page
    version = procedures.in_force("FACILITY_ADMISSION")
    assert version.name_en in page
