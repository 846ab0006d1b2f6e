"""I1 to I6 under random acts by random people, legal and illegal, and the database's own walls."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import Problem
from tests.kernel import world as worlds
from tests.kernel.procedures.samples import end, errand, flow, procedure, step
from tests.kernel.world import publish, start

TWO_STEPS = procedure(
    step("errand"),
    step("report"),
    end(),
    flow("start", "errand"),
    flow("errand", "report"),
    flow("report", "end"),
    key="TWO_STEPS",
    members=("errand", "report"),
)
PEOPLE = [
    ("guard", "K1"),
    ("community_worker", "C1"),
    ("community_director", "C1"),
    ("subdistrict_duty", "S1"),
    ("community_worker", "C2"),
    ("community_director", "C2"),
]
picks = st.integers(min_value=0, max_value=10_000)
acts = st.one_of(
    st.tuples(st.just("start"), st.sampled_from(["Y1", "Y2"]), st.booleans()),
    st.tuples(st.sampled_from(["accept", "decline", "recall"]), picks, st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["complete", "take", "offer"]), picks, st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["give_shift", "take_shift", "recall_shift"]), picks, st.sampled_from(PEOPLE)),
    st.tuples(st.just("leave"), picks, st.none()),
    st.tuples(st.just("wait"), st.sampled_from([1, 30, 119, 121, 600]), st.none()),
    st.tuples(st.just("sweep"), st.none(), st.none()),
)


class Acting:
    """Carries out acts in a world; illegal ones must be refused with a Problem and change nothing."""

    def __init__(self, world, clock):
        self.world = world
        self.clock = clock

    def do(self, name, first, second):
        try:
            with transaction.atomic():
                getattr(self, name)(first, second)
                with connection.cursor() as cursor:  # what a commit would check
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except Problem:
            pass

    def pick(self, rows, number):
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def start(self, place, is_offered):
        giver = duties.holder("guard", self.world.places["K1"]) if is_offered else None
        start(self.world, "TWO_STEPS", place, offer_from=giver)

    def settle(self, act, number, who, *more):
        handover = self.pick(cases.Handover.objects.all(), number)
        if handover:
            act(handover.pk, self.world.people[who], *more)

    def accept(self, number, who):
        self.settle(cases.accept, number, who)

    def decline(self, number, who):
        self.settle(cases.decline, number, who, "不住这里")

    def recall(self, number, who):
        self.settle(cases.recall, number, who)

    def complete(self, number, who):
        found = self.pick(cases.Step.objects.all(), number)
        if found:
            procedures.complete(found.pk, self.world.people[who], ticks=["asked"])

    def take(self, number, who):
        found = self.pick(cases.Step.objects.all(), number)
        if found:
            cases.take_over(found.pk, self.world.people[who])

    def offer(self, number, who):
        found = self.pick(cases.Step.objects.filter(state="OPEN"), number)
        if found:
            cases.offer(found.pk, self.world.answer(*who), found.holder)

    def give_shift(self, number, who):
        cases.offer_shift(self.world.posts[who], self.relief(who), self.pick_giver(number, who), note="留意")

    def take_shift(self, number, who):
        found = self.pick(cases.Shift.objects.all(), number)
        if found:
            refused = {
                one.pk: "要本人办" for one in cases.handovers_of_shift(found) if one.pk % 3 == number % 3
            }
            cases.accept_shift(found.pk, self.relief(who), refused)

    def recall_shift(self, number, who):
        found = self.pick(cases.Shift.objects.all(), number)
        if found:
            cases.recall_shift(found.pk, self.pick_giver(number, who))

    def leave(self, number, _):
        held = duties.Holding.objects.filter(until_at=None, from_at__lt=self.clock.now())
        found = self.pick(held.exclude(post__role="district_duty"), number)
        if found:
            duties.end_holding(found, self.clock.now(), journal.SYSTEM)
            cases.reassign_from(found.person, journal.SYSTEM)

    def relief(self, who):
        """Return who stands in for somebody on their post, put there on first use."""
        key = ("relief", *who)
        if key not in self.world.people:
            self.world.people[key] = self.world.hold(*who, self.world.somebody())
        return self.world.people[key]

    def pick_giver(self, number, who):
        return self.world.people[who] if number % 2 else self.relief(who)

    def wait(self, minutes, _):
        self.clock.advance(timedelta(minutes=minutes))

    def sweep(self, *_):
        cases.sweep()


def check_invariants(world):
    for case in cases.Case.objects.all():
        open_steps = [one for one in cases.steps_of(case) if one.is_open]
        assert bool(open_steps) == case.is_open  # I1
        assert case.is_open or case.outcome in case.allowed_outcomes  # I5
        offers = cases.Handover.objects.filter(step__case=case, state="OFFERED")
        assert all(offer.step.holder_id == offer.giver_id for offer in offers)  # I2
        custody = list(cases.Custody.objects.filter(case=case).order_by("from_at", "pk"))
        assert all(a.until_at == b.from_at for a, b in pairwise(custody))
        assert (custody[-1].until_at is None) == case.is_open
    for found in cases.Step.objects.all():
        climbed = list(
            found.escalations.filter(clock=found.clock).order_by("pk").values_list("level", flat=True)
        )
        assert climbed == list(range(1, found.escalation_level + 1))  # I4
    for code in ("D", "S1", "S2", "C1", "C2", "Y1", "Y2", "K1"):
        assert cases.reconcile(world.places[code]).difference == 0  # I6
    assert not cases.unaccounted().exists()


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=3, max_size=25))
def test_no_series_of_acts_breaks_an_invariant(clock, script):
    with transaction.atomic():
        world = worlds.build()
        publish(TWO_STEPS)
        acting = Acting(world, clock)
        for act in script:
            acting.do(*act)
            check_invariants(world)
        transaction.set_rollback(True)


def refused_at_commit(act):
    @transaction.atomic
    def commit():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(DatabaseError) as refusal:
        commit()
    return str(refusal.value)


def test_database_refuses_an_open_case_without_open_step(world):
    publish(errand())
    case = start(world)
    assert "I1" in refused_at_commit(
        lambda: cases.Step.objects.filter(case=case).update(state="DONE", done_at=case.opened_at)
    )


def test_database_refuses_an_outcome_that_is_no_end(world):
    publish(errand())
    case = start(world)

    def close():
        cases.Case.objects.filter(pk=case.pk).update(
            state="CLOSED", outcome="FORGOTTEN", closed_at=case.opened_at
        )

    assert "case_closes_by_an_end" in refused_at_commit(close)


def contain(world, case, kind="HOME"):
    with transaction.atomic():
        cases.enter_containment(cases.lock_case(case.pk), kind, world.places["Y1"], journal.SYSTEM)


def test_database_refuses_two_containment_states_and_none_under_an_order(world):
    publish(errand())
    case = start(world)
    contain(world, case)
    with pytest.raises(Problem, match="别的隔离令"):
        contain(world, case, "FACILITY")
    assert "I3" in refused_at_commit(
        lambda: cases.Containment.objects.filter(case=case).update(until_at=case.opened_at)
    )
    with transaction.atomic():
        cases.leave_containment(cases.lock_case(case.pk), journal.SYSTEM, into="HOSPITAL")
    assert cases.contained(world.places["D"]) == {"HOSPITAL": 1}
    with transaction.atomic():
        cases.leave_containment(cases.lock_case(case.pk), journal.SYSTEM)
    assert cases.contained(world.places["D"]) == {}


def test_database_refuses_a_second_climb_to_a_level(world):
    publish(errand())
    found = cases.open_steps(start(world))[0]
    answer = duties.answerable("community_director", found.place)

    def climb():
        cases.Escalation.objects.create(
            step=found,
            clock=1,
            level=1,
            to_person=answer.person,
            to_post=answer.post,
            due_at=found.due_at,
            at=found.due_at,
        )

    climb()
    assert "escalation_once_per_level" in refused_at_commit(climb)


def test_reconciliation_says_who_came_and_went(world, clock):
    publish(errand())
    worker = world.people["community_worker", "C1"]
    handed = start(world, offer_from=world.answer("guard", "K1"))
    start(world)
    cases.accept(cases.Handover.objects.get(step__case=handed).pk, worker)
    procedures.complete(cases.open_steps(handed)[0].pk, worker, ticks=["asked"])
    at_gate = cases.reconcile(world.places["K1"])
    assert (at_gate.opened, at_gate.handed_on, at_gate.expected, at_gate.counted) == (1, 1, 0, 0)
    at_home = cases.reconcile(world.places["C1"])
    assert (at_home.opened, at_home.received, at_home.closed, at_home.counted) == (1, 1, 1, 1)
    district = cases.reconcile(world.places["D"])
    assert (district.opened, district.received, district.handed_on, district.closed) == (2, 0, 0, 1)
    clock.advance(timedelta(days=1))
    tomorrow = cases.reconcile(world.places["D"])
    assert (tomorrow.open_before, tomorrow.opened, tomorrow.counted) == (1, 0, 1)
