"""Walks a case from its start page to its end as the people who hold its steps would: through the pages."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.procedures.models import Run
from shouwang.util import clock as clocks
from shouwang.util.identity import synthetic_id_number

MOST_ACTS = 300
BORN_ON = date(1981, 5, 6)


class Walker:
    """Does what a path says; `is_late` lets every deadline pass first, and looks that it climbed."""

    def __init__(self, district: Any, clock: Any, *, is_late: bool = False) -> None:
        self.district = district
        self.clock = clock
        self.is_late = is_late
        self.visits: Counter[str] = Counter()
        self._clients: dict[int, Client] = {}

    def walk(self, path: Any) -> cases.Case:
        """Start the case of a path and do its steps until it is closed."""
        case = self.start(path)
        for _ in range(MOST_ACTS):
            case.refresh_from_db()
            if not case.is_open:
                return case
            waiting = case.steps.filter(state="OPEN").order_by("pk")
            step = next((one for one in waiting if not procedures.step_standard(one).is_wait), None)
            if step is None:
                assert waiting, f"nobody answers while {case.number} waits"
                self.wait(case)
            else:
                self.do(step, path)
        raise AssertionError(f"{path} does not come to an end: {self.visits}")

    def start(self, path: Any) -> cases.Case:
        """Open the start page of the procedure and send its form."""
        client = self.client_of(self.district.person(path.starter))
        address = f"/procedures/{path.key}/start/"
        page = client.get(address, {"place": path.place})
        assert page.status_code == 200, (path, page.status_code)
        form = {f"answer-{key}": _typed(value) for key, value in path.start.items()}
        form |= {"place": path.place, "request_key": str(uuid4())}
        if path.has_person:
            number = synthetic_id_number(BORN_ON, parties.Person.objects.count() % 900)
            form |= {"name": "程晚舟", "kind": "ID_NUMBER", "number": number, "phone": "10003719999"}
        answer = client.post(address, form)
        assert answer.status_code == 302, answer.content.decode()
        case = cases.Case.objects.get(facts__request_key=form["request_key"])
        self.accept_offers(case)
        return case

    def accept_offers(self, case: cases.Case) -> None:
        """Let whoever is offered a step of the case accept it."""
        for offer in cases.Handover.objects.filter(step__case=case, state="OFFERED"):
            answer = self.client_of(offer.receiver).post(f"/handovers/{offer.pk}/accept/")
            assert answer.status_code == 302

    def do(self, step: cases.Step, path: Any) -> None:
        """Report what the path reports, then complete the step with its answers."""
        step.refresh_from_db()
        self._look_at_limit(step)
        if self.is_late:
            self._let_pass(step)
        client = self.client_of(step.holder)
        message = path.reports.get(step.key)
        if message and self.visits[f"reported {step.key}"] == 0:
            self.visits[f"reported {step.key}"] += 1
            assert client.get(f"/cases/{step.case_id}/").status_code == 200
            assert client.post(f"/steps/{step.pk}/report/", {"message": message}).status_code == 302
            return
        answer = client.post(f"/steps/{step.pk}/complete/", self._sheet(step, path))
        step.refresh_from_db()
        assert (answer.status_code, step.state) == (302, "DONE"), (
            path,
            step.key,
            answer.content.decode()[-3000:],
        )
        self.visits[step.key] += 1

    def wait(self, case: cases.Case) -> None:
        """Move the clock to the case's next timer and let it fire."""
        run = Run.objects.get(case=case)
        assert run.next_timer_at is not None, f"{case.procedure_key} waits for nothing"
        self.clock.advance(max(run.next_timer_at - clocks.now(), timedelta()) + timedelta(seconds=1))
        assert procedures.run_timers() >= 1

    def client_of(self, person: parties.Person) -> Client:
        """Return a browser in which `person` is signed in."""
        if person.pk not in self._clients:
            self._clients[person.pk] = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
            self._clients[person.pk].force_login(_account(person))
        return self._clients[person.pk]

    def _sheet(self, step: cases.Step, path: Any) -> dict[str, Any]:
        spec = procedures.step_standard(step)
        given = path.answers.get(step.key, {})
        if isinstance(given, list):
            given = given[min(self.visits[step.key], len(given) - 1)]
        answers = {field.key: _first(field) for field in spec.form if field.is_required} | given
        proofs = [item.key for item in spec.evidence if item.is_required]
        return {
            "ticks": [item.key for item in spec.checklist],
            "evidence": proofs,
            **{f"note-{key}": "0318-07" for key in proofs},
            **{f"answer-{key}": _typed(value) for key, value in answers.items()},
        }

    def _look_at_limit(self, step: cases.Step) -> None:
        spec = procedures.step_standard(step)
        assert step.limit_seconds == spec.limit.total_seconds()
        if not step.handovers.exists():
            assert step.due_at - step.opened_at == spec.limit, step.key

    def _let_pass(self, step: cases.Step) -> None:
        self.clock.advance(max(step.due_at - clocks.now(), timedelta()) + timedelta(minutes=1))
        cases.sweep()
        step.refresh_from_db()
        assert step.escalation_level >= 1, step.key


def _account(person: parties.Person) -> parties.Account:
    """Return somebody's account, and open one for those who are not of the cast."""
    known = parties.Account.objects.filter(person=person).first()
    return known or parties.create_account(
        username=f"staff-{person.pk}", person=person, password="shouwang", actor=journal.SYSTEM
    )


def _first(field: procedures.FormField) -> Any:
    if field.kind == "choice":
        return field.options[0].key
    return {"boolean": True, "integer": 1, "decimal": "36.5", "date": "2020-03-18", "text": "街道留观点"}[
        field.kind
    ]


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
