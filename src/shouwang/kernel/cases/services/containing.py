"""Where a person under an order is kept: entering, changing and leaving containment (I3)."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from shouwang.kernel.cases.models import Case, Containment, ContainmentKind
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.places.api import Place
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text


def enter_containment(case: Case, kind: str, place: Place, actor: journal.Actor) -> Containment:
    """Put the person of a locked case into a containment state and the order in force.

    Raises:
        Problem: the case is about no person, or another case contains them already.
    """
    if case.person_id is None:
        raise Problem("containment.no_person", Text("这件事不涉及人", "This case is about no person"))
    try:
        with transaction.atomic():
            containment = Containment.objects.create(
                person_id=case.person_id,
                kind=ContainmentKind(kind),
                case=case,
                place=place,
                place_path=place.path,
                from_at=clock.now(),
            )
    except IntegrityError:
        raise Problem(
            "containment.already",
            Text("这个人已经在别的隔离令下", "This person is already under another order"),
            do=Text("打开原来的案件，在那里办", "Open the earlier case and go on there"),
        ) from None
    case.is_order_in_force = True
    case.save(update_fields=["is_order_in_force"])
    _record("containment.entered", containment, actor)
    return containment


def leave_containment(
    case: Case, actor: journal.Actor, *, into: str = "", place: Place | None = None
) -> None:
    """End the containment state of a locked case; with `into`, enter the next state in the same act."""
    current = Containment.objects.filter(case=case, until_at__isnull=True).first()
    if current is None:
        return
    current.until_at = clock.now()
    current.save(update_fields=["until_at"])
    if into:
        enter_containment(case, into, place or current.place, actor)
        return
    case.is_order_in_force = False
    case.save(update_fields=["is_order_in_force"])
    _record("containment.left", current, actor)


def _record(verb: str, containment: Containment, actor: journal.Actor) -> None:
    kind = ContainmentKind(containment.kind)
    english = {
        "HOME": "home quarantine",
        "FACILITY": "an observation site",
        "HOSPITAL": "hospital",
        "IN_TRANSIT": "transit",
    }
    journal.record(
        verb,
        actor,
        journal.Ref("case", str(containment.case_id)),
        thread=f"case:{containment.case_id}",
        place_path=containment.place_path,
        data={"kind": kind.value, "kind_zh": kind.label, "kind_en": english[kind.value]},
    )
    notices.touch("board")
