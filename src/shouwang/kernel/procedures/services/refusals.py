"""Keeping what the checklist refused: an attempt that failed leaves no other trace, for its transaction is undone."""

from __future__ import annotations

from collections.abc import Iterable

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures.models import Refusal
from shouwang.kernel.procedures.queries.library import step_standard
from shouwang.util import clock

#: The code of the problem by which `complete` refuses an unfinished checklist.
CHECKLIST_INCOMPLETE = "step.checklist_incomplete"


def keep_refusal(step: cases.Step, ticks: Iterable[str]) -> Refusal | None:
    """Keep that `step` was handed in with only these `ticks` besides its own; None when nothing was missing.

    Call it after the refused transaction is over, or it is undone with it.
    """
    present = step.ticks.keys() | set(ticks)
    missing = [item.key for item in step_standard(step).checklist if item.key not in present]
    if not missing or not step.is_open:
        return None
    return Refusal.objects.create(step=step, at=clock.now(), missing=missing)
