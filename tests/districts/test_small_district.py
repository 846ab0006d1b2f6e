"""The small district of the tests: the whole chain and the cast, quickly."""

from __future__ import annotations

from shouwang.districts.jinshui import cast
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import PlaceKind
from shouwang.kernel.procedures import api as procedures


def test_it_is_small_and_whole(district):
    counts = {kind: places.subtree(district.place, kind).count() for kind in PlaceKind.values}
    assert counts == {
        "DISTRICT": 1,
        "SUBDISTRICT": 2,
        "COMMUNITY": 4,
        "GRID": 0,
        "COURTYARD": 12,
        "BUILDING": 0,
        "SITE": 1,
    }
    assert duties.gaps(None, district.place) == []
    assert procedures.list_in_force()


def test_everybody_of_the_cast_answers_first_on_their_post_and_can_sign_in(district):
    for member in cast.EVERYBODY:
        answer = district.answer(member.username)
        assert (answer.person.name, answer.post.role, answer.post.place.code) == (
            member.name,
            member.role,
            member.place,
        )
        account = district.account(member.username)
        assert account.person == answer.person
        assert account.demo_duty == member.role
        assert account.check_password(cast.DEMO_PASSWORD)


def test_the_cast_has_one_of_each_duty_and_one_stranger():
    held = [member.role for member in cast.EVERYBODY]
    assert {role.key for role in duties.roles()} - set(held) == {"finder"}  # whoever is there
    assert [role for role in set(held) if held.count(role) > 1] == ["community_worker"]


def test_the_chain_can_be_walked_from_the_courtyard_to_the_commander(district):
    courtyard = district.at(cast.COURTYARD)
    chain = [answer.person for answer in duties.escalation_chain(courtyard)]
    names = ("community-director", "subdistrict-duty", "district-duty")
    assert chain == [district.person(name) for name in names]
    for name, role in (("courtyard-team", "courtyard_team"), ("community-doctor", "community_doctor")):
        assert duties.answerable(role, courtyard).person == district.person(name)


def test_the_stranger_reaches_nothing_of_the_walked_community(district):
    assert not duties.can(district.person("other-worker"), "case.see", district.at(cast.COMMUNITY))
    assert duties.can(district.person("community-worker"), "case.see", district.at(cast.COURTYARD))


def test_building_it_twice_changes_nothing(district):
    before = (duties.Holding.objects.count(), parties.Person.objects.count(), places.Place.objects.count())
    cast.build_small_district()
    after = (duties.Holding.objects.count(), parties.Person.objects.count(), places.Place.objects.count())
    assert after == before
