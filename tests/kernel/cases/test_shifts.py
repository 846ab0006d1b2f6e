"""The evening handover: everything at a post in one gesture; the giver answers until it is accepted (I2)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.procedures import api as procedures
from shouwang.util.ids import new_uuid
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text
from tests.kernel.procedures.samples import errand
from tests.kernel.world import publish, start

WORKER = ("community_worker", "C1")
TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def errands(world, clock):
    """Three running steps in the worker's hands, half an hour old."""
    publish(errand())
    three = [start(world) for _ in range(3)]
    clock.advance(timedelta(minutes=30))
    return three


@pytest.fixture
def night(world, errands):
    """A colleague who holds the worker's post too."""
    return world.hold(*WORKER, world.somebody())


def the_step(case):
    return cases.Step.objects.select_related("post").get(case=case, state="OPEN")


def give(world, night, **more):
    return cases.offer_shift(world.posts[WORKER], night, world.people[WORKER], **more)


def test_the_giver_answers_until_the_shift_is_accepted(world, errands, night):
    shift = give(world, night)
    for case in errands:
        with pytest.raises(Problem, match="负责"):
            procedures.complete(the_step(case).pk, night, ticks=["asked"])
    procedures.complete(the_step(errands[0]).pk, world.people[WORKER], ticks=["asked"])
    settled = cases.accept_shift(shift.pk, night)
    assert (settled.taken, settled.declined) == (2, 0)
    assert {the_step(case).holder for case in errands[1:]} == {night}
    assert not cases.Handover.objects.filter(state="OFFERED").exists()


def test_each_step_keeps_its_own_due_time_and_late_ones_do_not_climb_again(world, errands, night, clock):
    before = {case.pk: the_step(case).due_at for case in errands}
    clock.advance(TWO_HOURS)
    cases.sweep()
    climbed = cases.Escalation.objects.count()
    assert climbed == 3
    cases.accept_shift(give(world, night).pk, night)
    assert {case.pk: the_step(case).due_at for case in errands} == before
    assert {the_step(case).escalation_level for case in errands} == {1}
    cases.sweep()
    assert cases.Escalation.objects.count() == climbed


def test_an_offer_runs_out_before_the_steps_do_and_climbs(world, clock):
    publish(errand(limit="<sw:limit>PT8H</sw:limit>"))
    case = start(world)
    night = world.hold(*WORKER, world.somebody())
    due_at = the_step(case).due_at
    shift = give(world, night)
    assert the_step(case).due_at == clock.now() + TWO_HOURS
    clock.advance(TWO_HOURS + timedelta(minutes=1))
    cases.sweep()
    assert the_step(case).escalation_level == 1
    assert the_step(case).holder == world.people[WORKER]
    cases.accept_shift(shift.pk, night)
    step = the_step(case)
    assert (step.due_at, step.escalation_level, step.holder) == (due_at, 0, night)


def test_notes_go_with_each_step_or_with_all(world, errands, night):
    special = the_step(errands[0])
    shift = give(world, night, note="夜里来电话找我", notes={special.pk: "老人耳背，敲门要重"})
    notes = {one.step_id: one.note for one in cases.handovers_of_shift(shift)}
    assert notes.pop(special.pk) == "老人耳背，敲门要重"
    assert set(notes.values()) == {"夜里来电话找我"}


def test_single_items_are_declined_with_reason_and_stay_with_the_giver(world, errands, night, clock):
    shift = give(world, night)
    refused = cases.handovers_of_shift(shift)[0]
    with pytest.raises(Problem, match="为什么"):
        cases.accept_shift(shift.pk, night, {refused.pk: " "})
    assert shift.state == "OFFERED"
    settled = cases.accept_shift(shift.pk, night, {refused.pk: "要你本人签字"})
    assert (settled.taken, settled.declined) == (2, 1)
    step = cases.Step.objects.get(pk=refused.step_id)
    assert step.holder == world.people[WORKER]
    assert step.due_at == clock.now() + timedelta(minutes=90)
    assert cases.Handover.objects.get(pk=refused.pk).reason == "要你本人签字"
    assert "shift.accepted" in {n.kind for n in notices.inbox(world.people[WORKER], 10)}


def test_the_whole_shift_is_declined_or_recalled(world, errands, night):
    before = {case.pk: the_step(case).due_at for case in errands}
    giver = world.people[WORKER]
    first = give(world, night)
    with pytest.raises(Problem, match="为什么不接"):
        cases.decline_shift(first.pk, night, "")
    cases.decline_shift(first.pk, night, "我不在岗")
    second = give(world, night)
    with pytest.raises(Problem, match="已经交出去"):
        give(world, night)
    cases.recall_shift(second.pk, giver)
    cases.recall_shift(second.pk, giver)
    with pytest.raises(Problem, match="收回"):
        cases.accept_shift(second.pk, night)
    with pytest.raises(NotFoundOrNotYours):
        cases.recall_shift(second.pk, night)
    assert {case.pk: the_step(case).due_at for case in errands} == before
    assert {the_step(case).holder for case in errands} == {giver}


def test_accepting_twice_is_once_and_a_colleague_learns_who(world, errands, night):
    third = world.hold(*WORKER, world.somebody())
    shift = give(world, night)
    cases.accept_shift(shift.pk, third)
    assert cases.accept_shift(shift.pk, third).taken == 3
    with pytest.raises(Problem, match="已经接收"):
        cases.accept_shift(shift.pk, night)
    assert {the_step(case).holder for case in errands} == {third}


def test_who_is_not_on_the_post_yet_accepts_when_their_duty_begins(world, errands, clock):
    post = world.posts[WORKER]
    night = world.somebody()
    with pytest.raises(Problem, match="没有排在"):
        give(world, night)
    duties.assign(post, night, from_at=clock.now() + timedelta(hours=1), actor=journal.SYSTEM)
    assert [holding.person for holding in cases.who_comes_next(post, world.people[WORKER])] == [night]
    shift = give(world, night)
    with pytest.raises(Problem, match="11:30 上岗"):
        cases.accept_shift(shift.pk, night)
    clock.advance(timedelta(hours=1))
    assert cases.accept_shift(shift.pk, night).taken == 3


def test_strangers_neither_see_nor_accept_it(world, errands, night):
    shift = give(world, night)
    stranger = world.people["community_worker", "C2"]
    for act in (cases.accept_shift, lambda pk, by: cases.access_shift(by, pk)):
        with pytest.raises(NotFoundOrNotYours):
            act(shift.pk, stranger)
    assert cases.access_shift(world.people["community_director", "C1"], shift.pk) == shift
    with pytest.raises(NotFoundOrNotYours):
        cases.accept_shift(shift.pk, world.people["community_director", "C1"])


def test_what_was_offered_to_third_parties_goes_along(world, clock):
    publish(errand())
    car = new_uuid()
    offered = [start(world, offer_from=world.answer("guard", "K1"), batch=car) for _ in range(2)]
    day, worker = world.people["guard", "K1"], world.people[WORKER]
    night = world.hold("guard", "K1", world.somebody())
    post = world.posts["guard", "K1"]
    found = cases.at_post(day, post)
    assert (len(found.steps), len(found.along), found.total) == (0, 2, 2)
    settled = cases.accept_shift(cases.offer_shift(post, night, day).pk, night)
    assert (settled.taken, settled.along) == (0, 2)
    assert {the_step(case).holder for case in offered} == {night}
    handover = cases.Handover.objects.filter(batch=car).first()
    assert handover.giver == night
    assert len(cases.accept(handover.pk, worker)) == 2
    assert {the_step(case).holder for case in offered} == {worker}
    assert {row.place.code for row in cases.Custody.objects.filter(until_at=None)} == {"Y1"}


def test_what_waits_for_acceptance_and_what_climbed_go_to_the_next_on_the_post(world, errands, clock):
    clock.advance(TWO_HOURS)
    cases.sweep()
    director, post = world.people["community_director", "C1"], world.posts["community_director", "C1"]
    cases.offer(the_step(errands[0]).pk, duties.Answer(director, post), world.people[WORKER])
    night = world.hold("community_director", "C1", world.somebody())
    found = cases.at_post(director, post)
    assert (len(found.asked), len(found.climbed)) == (1, 3), "a late step that is offered stays late"
    cases.accept_shift(cases.offer_shift(post, night, director).pk, night)
    kinds = sorted(item.kind for item in cases.my_work(night).items)
    assert kinds == ["CLIMBED", "CLIMBED", "CLIMBED", "OFFER"]
    assert cases.my_work(director).total == 0


def test_nothing_to_hand_over_is_said(world):
    night = world.hold("guard", "K1", world.somebody())
    with pytest.raises(Problem, match="没有要交的事"):
        cases.offer_shift(world.posts["guard", "K1"], night, world.people["guard", "K1"])


def test_a_single_offer_of_a_shift_answered_from_my_work_settles_the_shift(world, errands, night):
    shift = give(world, night)
    one = cases.handovers_of_shift(shift)[0]
    assert len(cases.accept(one.pk, night)) == 3
    again = cases.offer_shift(world.posts[WORKER], world.people[WORKER], night)
    cases.decline(cases.handovers_of_shift(again)[0].pk, world.people[WORKER], "我已下班")
    assert cases.Shift.objects.get(pk=again.pk).state == "DECLINED"


def test_whoever_leaves_with_a_shift_unaccepted_leaves_it_to_the_one_on_duty(world, errands, night, clock):
    before = {case.pk: the_step(case).due_at for case in errands}
    giver = world.people[WORKER]
    shift = give(world, night)
    duties.end_holding(duties.holdings_of(giver)[0], clock.now(), journal.SYSTEM)
    assert cases.reassign_from(giver, journal.SYSTEM) == 3
    assert {the_step(case).holder for case in errands} == {night}
    assert {case.pk: the_step(case).due_at for case in errands} == before
    assert cases.Shift.objects.get(pk=shift.pk).state == "RECALLED"
    assert not cases.Handover.objects.filter(state="OFFERED").exists()
    assert cases.reassign_from(giver, journal.SYSTEM) == 0


def test_an_offer_stands_when_its_giver_leaves_and_the_new_holder_may_recall_it(world, errands, clock):
    giver, director = world.people[WORKER], world.people["community_director", "C1"]
    team = world.answer("courtyard_team", "Y1")
    handover = cases.offer(the_step(errands[0]).pk, team, giver)
    duties.end_holding(duties.holdings_of(giver)[0], clock.now(), journal.SYSTEM)
    cases.reassign_from(giver, journal.SYSTEM)
    handover.refresh_from_db()
    assert (handover.state, handover.giver) == ("OFFERED", director)
    cases.recall(handover.pk, director)
    assert the_step(errands[0]).holder == director


def test_an_offer_to_somebody_who_left_goes_to_whoever_answers_on_that_post(world, errands, clock):
    team = world.answer("courtyard_team", "Y1")
    handover = cases.offer(the_step(errands[0]).pk, team, world.people[WORKER])
    duties.end_holding(duties.holdings_of(team.person)[0], clock.now(), journal.SYSTEM)
    cases.reassign_from(team.person, journal.SYSTEM)
    handover.refresh_from_db()
    assert (handover.state, handover.receiver) == ("OFFERED", world.people["community_director", "C1"])


def test_completing_or_cancelling_an_offered_step_withdraws_the_offer(world, errands):
    giver = world.people[WORKER]
    step = the_step(errands[0])
    handover = cases.offer(step.pk, world.answer("courtyard_team", "Y1"), giver)
    procedures.complete(step.pk, giver, ticks=["asked"])
    handover.refresh_from_db()
    assert (handover.state, handover.settled_by) == ("RECALLED", giver)


def test_a_declined_running_step_goes_on_by_its_own_clock(world, clock):
    publish(errand(limit="<sw:limit>PT8H</sw:limit>"))
    case = start(world)
    due_at = the_step(case).due_at
    team = world.answer("courtyard_team", "Y1")
    handover = cases.offer(the_step(case).pk, team, world.people[WORKER])
    assert the_step(case).due_at < due_at
    cases.decline(handover.pk, team.person, "不归我们")
    assert the_step(case).due_at == due_at


def test_between_places_a_handover_moves_custody_only_when_accepted(world):
    publish(errand())
    case = start(world, place="Y2", offer_from=world.answer("guard", "K1"))
    handover = cases.Handover.objects.get(step__case=case, state="OFFERED")
    assert handover.receiver == world.people["community_worker", "C2"]
    cases.recall(handover.pk, world.people["guard", "K1"])
    assert cases.Custody.objects.get(case=case).place.code == "K1"
    again = cases.offer(
        the_step(case).pk, world.answer("community_worker", "C2"), world.people["guard", "K1"]
    )
    cases.accept(again.pk, world.people["community_worker", "C2"])
    assert cases.Custody.objects.get(case=case, until_at=None).place.code == "Y2"
    assert cases.reconcile(world.places["S1"]).difference == 0
    assert cases.reconcile(world.places["S2"]).difference == 0


def test_five_hundred_steps_change_hands_in_a_few_statements(world, clock, django_assert_max_num_queries):
    publish(errand())
    new = procedures.StartMany(journal.Ref("errand", "500"), Text("跑腿", "Errand"))
    procedures.start_many("ERRAND", new, [(world.places["Y1"], world.answer(*WORKER))] * 500, journal.SYSTEM)
    night = world.hold(*WORKER, world.somebody())
    with django_assert_max_num_queries(60):
        settled = cases.accept_shift(give(world, night).pk, night)
    assert settled.taken == 500
    assert not cases.Step.objects.filter(state="OPEN").exclude(holder=night).exists()


def _race(*acts):
    """Run acts at once, each with a connection of its own; return what each came to."""
    gate = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(number, act):
        gate.wait()
        try:
            results[number] = act()
        except Problem as problem:
            results[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.fixture
def committed(transactional_db, clock):
    """The tiny territory, committed, so that two connections see it."""
    from tests.kernel import world as worlds

    made = worlds.build()
    publish(errand())
    return made, [start(made) for _ in range(8)], [made.hold(*WORKER, made.somebody()) for _ in range(2)]


def test_two_colleagues_accept_at_once_and_one_has_all_of_it(committed):
    world, errands, (one, other) = committed
    shift = give(world, one)
    results = _race(lambda: cases.accept_shift(shift.pk, one), lambda: cases.accept_shift(shift.pk, other))
    assert sorted(type(result).__name__ for result in results) == ["Problem", "Settled"]
    holders = {the_step(case).holder for case in errands}
    assert len(holders) == 1
    assert holders <= {one, other}


def test_accepted_while_recalled_ends_as_one_of_the_two(committed):
    world, errands, (one, _) = committed
    giver = world.people[WORKER]
    for _ in range(4):
        shift = give(world, one)
        _race(lambda: cases.accept_shift(shift.pk, one), lambda: cases.recall_shift(shift.pk, giver))  # noqa: B023 - run within this turn
        shift.refresh_from_db()
        holders = {the_step(case).holder for case in errands}
        assert holders == ({one} if shift.state == "ACCEPTED" else {giver})
        if shift.state == "ACCEPTED":
            break
    assert not cases.Handover.objects.filter(state="OFFERED").exists()


def test_steps_done_while_the_shift_is_accepted_are_done_once_and_the_rest_is_taken(committed):
    world, errands, (one, _) = committed
    giver = world.people[WORKER]
    shift = give(world, one)
    steps = [the_step(case).pk for case in errands[:3]]
    results = _race(
        lambda: cases.accept_shift(shift.pk, one),
        lambda: [procedures.complete(pk, giver, ticks=["asked"]) for pk in steps],
    )
    done = cases.Step.objects.filter(pk__in=steps, state="DONE").count()
    assert not isinstance(results[0], Problem)
    assert results[0].taken == len(errands) - done
    open_ones = cases.Step.objects.filter(state="OPEN", case__in=errands[3:])
    assert set(open_ones.values_list("holder", flat=True)) == {one.pk}
    assert not cases.Handover.objects.filter(state="OFFERED").exists()
