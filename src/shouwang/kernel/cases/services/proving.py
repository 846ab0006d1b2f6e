"""Evidence: proof that a step was done to its standard."""

from __future__ import annotations

from django.db import transaction

from shouwang.kernel.cases.models import Evidence, Step
from shouwang.kernel.cases.services.opening import record_step, require_holder
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties.api import Person
from shouwang.util import clock


def add_evidence(
    step_pk: int, key: str, by: Person, *, note: str = "", document_number: str = ""
) -> Evidence:
    """Add one proof to an open step; the same proof twice is one.

    Raises:
        Problem: the step is done, or `by` does not hold it.
    """
    with transaction.atomic():
        step = Step.objects.select_for_update(of=("self",)).select_related("case", "post").get(pk=step_pk)
        require_holder(step, by)
        evidence, is_new = Evidence.objects.get_or_create(
            step=step,
            key=key,
            document_number=document_number,
            note=note[:300],
            defaults={"by": by, "at": clock.now()},
        )
        if is_new:
            if step.touched_at is None:
                step.touched_at = clock.now()
                step.save(update_fields=["touched_at"])
            record_step("evidence.added", step, journal.person(by.pk), key=key, document=document_number)
            notices.touch(f"case:{step.case_id}")
    return evidence
