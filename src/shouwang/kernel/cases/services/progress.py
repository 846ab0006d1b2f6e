"""How a case moves on: its steps are finished, opened and cancelled, and what one act changes is written at once.

A `Progress` gathers what one act changes in one locked case; `write` sends it in one trip to the database. With
`take_in_hand`, which locks and reads in one trip, completing a step costs three: read, write, commit. Written by
hand because it is what everybody does all day: by the ORM, statement after statement, it took four times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from shouwang.database import rows
from shouwang.database.pipeline import Asked, pipelined, send
from shouwang.kernel.cases.models import Case, CaseState, Custody, Step, StepState
from shouwang.kernel.cases.services.opening import climb_offsets, record_case, step_act, withdraw_offers
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

_CASE_OF_STEP = "(SELECT case_id FROM cases_step WHERE id = %(step)s)"
_LOCK = f"SELECT id FROM cases_case WHERE id = {_CASE_OF_STEP} FOR UPDATE"  # noqa: S608 no value in it
_NEXT_KEY = "nextval(pg_get_serial_sequence('cases_step', 'id'))"


@dataclass(frozen=True)
class NewStep:
    """What is needed to open a step; `due_at` overrides the limit where a fact gives the instant."""

    key: str
    task_id: UUID
    name: Text
    role: str
    limit: timedelta
    due_at: datetime | None = None


@dataclass(frozen=True)
class Hand:
    """A step in the hand of whoever is about to complete it, read fresh under the lock of its case.

    `open_tasks` are the tasks of all open steps of the case; `evidence` the keys of the proofs of this one;
    `last_answers` who did each role's last step in the case and still holds that duty; `step_key` is a key for
    the next step; `offered_to` the people to whom the step is offered.
    """

    case: Case
    step: Step
    open_tasks: frozenset[UUID]
    evidence: frozenset[str]
    offered_to: list[int]
    step_key: int
    last_answers: dict[str, duties.Answer]


def take_in_hand(step_pk: int) -> Callable[[], Hand]:
    """Lock the case of a step and read what completing it needs, within a `pipelined()` block of the caller.

    Returns what gives the hand after the block; it raises NotFoundOrNotYours when there is no such step.
    """
    given = {"step": step_pk, "now": clock.now()}
    send(_LOCK, given)  # read after it, in statements of their own: a statement sees what stood when it began
    step, answers = Asked(_read_statement(), given), Asked(_answers_statement(), given)
    return lambda: _hand(step, answers)


@dataclass
class Progress:
    """What one act changes in one locked case; nothing is written before `write`."""

    case: Case
    actor: journal.Actor
    step_keys: list[int] = field(default_factory=list)
    last_answers: dict[str, duties.Answer] | None = None
    _changed: list[Step] = field(default_factory=list)
    _opened: list[Step] = field(default_factory=list)
    _acts: list[journal.Act] = field(default_factory=list)
    _topics: set[str] = field(default_factory=set)

    def finish(self, step: Step, by: Person | None, form: dict[str, Any], ticks: dict[str, Any]) -> None:
        """Mark an open step as done by `by` (None: by itself); an offer of it is the caller's to settle."""
        step.state, step.done_at, step.done_by = StepState.DONE, clock.now(), by
        step.form, step.ticks, step.next_escalation_at = form, ticks, None
        self._changed.append(step)
        self._tell("step.done", step)

    def cancel(self, step: Step) -> None:
        """Let an open step fall away with its branch; an offer of it is withdrawn."""
        withdraw_offers(step, None)
        step.state, step.done_at, step.next_escalation_at = StepState.CANCELLED, clock.now(), None
        self._changed.append(step)
        self._tell("step.cancelled", step)

    def open(self, new: NewStep, holder: duties.Answer | None = None) -> Step:
        """Open a step with one answerable holder and start its clock.

        Args:
            holder: who answers; without it, whoever did this role's last step in the case and still holds the
                duty, else the holder of the role at the place, else its lead (I1).

        Raises:
            Problem: nobody up to the district holds a duty that could answer.
        """
        now = clock.now()
        answer = holder or self._holder(new.role)
        due_at = new.due_at or now + new.limit
        step = Step(
            pk=self.step_keys.pop() if self.step_keys else _next_key(),
            case=self.case,
            key=new.key,
            task_id=new.task_id,
            name_zh=new.name.zh,
            name_en=new.name.en,
            role=new.role,
            place=self.case.place,
            place_path=self.case.place_path,
            holder=answer.person,
            post=answer.post,
            opened_at=now,
            limit_seconds=int(new.limit.total_seconds()),
            due_at=due_at,
            next_escalation_at=due_at + climb_offsets()[0],
        )
        self._opened.append(step)
        self._tell("step.opened", step)
        return step

    def write(self) -> None:
        """Write what was gathered, in one trip; the journal last, for its keys are waited for."""
        if not self._acts:
            return
        with pipelined():
            for step in self._changed:
                rows.update(step, "state", "done_at", "done_by", "form", "ticks", "next_escalation_at")
            rows.insert(self._opened)
            notices.touch(*self._topics)
            journal.record_many(self._acts)
        self._changed, self._opened, self._acts, self._topics = [], [], [], set()

    def close(self, outcome: str, name: Text | None = None) -> None:
        """Close the case by one of the ends of its procedure (I5); its open steps fall away.

        `name` says the outcome in words, for the journal.
        """
        self.write()
        for step in self.case.steps.filter(state=StepState.OPEN).select_related("post"):
            self.cancel(step)
        self.write()
        _close(self.case, outcome, name, self.actor)

    def _tell(self, verb: str, step: Step) -> None:
        self._acts.append(step_act(verb, step, self.actor))
        self._topics |= {f"work:{step.holder_id}", f"case:{self.case.pk}", "board"}

    def _holder(self, role: str) -> duties.Answer:
        known = self.last_answers
        last = known.get(role) if known is not None else _last_answer(self.case, role)
        return last or duties.answerable(role, self.case.place)


def _close(case: Case, outcome: str, name: Text | None, actor: journal.Actor) -> None:
    now = clock.now()
    case.state, case.outcome, case.closed_at = CaseState.CLOSED, outcome, now
    case.save(update_fields=["state", "outcome", "closed_at"])
    Custody.objects.filter(case=case, until_at__isnull=True).update(
        until_at=now, left_by=Custody.LeftBy.CLOSED
    )
    words = {"zh": name.zh, "en": name.en} if name else outcome
    record_case("case.closed", case, actor, {"number": case.number, "outcome_key": outcome, "outcome": words})
    notices.close_thread(case.thread)
    notices.touch("board")


def _last_answer(case: Case, role: str) -> duties.Answer | None:
    last = (
        Step.objects.filter(duties.on_post("holder", "post"), case=case, role=role)
        .select_related("holder", "post")
        .order_by("-opened_at", "-pk")
        .first()
    )
    return duties.Answer(last.holder, last.post) if last else None


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_NEXT_KEY}")
        (key,) = cursor.fetchone()
    return int(key)


@cache
def _read_statement() -> str:
    """Return the statement for a step with its case, place, post and holder, and what completing it looks at."""
    return f"""
        SELECT {rows.columns(Case, "c")}, {rows.columns(Place, "place")}, {rows.columns(Step, "s")},
               {rows.columns(duties.Post, "post")}, {rows.columns(Person, "holder")},
               ARRAY(SELECT task_id FROM cases_step WHERE case_id = c.id AND state = 'OPEN'),
               ARRAY(SELECT key FROM cases_evidence WHERE step_id = s.id),
               ARRAY(SELECT receiver_id FROM cases_handover WHERE step_id = s.id AND state = 'OFFERED'),
               {_NEXT_KEY}
          FROM cases_step s JOIN cases_case c ON c.id = s.case_id JOIN places_place place ON place.id = c.place_id
               JOIN duties_post post ON post.id = s.post_id JOIN parties_person holder ON holder.id = s.holder_id
         WHERE s.id = %(step)s"""  # noqa: S608 - names of columns


@cache
def _answers_statement() -> str:
    """Return the statement for who did each role's last step in the case and still holds the duty."""
    return f"""
        SELECT DISTINCT ON (s.role) {rows.columns(Person, "holder")}, {rows.columns(duties.Post, "post")}, s.role
          FROM cases_step s JOIN parties_person holder ON holder.id = s.holder_id
               JOIN duties_post post ON post.id = s.post_id
         WHERE s.case_id = {_CASE_OF_STEP} AND {duties.on_post_sql("s.holder_id", "s.post_id")}
         ORDER BY s.role, s.opened_at DESC, s.id DESC"""  # noqa: S608 names of columns


def _hand(asked_step: Asked, asked_answers: Asked) -> Hand:
    found = asked_step.row()
    if found is None:
        raise NotFoundOrNotYours
    (case, place, step, post, holder), rest = rows.take(found, Case, Place, Step, duties.Post, Person)
    open_tasks, evidence, offered_to, step_key = rest
    case.place = place
    step.case, step.post, step.holder = case, post, holder
    last_answers = {}
    for row in asked_answers.rows():
        (person, its_post), (role,) = rows.take(row, Person, duties.Post)
        last_answers[role] = duties.Answer(person, its_post)
    return Hand(case, step, frozenset(open_tasks), frozenset(evidence), offered_to, step_key, last_answers)
