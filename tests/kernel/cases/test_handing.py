"""Handovers: the giver answers until the receiver accepts (I2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.procedures import api as procedures
from shouwang.util.ids import new_uuid
from shouwang.util.problems import NotFoundOrNotYours, Problem
from tests.kernel.procedures.samples import errand
from tests.kernel.world import publish, start

TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def offered(world, clock):
    """A case in the guard's hands, offered to the community worker."""
    publish(errand())
    return start(world, offer_from=world.answer("guard", "K1"))


def the_step(case):
    return cases.Step.objects.select_related("post").get(case=case, state="OPEN")


def the_offer(case):
    return cases.Handover.objects.get(step__case=case, state="OFFERED")


def test_giver_answers_until_acceptance(world, offered, clock):
    step = the_step(offered)
    assert step.holder == world.people["guard", "K1"]
    assert step.due_at == clock.now() + TWO_HOURS
    with pytest.raises(Problem, match="负责"):
        procedures.complete(step.pk, world.people["community_worker", "C1"], ticks=["asked"])
    custody = cases.Custody.objects.get(case=offered)
    assert custody.place == world.places["K1"]


def test_acceptance_moves_holder_custody_and_starts_a_new_clock(world, offered, clock):
    clock.advance(timedelta(minutes=41))
    worker = world.people["community_worker", "C1"]
    cases.accept(the_offer(offered).pk, worker)
    step = the_step(offered)
    assert (step.holder, step.clock, step.escalation_level) == (worker, 2, 0)
    assert step.due_at == clock.now() + TWO_HOURS
    rows = list(cases.Custody.objects.filter(case=offered).order_by("pk"))
    assert [(row.place.code, row.came_by, row.left_by) for row in rows] == [
        ("K1", "OPENED", "HANDED_ON"),
        ("Y1", "RECEIVED", ""),
    ]
    assert rows[0].until_at == rows[1].from_at


def test_accepting_twice_is_once_and_a_colleague_learns_who(world, offered):
    worker = world.people["community_worker", "C1"]
    colleague = world.hold("community_worker", "C1", world.somebody())
    handover = the_offer(offered)
    cases.accept(handover.pk, worker)
    cases.accept(handover.pk, worker)
    with pytest.raises(Problem, match="已经接收"):
        cases.accept(handover.pk, colleague)
    assert the_step(offered).clock == 2


def test_colleague_on_the_same_post_and_the_director_may_accept(world):
    publish(errand())
    colleague = world.hold("community_worker", "C1", world.somebody())
    for person in (colleague, world.people["community_director", "C1"]):
        case = start(world, offer_from=world.answer("guard", "K1"))
        cases.accept(the_offer(case).pk, person)
        assert the_step(case).holder == person


def test_other_subdistrict_can_neither_accept_nor_see(world, offered):
    stranger = world.people["community_worker", "C2"]
    for act in (cases.accept, lambda pk, by: cases.decline(pk, by, "太远")):
        with pytest.raises(NotFoundOrNotYours):
            act(the_offer(offered).pk, stranger)
    with pytest.raises(NotFoundOrNotYours):
        cases.access_case(stranger, offered.pk)
    assert offered not in cases.cases_in_scope(stranger)


def test_declining_needs_a_reason_and_leaves_the_giver_answering(world, offered):
    worker = world.people["community_worker", "C1"]
    with pytest.raises(Problem, match="为什么不接"):
        cases.decline(the_offer(offered).pk, worker, " ")
    cases.decline(the_offer(offered).pk, worker, "人不住这里")
    step = the_step(offered)
    assert step.holder == world.people["guard", "K1"]
    assert [n.kind for n in notices.inbox(step.holder, 10)] == ["handover.declined"]
    assert not cases.Handover.objects.filter(step=step, state="OFFERED").exists()


def test_recalled_offer_cannot_be_accepted(world, offered):
    handover = the_offer(offered)
    cases.recall(handover.pk, world.people["guard", "K1"])
    with pytest.raises(Problem, match="收回"):
        cases.accept(handover.pk, world.people["community_worker", "C1"])


def test_one_gesture_accepts_the_whole_car(world):
    publish(errand())
    batch = new_uuid()
    three = [start(world, offer_from=world.answer("guard", "K1"), batch=batch) for _ in range(3)]
    worker = world.people["community_worker", "C1"]
    [item] = [item for item in cases.my_work(worker).items if item.kind == "OFFER"]
    assert len(item.handovers) == 3
    cases.accept(item.handovers[0].pk, worker)
    assert {the_step(case).holder for case in three} == {worker}


def test_running_step_handed_over_keeps_its_own_due_time(world, clock):
    publish(errand())
    case = start(world)
    giver = world.people["community_worker", "C1"]
    colleague = world.hold("community_worker", "C1", world.somebody())
    due_at = the_step(case).due_at
    clock.advance(timedelta(minutes=30))
    post = world.posts["community_worker", "C1"]
    from shouwang.kernel.duties import api as duties

    handover = cases.offer(the_step(case).pk, duties.Answer(colleague, post), giver)
    assert the_step(case).holder == giver
    cases.accept(handover.pk, colleague)
    assert (the_step(case).holder, the_step(case).due_at) == (colleague, due_at)


def test_leader_takes_over_and_the_former_holder_is_told(world):
    publish(errand())
    case = start(world)
    director = world.people["community_director", "C1"]
    cases.take_over(the_step(case).pk, director)
    assert the_step(case).holder == director
    assert notices.unread_count(world.people["community_worker", "C1"]) == 1
    with pytest.raises(NotFoundOrNotYours):
        cases.take_over(the_step(case).pk, world.people["community_director", "C2"])


def test_nobody_off_duty_goes_on_holding_a_step(world, clock):
    publish(errand())
    case = start(world)
    worker = world.people["community_worker", "C1"]
    from shouwang.kernel.duties import api as duties

    clock.advance(timedelta(minutes=1))
    duties.end_holding(duties.holdings_of(worker)[0], clock.now(), journal.SYSTEM)
    assert list(cases.unaccounted()) == [case]
    assert cases.reassign_from(worker, journal.SYSTEM) == 1
    assert the_step(case).holder == world.people["community_director", "C1"]
    assert list(cases.unaccounted()) == []
