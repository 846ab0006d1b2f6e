"""Starting a procedure by hand, and raising by hand an event that a step waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.models import ProcedureVersion
from shouwang.kernel.procedures.queries.library import in_force, profile_of, step_standard
from shouwang.kernel.procedures.queries.profile import StartSpec
from shouwang.kernel.procedures.queries.starting import start_of, starting_duty
from shouwang.kernel.procedures.services.answers import checked_form
from shouwang.kernel.procedures.services.running import Start, send_message, start
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text

#: A form sent twice within a day is the same form.
REPEAT_WITHIN = timedelta(days=1)
_LOCK_CLASS = int.from_bytes(b"PR")


@dataclass(frozen=True)
class ByHand:
    """What somebody on duty typed to start a case: where, about whom, and the answers of the start's form.

    `request_key` is the form's own: the same form sent twice starts one case.
    """

    place: Place
    request_key: UUID
    answers: dict[str, Any]
    person: Person | None = None


def start_by_hand(key: str, new: ByHand, by: Person) -> cases.Case:
    """Start a procedure from the desk; sent again with the same `request_key` it returns the case started.

    Whoever holds the duty of the first step holds it now; whoever leads hands it over, and answers until it
    is accepted (I2).

    Raises:
        NotFoundOrNotYours: `by` may not start this procedure at this place.
        Problem: it is not started by hand, an answer is missing or wrong (`field` names it), or it must be
            about a person and is not.
    """
    version = in_force(key)
    spec = require_by_hand(version)
    holding = starting_duty(by, spec, new.place)
    if holding is None:
        raise NotFoundOrNotYours
    facts = {**checked_form(spec, new.answers), "request_key": str(new.request_key)}
    _require_person(version, spec, new.person)
    with transaction.atomic():
        _wait_for_twin(new.request_key)
        return _twin(key, new) or start(
            key,
            start_for(key, new.place, new.person, facts, duties.Answer(by, holding.post)),
            journal.person(by.pk),
        )


def start_for(
    key: str,
    place: Place,
    person: Person | None,
    facts: dict[str, Any],
    starter: duties.Answer | None,
    source_case: cases.Case | None = None,
) -> Start:
    """Return the start of a case about a person or a place, with the first step where it belongs.

    It is the starter's own when the file says so or the starter holds its duty; else it is offered by the
    starter to whoever answers for it. Facts tell whether there is a person, never who, and the kind of place.
    """
    version = in_force(key)
    spec = profile_of(version).start
    is_own = spec is not None and starter is not None and (spec.is_starters or starter.post.role == spec.role)
    return Start(
        place=place,
        subject=journal.Ref("person", str(person.pk)) if person else journal.Ref("place", place.code),
        title=version.name,
        person=person,
        facts={**facts, "has_person": person is not None, "place_kind": place.kind},
        offer_from=None if is_own else starter,
        first_holder=starter if is_own else None,
        source_case=source_case,
    )


def report(step_pk: int, message: str, by: Person) -> cases.Case:
    """Raise an event that stands on the border of an open step; only its holder may.

    Raises:
        NotFoundOrNotYours: there is no such step.
        Problem: somebody else holds it, or it waits for no such event.
    """
    with transaction.atomic():
        case = cases.lock_case_of(step_pk)
        step = cases.Step.objects.select_related("post", "holder").get(pk=step_pk)
        cases.require_holder(step, by)
        known = next((one for one in step_standard(step).reports if one.message == message), None)
        if known is None:
            raise Problem("step.no_such_event", Text("这一步不等这件事", "This step waits for no such event"))
        actor = journal.person(by.pk)
        journal.record(
            "case.reported",
            actor,
            journal.Ref("case", str(case.pk)),
            thread=case.thread,
            place_path=case.place_path,
            data={"what": {"zh": known.text.zh, "en": known.text.en}, "step": step.key},
        )
        send_message(case.pk, message, actor)
    return cases.Case.objects.get(pk=case.pk)


def require_by_hand(version: ProcedureVersion) -> StartSpec:
    """Return how a version is started by hand.

    Raises:
        Problem: it is called by another procedure, or begins on a page of its domain.
    """
    spec = start_of(version)
    if spec is None:
        raise Problem(
            "procedure.not_by_hand",
            Text(f"“{version.name_zh}”不能直接开案", f"“{version.name_en}” is not started by hand"),
            do=Text(
                "它由别的流程调用，或在自己的页面登记",
                "Another procedure calls it, or it has a page of its own",
            ),
        )
    return spec


def _require_person(version: ProcedureVersion, spec: StartSpec, person: Person | None) -> None:
    if spec.person == "required" and person is None:
        raise Problem(
            "procedure.person_missing",
            Text(f"“{version.name_zh}”要写明是谁", f"“{version.name_en}” must be about somebody"),
            do=Text("填姓名和证件号", "Fill in the name and the document"),
            field="name",
        )


def _wait_for_twin(request_key: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, request_key.int % 2**31])


def _twin(key: str, new: ByHand) -> cases.Case | None:
    return cases.Case.objects.filter(
        procedure_key=key,
        place=new.place,
        opened_at__gte=clock.now() - REPEAT_WITHIN,
        facts__request_key=str(new.request_key),
    ).first()
