"""Hundreds of legs in one act: as good as one by one, in a few statements."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.domains.orders.models import Leg
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.places import api as places
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock as clocks
from shouwang.util.ids import new_uuid
from shouwang.util.text import Text
from tests.domains.orders.answering import confirm, the_step

COURTYARDS = 1_892


@pytest.fixture
def whole(district, clock):
    """So many courtyards as the district has, each with a team lead."""
    communities = list(places.subtree(district.place, "COMMUNITY"))
    rows = [
        places.PlaceRow(
            kind="COURTYARD",
            code=f"{communities[number % 4].code}-T{number}",
            name_zh=f"{number} 号院",
            name_en=f"Courtyard {number}",
            parent_code=communities[number % 4].code,
            subkind="LEGACY_BACKSTOP",
        )
        for number in range(COURTYARDS - 12)
    ]
    places.load_places(rows, journal.SYSTEM)
    found = [place for place in places.subtree(district.place, "COURTYARD") if "-T" in place.code]
    posts = duties.create_posts(
        [duties.PostRow("courtyard_lead", place, Text("组长", "Lead")) for place in found]
    )
    lead = district.person("courtyard-lead")
    duties.assign_many([duties.HoldingRow(post, lead, clocks.now()) for post in posts])
    return district


def test_every_courtyard_of_the_district_has_its_leg_in_a_few_statements(
    whole, give, django_assert_max_num_queries
):
    with django_assert_max_num_queries(80):  # batches of a thousand; one by one it were twenty thousand
        order = give("district-duty", "COURTYARD", "courtyard_lead")
    legs = Leg.objects.filter(order=order)
    assert legs.count() == COURTYARDS
    last = legs.order_by("-pk").first()
    assert the_step(last).holder == whole.person("courtyard-lead")
    confirm(last)
    assert cases.Case.objects.get(pk=last.case_id).outcome == "CONFIRMED"
    assert cases.reconcile(whole.place).difference == 0


def test_cases_started_together_are_those_started_one_by_one(district, clock):
    facts = {
        "order": 0,
        "roles": {"community_director": "courtyard_lead", "subdistrict_duty": "district_duty"},
        "acknowledge_by": (clocks.now() + timedelta(hours=1)).isoformat(),
        "due_at": (clocks.now() + timedelta(hours=2)).isoformat(),
    }
    place, answer = district.at("410105006001-01"), district.answer("courtyard-lead")
    subject, title = journal.Ref("order", "0"), Text("指令", "Order")
    single = procedures.start(
        "ORDER",
        procedures.Start(place, subject, title, facts=facts, first_holder=answer),
        journal.SYSTEM,
    )
    [together] = procedures.start_many(
        "ORDER",
        procedures.StartMany(subject, title, facts, campaign="COMMUNITY"),
        [(place, answer)],
        journal.SYSTEM,
    )
    told = [
        [(entry.verb, entry.place_path) for entry in journal.entries(thread=f"case:{case.pk}", limit=20)]
        for case in (single, together)
    ]
    assert told[0] == told[1]
    rows = [
        cases.Step.objects.filter(case=case).values_list(
            "key", "role", "holder", "post", "due_at", "next_escalation_at", "limit_seconds", "state"
        )
        for case in (single, together)
    ]
    assert list(rows[0]) == list(rows[1])
    custody = [
        cases.Custody.objects.filter(case=case).values_list("place", "came_by") for case in (single, together)
    ]
    assert list(custody[0]) == list(custody[1])


def test_a_procedure_that_begins_with_a_service_is_not_started_together(district):
    with pytest.raises(ValueError, match="one by one"):
        procedures.start_many(
            "RELEASE",
            procedures.StartMany(
                journal.Ref("order", "0"), Text("解除", "Release"), {"key": str(new_uuid())}
            ),
            [(district.at("410105006001-01"), district.answer("courtyard-lead"))],
            journal.SYSTEM,
        )
