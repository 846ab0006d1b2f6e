"""The loop's first half on real places, with the cast: register, check, offer, accept."""

from __future__ import annotations

from uuid import uuid4

from shouwang.domains.gates import api as gates
from shouwang.domains.gates.queries.passages import groups_of
from shouwang.kernel.cases import api as cases
from tests.domains.gates import road


def test_a_family_of_three_comes_home_and_the_community_accepts_them_at_once(district):
    typed = gates.TypedRegistration(
        checkpoint=gates.checkpoint("410105-S01"),
        request_key=uuid4(),
        plate="豫A D20T6",
        phone=road.PHONE,
        people=road.family(),
        origin="重庆 奉节",
        destination_code="410105006001-01",
        door="4 号楼 2 单元 703",
        anyone_visited=False,
        anyone_symptoms=False,
    )
    car = gates.register(typed).registration
    guard, worker = district.answer("guard"), district.answer("community-worker")
    checked = gates.check(car.pk, guard.person, road.temperatures(car, "36.4"), gates.VERIFY_TICKS)
    assert checked.registration.checked_post == guard.post
    (group,) = groups_of(gates.people_of(car))
    assert len(group.people) == 3
    offer = group.receiver.handover
    assert (offer.receiver, offer.receiver_post) == (worker.person, worker.post)
    assert group.receiver.phone == worker.post.work_phone
    waiting = cases.my_work(worker.person)
    assert [len(item.handovers) for item in waiting.items if item.kind == "OFFER"] == [3]
    cases.accept(offer.pk, worker.person)
    (group,) = groups_of(gates.people_of(car))
    assert group.receiver.is_accepted
    assert cases.reconcile(district.place, offer.offered_at.date()).difference == 0
