"""What people on duty do: check cars, accept what is offered, complete their steps, each in their time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shouwang.districts.jinshui.simulation import chance as odds
from shouwang.districts.jinshui.simulation.chance import Chance
from shouwang.domains.gates import api as gates
from shouwang.domains.quarantine import api as quarantine
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import Problem

NORMAL = ("36.2", "36.3", "36.4", "36.5", "36.6", "36.7")
WARM, FEVER = "37.2", "37.8"
#: Steps that are done on the gates' own page, with temperatures.
GATE_STEPS = frozenset({"verify", "measure", "recheck", "refer"})
#: Steps that the procedure ends by itself when their readings are over.
SELF_ENDING = frozenset({"watch"})
EXTRA_DAYS = 2
REPORTS = ("已办完，没有异常", "全部走到，缺的当天补齐", "办完，两处下午补办", "逐户问过，需要的已登记")


class Workers:
    """Acts for everybody on duty, one tick after another."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._special: dict[str, Callable[[cases.Step], None]] = {
            "documents": self._documents,
            "make_up": self._make_up,
        }
        self.counts: Counter[str] = Counter()
        self._plain = {"text": "演示", "integer": 1, "decimal": NORMAL[-1], "date": clock.today().isoformat()}

    def act(self, now: datetime) -> None:
        """Do everything whose time has come until `now`."""
        offers = cases.Handover.objects.filter(state="OFFERED").select_related("receiver")
        for handover in offers.order_by("batch", "pk").distinct("batch"):
            self._try(self._answer_offer, handover, now)
        self._check_cars(now)
        for step in self._open_steps():
            if now >= step.opened_at + self._chance.delay(
                timedelta(seconds=step.limit_seconds), "step", step.pk
            ):
                self._try(self._do, step)

    def _try(self, act: Callable[..., None], *given: Any) -> None:
        """Do one thing; what a service refuses (a visitor of the demo was faster) is left for them."""
        try:
            act(*given)
        except Problem:
            self.counts["refused"] += 1

    def _answer_offer(self, handover: cases.Handover, now: datetime) -> None:
        limit = handover.due_at - handover.offered_at
        if now < handover.offered_at + self._chance.delay(limit, "offer", handover.batch):
            return
        if self._chance.happens(odds.DECLINING_SHARE, "decline", handover.batch):
            self.counts["declined"] += len(cases.decline(handover.pk, handover.receiver, "这户已经搬走"))
        else:
            self.counts["accepted"] += len(cases.accept(handover.pk, handover.receiver))

    def _open_steps(self) -> list[cases.Step]:
        waiting = cases.Step.objects.filter(state="OPEN").exclude(key__in=GATE_STEPS | SELF_ENDING)
        return list(waiting.select_related("holder", "post", "place", "case").order_by("pk"))

    def _do(self, step: cases.Step) -> None:
        if step.handovers.filter(state="OFFERED").exists():
            return
        if step.post.role in {
            "guard",
            "checkpoint_lead",
        }:  # declined: the giver asks the lead of the community
            lead = duties.escalation_chain(step.place)[0]
            if lead is not None:
                cases.offer(step.pk, lead, step.holder)
            return
        self._special.get(step.key, self._complete)(step)
        self.counts["steps"] += 1

    def _complete(self, step: cases.Step) -> None:
        spec = procedures.step_standard(step)
        form = {field.key: self._answer(step, field) for field in spec.form}
        given = {key: value for key, value in form.items() if value is not None}
        procedures.complete(step.pk, step.holder, form=given, ticks=[item.key for item in spec.checklist])

    def _answer(self, step: cases.Step, field: procedures.FormField) -> object:
        if step.key == "carry_out" and field.kind == "text":
            return self._chance.of("report", step.pk).choice(REPORTS)
        if step.key == "sign":
            return self._signature(step, field)
        if step.key == "assess" and self._chance.happens(odds.REFERRED_SHARE, "refer", step.pk):
            return "REFER"
        if field.kind == "boolean":
            return True
        if field.kind == "choice":
            return field.options[0].key
        return self._plain.get(field.kind) if field.is_required else None

    def _signature(self, step: cases.Step, field: procedures.FormField) -> object:
        is_extended = self._chance.happens(odds.EXTENDED_SHARE, "extend", step.pk)
        answers = {
            "decision": "EXTEND" if is_extended else "RELEASE",
            "extra_days": EXTRA_DAYS,
            "reason": "再看两天",
        }
        return answers[field.key] if field.key == "decision" or is_extended else None

    def _documents(self, step: cases.Step) -> None:
        order = quarantine.Order.objects.select_related("case", "person", "place").get(case=step.case)
        quarantine.serve_notice(order, step.holder)
        quarantine.print_undertaking(order, step.holder)
        quarantine.record_signature(order, step.holder)
        self._complete(step)

    def _make_up(self, step: cases.Step) -> None:
        if self._chance.happens(odds.NOT_HOME_SHARE, "away", step.pk):
            spec = procedures.step_standard(step)
            ticks = [item.key for item in spec.checklist]
            procedures.complete(step.pk, step.holder, form={"result": "NOT_HOME"}, ticks=ticks)
            return
        key = UUID(int=self._chance.of("make-up", step.pk).getrandbits(128), version=4)
        celsius = self._chance.of("celsius", step.pk).choice(NORMAL)
        new = quarantine.NewReading(celsius, quarantine.Via.PHONE, key, by=step.holder)
        quarantine.record_reading(step.case_id, new, journal.person(step.holder_id))

    def _check_cars(self, now: datetime) -> None:
        waiting = gates.Registration.objects.filter(state=gates.RegistrationState.WAITING).order_by("pk")
        for registration in waiting.select_related("case"):
            wait = self._chance.delay(timedelta(minutes=25), "car", registration.pk)
            if now >= registration.registered_at + wait:
                self._try(self._check, registration)
        held = gates.Registration.objects.filter(case__state="OPEN", state=gates.RegistrationState.CHECKED)
        for registration in held.order_by("pk"):
            self._try(self._recheck, registration, now)

    def _check(self, registration: gates.Registration) -> None:
        guard = cases.Step.objects.select_related("holder").get(case=registration.case, state="OPEN").holder
        temperatures = {one.pk: self._forehead(one.pk) for one in gates.people_of(registration)}
        gates.check(registration.pk, guard, temperatures, gates.VERIFY_TICKS)
        self.counts["cars"] += 1
        self.counts["checked"] += len(temperatures)

    def _forehead(self, occupant_pk: int) -> str:
        if self._chance.happens(odds.FEVER_AT_ROAD_SHARE, "road", occupant_pk):
            return WARM
        return self._chance.of("forehead", occupant_pk).choice(NORMAL)

    def _recheck(self, registration: gates.Registration, now: datetime) -> None:
        step = (
            cases.Step.objects.select_related("holder").filter(case=registration.case, state="OPEN").first()
        )
        held = gates.waiting_for_recheck(registration)
        rested = gates.rest_until(held)
        if step is None or step.key not in GATE_STEPS:
            return
        if step.key == "recheck" and rested is not None and now >= rested:
            is_fever = self._chance.happens(0.5, "armpit", registration.pk)
            temperatures = {one.pk: FEVER if is_fever else "36.8" for one in held}
            gates.recheck(registration.pk, step.holder, temperatures, gates.RECHECK_TICKS)
        elif step.key == "refer":
            gates.refer(registration.pk, step.holder, gates.REFER_TICKS)
            self.counts["fevers"] += 1
