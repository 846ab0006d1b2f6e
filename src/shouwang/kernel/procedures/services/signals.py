"""Signals: one case, or a service, tells every case in and below a place that waits for it.

A signal is a journal entry; a job tells the cases, each in a transaction of its own, each once (ADR 0058).
"""

from __future__ import annotations

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.models import Run

VERB = "procedure.signal"


def record_signal(signal: str, case: cases.Case, actor: journal.Actor) -> None:
    """Note a signal that the procedure of a case throws; others hear it once this is committed."""
    journal.record(
        VERB,
        actor,
        journal.Ref("case", str(case.pk)),
        thread=case.thread,
        place_path=case.place_path,
        data={"signal": signal},
    )


def send_signal(signal: str, place: Place, actor: journal.Actor) -> None:
    """Send a signal to every case in and below `place` that waits for it; they hear it after the commit."""
    reference = journal.Ref("place", place.code)
    journal.record(VERB, actor, reference, place_path=place.path, data={"signal": signal})


def waiting_for(signal: str, place_path: str, but_thread: str) -> list[int]:
    """Return the cases in and below a place that wait for a signal, except the one that threw it."""
    runs = Run.objects.filter(is_finished=False, awaited_signals__contains=[signal])
    runs = runs.filter(case__place_path__startswith=place_path)
    found = runs.order_by("case_id").values_list("case_id", flat=True)
    return [pk for pk in found if f"case:{pk}" != but_thread]
