"""Starting one procedure for hundreds of places at once.

The cases differ in place and holder only, so the engine runs once and its tokens are stored with each case:
the ids of their tasks need to be unique within a case, not beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.models import Run
from shouwang.kernel.procedures.queries.library import definition_now, in_force, profile_of
from shouwang.kernel.procedures.services import engine
from shouwang.kernel.procedures.services.running import new_step, run_state
from shouwang.kernel.procedures.services.steps import wanted_steps
from shouwang.util.text import Text

BATCH = 1_000


@dataclass(frozen=True)
class StartMany:
    """What is common to many cases; `campaign` takes the place of the procedure's own when it is given."""

    subject: journal.Ref
    title: Text
    facts: dict[str, Any] = field(default_factory=dict)
    campaign: str = ""
    source_case: cases.Case | None = None


def start_many(
    key: str, new: StartMany, targets: Sequence[tuple[Place, duties.Answer]], actor: journal.Actor
) -> list[cases.Case]:
    """Start a procedure at each of `targets`, each in the hands of the answer beside it; return the cases.

    Raises:
        Problem: no version is in force.
        ValueError: the procedure begins with a service or a rule, which needs its case: start it one by one.
    """
    if not targets:
        return []
    version = in_force(key)
    definition = definition_now(version)
    profile = profile_of(version)
    workflow = engine.begin(key, version.bpmn, definition.called_texts, dict(new.facts))
    engine.run_engine_steps(workflow, definition.outcomes)
    if any(definition.find_step(task.task_spec.bpmn_id) is None for task in engine.ready_tasks(workflow)):
        raise ValueError(f"{key} does not begin with steps of people only: start its cases one by one")
    waiting = list(wanted_steps(workflow, definition, set()).values())
    opening = [
        cases.NewCase(
            procedure_key=key,
            campaign=new.campaign or profile.campaign,
            number_prefix=profile.number_prefix,
            title=new.title,
            place=place,
            subject=new.subject,
            allowed_outcomes=profile.outcomes,
            facts=new.facts,
            source_case=new.source_case,
        )
        for place, _ in targets
    ]
    with transaction.atomic():
        opened = cases.open_many(
            opening, [new_step(one) for one in waiting], [one for _, one in targets], actor
        )
        called = [one.pk for one in definition.called]
        state = run_state(workflow)
        Run.objects.bulk_create(
            [Run(case=case, version=version, called_versions=called, **state) for case in opened],
            batch_size=BATCH,
        )
    return opened
