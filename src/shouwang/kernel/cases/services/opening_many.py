"""Opening hundreds of cases in one act: an order to every courtyard, written set by set.

Nothing is different from opening them one by one but the number of statements: each case has its number, its
custody, its steps with one holder and a clock, and its entries in the journal.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from shouwang.kernel.cases.models import Case, Custody, Step
from shouwang.kernel.cases.services.opening import NewCase, climb_offsets, step_act
from shouwang.kernel.cases.services.progress import NewStep
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.util import clock

BATCH = 1_000


def open_many(
    new: Sequence[NewCase], steps: Sequence[NewStep], holders: Sequence[duties.Answer], actor: journal.Actor
) -> list[Case]:
    """Open one case for each of `new`, each with the same `steps`, held by the answer in the same place.

    Raises:
        ValueError: there is not one holder for each case, or no step (I1).
    """
    if len(new) != len(holders) or not steps:
        raise ValueError("each case needs a holder and a step")
    with transaction.atomic():
        cases = _cases(new)
        first = [(one.custody_place or one.place) for one in new]
        Custody.objects.bulk_create(
            [
                Custody(
                    case=case,
                    place=place,
                    place_path=place.path,
                    from_at=case.opened_at,
                    came_by=Custody.CameBy.OPENED,
                )
                for case, place in zip(cases, first, strict=True)
            ],
            batch_size=BATCH,
        )
        opened = _steps(cases, steps, holders)
        journal.record_many([_act(case, actor) for case in cases])
        journal.record_many([step_act("step.opened", step, actor) for step in opened])
        notices.touch(*{f"work:{holder.person.pk}" for holder in holders}, "board")
    return cases


def _cases(new: Sequence[NewCase]) -> list[Case]:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number') FROM generate_series(1, %s)", [len(new)])
        values = [value for (value,) in cursor.fetchall()]
    return Case.objects.bulk_create(
        [
            Case(
                number=f"{one.number_prefix}-{clock.local(now):%m%d}-{value:06d}",
                procedure_key=one.procedure_key,
                campaign=one.campaign,
                title_zh=one.title.zh,
                title_en=one.title.en,
                allowed_outcomes=one.allowed_outcomes,
                person=one.person,
                subject_kind=one.subject.kind,
                subject_key=one.subject.key,
                place=one.place,
                place_path=one.place.path,
                source_case=one.source_case,
                facts=one.facts,
                opened_at=now,
            )
            for one, value in zip(new, values, strict=True)
        ],
        batch_size=BATCH,
    )


def _steps(cases: list[Case], steps: Sequence[NewStep], holders: Sequence[duties.Answer]) -> list[Step]:
    now = clock.now()
    first_climb = climb_offsets()[0]
    rows = []
    for case, holder in zip(cases, holders, strict=True):
        for one in steps:
            due_at = one.due_at or now + one.limit
            rows.append(
                Step(
                    case=case,
                    key=one.key,
                    task_id=one.task_id,
                    name_zh=one.name.zh,
                    name_en=one.name.en,
                    role=one.role,
                    place=case.place,
                    place_path=case.place_path,
                    holder=holder.person,
                    post=holder.post,
                    opened_at=now,
                    limit_seconds=int(one.limit.total_seconds()),
                    due_at=due_at,
                    next_escalation_at=due_at + first_climb,
                )
            )
    return Step.objects.bulk_create(rows, batch_size=BATCH)


def _act(case: Case, actor: journal.Actor) -> journal.Act:
    return journal.Act(
        "case.opened",
        actor,
        journal.Ref("case", str(case.pk)),
        thread=case.thread,
        place_path=case.place_path,
        data={"number": case.number, "title_zh": case.title_zh, "title_en": case.title_en},
    )
