"""Who may open which page of the desk: every route for every duty of the cast, over the small district."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.desk.town import the_offer, the_step

SEES_CASES = {
    "community-worker",
    "community-director",
    "community-doctor",
    "courtyard-lead",
    "subdistrict-duty",
    "subdistrict-cadre",
    "district-duty",
    "commander",
}
SEES_DUTIES = {
    "checkpoint-lead",
    "community-director",
    "courtyard-lead",
    "subdistrict-duty",
    "subdistrict-cadre",
    "district-sponsor",
    "district-duty",
    "commander",
}
NO_WORK = {"district-sponsor", "auditor"}  # duties that carry no step of a case
REVEALS = SEES_CASES - {"subdistrict-cadre", "district-duty", "commander"}
ASSIGNS = SEES_DUTIES - {"subdistrict-cadre", "district-sponsor"}


@pytest.fixture
def street(district, clock):
    """The small district with some life in it."""
    from tests.desk import street as streets

    return streets.build(district, clock)


@pytest.fixture
def cast(district):
    """Everybody of the cast, signed in."""
    from shouwang.districts.jinshui.cast import CAST

    readers = {}
    for member in CAST:
        readers[member.username] = Client()
        readers[member.username].force_login(district.account(member.username))
    return readers


def table(cast, path):
    return {name: reader.get(path).status_code for name, reader in cast.items()}


def expected(cast, opened, closed=404, shut=frozenset(), shut_status=403):
    return {name: 200 if name in opened else shut_status if name in shut else closed for name in cast}


def test_everybody_has_their_own_work_and_places(cast, street):
    for path in ("/work/", "/work/done/", "/places/", "/procedures/"):
        assert set(table(cast, path).values()) == {200}, path


def test_a_case_is_seen_by_its_chain_and_whoever_has_a_hand_in_it(cast, street):
    fresh = street.fresh.pk
    assert table(cast, f"/cases/{fresh}/") == expected(cast, SEES_CASES, shut=NO_WORK)
    car = street.car[0].pk
    assert table(cast, f"/cases/{car}/") == expected(cast, SEES_CASES | {"guard"}, shut=NO_WORK)
    going = street.going.pk
    assert table(cast, f"/cases/{going}/") == expected(cast, SEES_CASES | {"courtyard-team"}, shut=NO_WORK)


def test_a_step_is_seen_with_its_case_and_full_names_by_fewer(cast, street):
    step = the_step(street.fresh)
    for path in (f"/steps/{step.pk}/", f"/steps/{step.pk}/offer/"):
        assert table(cast, path) == expected(cast, SEES_CASES, shut=NO_WORK), path
    no_names = {"guard", "subdistrict-cadre", "district-duty", "commander"} | NO_WORK
    assert table(cast, f"/cases/{street.fresh.pk}/reveal/") == expected(cast, REVEALS, shut=no_names)


def test_duties_are_seen_and_assigned_by_those_who_lead(cast, street):
    post = street.district.answer("courtyard-team").post
    off_duty_board = set(cast) - SEES_DUTIES
    seen = table(cast, f"/duties/{post.pk}/")
    assert seen == expected(cast, SEES_DUTIES - {"checkpoint-lead"}, shut=off_duty_board)
    for name, reader in cast.items():
        status = reader.post(f"/duties/{post.pk}/assign/", {}).status_code
        wanted = 422 if name in ASSIGNS - {"checkpoint-lead"} else 404 if name in ASSIGNS else 403
        assert status == wanted, name


def test_places_open_within_ones_duties_only(cast, street):
    courtyard = table(cast, "/places/410105006001-01/")
    elsewhere = {"guard", "checkpoint-lead", "other-worker"}
    assert courtyard == expected(cast, set(cast) - elsewhere)
    district = table(cast, "/places/410105/")
    assert district == expected(cast, {"district-duty", "commander", "auditor"})


def test_the_journal_is_for_the_auditor(cast, street):
    assert table(cast, "/journal/") == expected(cast, {"auditor"}, closed=403)


def test_the_other_worker_can_do_nothing_to_it(cast, street):
    other = cast["other-worker"]
    step, offer = the_step(street.fresh), the_offer(street.car[0])
    for path in (
        *(f"/steps/{step.pk}/{act}/" for act in ("complete", "tick", "take", "offer", "proof")),
        *(f"/handovers/{offer.pk}/{act}/" for act in ("accept", "decline", "recall")),
        f"/cases/{street.fresh.pk}/reveal/",
        f"/cases/{street.fresh.pk}/call/",
    ):
        assert other.post(path, {"reason": "不住这里"}).status_code == 404, path
    html = other.get("/cases/").content.decode()
    assert street.fresh.number not in html
    assert "宁**" not in html
