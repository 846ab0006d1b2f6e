from __future__ import annotations

from datetime import timedelta

from django.db import connection

from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.util import clock as clocks

HOUR = timedelta(hours=1)


def test_reach_is_the_place_of_the_post_and_what_lies_below(land):
    person = land.hold("community_worker", "C1").person
    assert duties.scope(person, "case.see") == [land["C1"].path]
    assert duties.can(person, "case.see", land["Y1"])
    assert duties.can(person, "case.see", land["C1"])
    for elsewhere in ("S1", "D", "C2", "Y2", "K1"):
        assert not duties.can(person, "case.see", land[elsewhere])


def test_a_place_whose_code_merely_begins_alike_is_not_below(land):
    person = land.hold("courtyard_team", "Y1").person
    assert not duties.can(person, "case.work", land["Y11"])
    assert list(Place.objects.filter(duties.scope_q(person, "case.work", "path"))) == [land["Y1"]]


def test_a_role_opens_only_its_own_verbs(land):
    person = land.hold("guard", "K1").person
    assert duties.scope(person, "gate.work") == [land["K1"].path]
    assert duties.scope(person, "case.see") == []
    assert duties.scope(person, "no.such.verb") == []


def test_reach_opens_and_closes_with_the_holding_to_the_instant(land, clock):
    person = land.assign(land.post("community_worker", "C1"), after=1, hours=1).person
    assert duties.scope(person, "case.see") == []
    clock.advance(HOUR)
    assert duties.scope(person, "case.see") == [land["C1"].path]
    clock.advance(HOUR)
    assert duties.scope(person, "case.see") == []
    assert duties.scope(person, "case.see", clocks.now() - timedelta(seconds=1)) == [land["C1"].path]


def test_reach_over_several_posts_keeps_the_outermost_places(land):
    person = land.somebody()
    for role, code in (("community_worker", "C1"), ("subdistrict_cadre", "S1"), ("community_worker", "C2")):
        land.assign(land.post(role, code), person=person)
    assert duties.scope(person, "case.see") == [land["S1"].path, land["C2"].path]
    assert duties.scope(person, "quarantine.work") == [land["C1"].path, land["C2"].path]


def test_no_reach_matches_nothing(land):
    assert not Place.objects.filter(duties.scope_q(land.somebody(), "case.see", "path")).exists()


def test_a_volunteer_carries_the_work_but_never_the_names(land):
    post = land.post("courtyard_lead", "Y1", seats=2)
    volunteer = land.assign(post, "VOLUNTEER").person
    regular = land.assign(post).person
    for verb in ("person.reveal", "case.take"):
        assert not duties.can(volunteer, verb, land["Y1"])
        assert duties.can(regular, verb, land["Y1"])
    assert duties.can(volunteer, "quarantine.work", land["Y1"])


def test_scope_is_one_query_and_never_remembered(land, django_assert_num_queries):
    held = land.hold("community_worker", "C1")
    with django_assert_num_queries(1):
        assert duties.scope(held.person, "case.see")
    duties.end_holding(held, clocks.now() + timedelta(microseconds=1), journal.SYSTEM)
    assert not duties.can(held.person, "case.see", land["C1"], clocks.now() + HOUR)


def test_the_main_duty_is_the_own_post_of_the_highest_level(land, django_assert_num_queries):
    person = land.somebody()
    assert duties.duty_of(person) is None
    help_ = land.assign(land.post("district_duty", "D"), "SUBSTITUTE", person=person)
    own = land.assign(land.post("community_worker", "C1"), person=person)
    assert duties.duty_of(person) == own
    higher = land.assign(land.post("subdistrict_cadre", "S1"), person=person)
    with django_assert_num_queries(1):
        held = duties.holdings_of(person)
        assert [one.post.place.code for one in held] == ["S1", "C1", "D"]
    assert held == [higher, own, help_]
    assert duties.still_holds(person, own.post)
    assert not duties.still_holds(person, own.post, clocks.now() - HOUR)


def test_the_condition_as_sql_is_that_of_the_orm(land, clock):
    rows = [
        land.hold("community_worker", "C1"),
        land.assign(land.post("community_worker", "C2"), after=1, hours=1),
        land.assign(land.post("courtyard_team", "Y1"), hours=1),
        land.hold("courtyard_team", "Y2"),
    ]
    duties.Post.objects.filter(pk=rows[3].post_id).update(closed_at=clock.now() + HOUR)
    pairs = [(row.person_id, row.post_id) for row in rows] + [(rows[0].person_id, rows[1].post_id)]
    condition = duties.on_post_sql("given.person", "given.post")
    for _ in range(3):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {condition} FROM unnest(%(people)s::bigint[], %(posts)s::bigint[])"
                " WITH ORDINALITY AS given(person, post, place) ORDER BY place",
                {"now": clock.now(), "people": [p for p, _ in pairs], "posts": [p for _, p in pairs]},
            )
            answers = [answer for (answer,) in cursor.fetchall()]
        still = [
            duties.still_holds(Person.objects.get(pk=p), duties.Post.objects.get(pk=q)) for p, q in pairs
        ]
        assert answers == still
        clock.advance(HOUR)
    assert not all(answers)
    assert any(answers)
