"""Deciding about people by the rules, and what follows: the service tasks of the procedure CHECKPOINT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shouwang.domains.gates.models import Decision, Occupant, OriginGroup, Registration
from shouwang.domains.gates.services import contacts
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.ids import new_uuid
from shouwang.util.problems import Problem
from shouwang.util.text import Text

TABLE = "checkpoint_decision"
QUARANTINE = "HOME_QUARANTINE"
FEVER = "FEVER_RESPONSE"
#: What tells the cases that checkpoints open from those of other sources.
SOURCE = "CHECKPOINT"
#: From the mildest to the strictest: a car is decided as the strictest of its people.
STRICTNESS = (Decision.PASS, Decision.PASS_AND_NOTIFY, Decision.TURN_BACK, Decision.HOLD)


def decide(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task `gates.decide`: decide about everybody in the car; returns {"decision": the strictest}.

    Raises:
        Problem: somebody's temperature has not been taken.
    """
    registration = _registration_of(context)
    occupants = list(registration.occupants.select_related("person"))
    if any(occupant.forehead_celsius is None for occupant in occupants):
        raise Problem(
            "not_measured",
            Text("还没逐人测温。", "Not everybody's temperature has been taken."),
            do=Text("在“卡口”里打开这辆车，逐人记额温。", "Open the car under “Gate” and enter them."),
        )
    return {"decision": decide_about(registration, occupants)}


def decide_again(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task `gates.decide_again`: decide by the armpit about whoever is held; returns {"decision": …}.

    Raises:
        Problem: somebody who is held has not been measured again.
    """
    registration = _registration_of(context)
    held = [one for one in registration.occupants.select_related("person") if one.is_held]
    _require_rechecked(held)
    return {"decision": decide_about(registration, held)}


def notify_communities(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task `gates.notify_communities`: hand everybody who must stay at home to their community.

    One case of home quarantine is opened for each person who must be told and is not under an order already;
    the cases are offered as one batch, and the giver answers until the community accepts.
    """
    registration = _registration_of(context)
    occupants = list(registration.occupants.select_related("person"))
    _require_rechecked([occupant for occupant in occupants if occupant.is_held])
    told = [one for one in occupants if one.decision_key == Decision.PASS_AND_NOTIFY]
    contact = contacts.open_contact(registration)
    for occupant in (one for one in occupants if one in told or one.is_held):
        if open_case_of(occupant) is not None:
            continue  # their home is known, and not to be changed by what was typed at a gate
        contacts.move_into_vault(registration, occupant, contact, context.actor)
    contacts.forget_contact(registration)
    registration.save(update_fields=["sealed_contact", "seal_key_id"])
    if context.last_answer is None:
        raise LookupError("a handover needs the guard who did the step before")
    batch = new_uuid()
    for occupant in told:
        _tell_community(context, registration, occupant, context.last_answer, batch)
    return {}


def open_fever(context: procedures.TaskContext) -> dict[str, Any]:
    """Service task `gates.open_fever`: open a fever response for each person held with a fever.

    Whoever called the vehicle goes on with it; the armpit temperature goes along, so nobody is measured twice.
    """
    registration = _registration_of(context)
    for occupant in registration.occupants.select_related("person"):
        if not occupant.is_held or open_case_of(occupant, FEVER) is not None:
            continue
        facts = {"found_at": SOURCE, "axillary": str(occupant.axillary_celsius), "source": SOURCE}
        begin = procedures.start_for(
            FEVER, context.case.place, occupant.person, facts, context.last_answer, context.case
        )
        procedures.start(FEVER, begin, context.actor)
    return {}


def decide_about(registration: Registration, occupants: Sequence[Occupant]) -> str:
    """Decide about `occupants` (whoever has an armpit temperature, by it) and return the car's decision."""
    for occupant in occupants:
        decided = rules.decide(TABLE, _facts(registration, occupant))
        occupant.decision_key = decided.outcome
        occupant.reasons = [{"zh": reason.zh, "en": reason.en} for reason in decided.reasons]
        occupant.remedies = [pair for remedy in decided.remedies for pair in _things_to_do(remedy)]
        occupant.rule_version = decided.version
        occupant.save(update_fields=["decision_key", "reasons", "remedies", "rule_version"])
    decisions = [Decision(key) for key in registration.occupants.values_list("decision_key", flat=True)]
    registration.decision_key = max(decisions, key=STRICTNESS.index)
    registration.save(update_fields=["decision_key"])
    return registration.decision_key


def group_of(registration: Registration, occupant: Occupant) -> str:
    """Return the origin group of one person: who was in a priority area counts as coming from there."""
    group = registration.origin_group_key
    if occupant.has_visited_priority_area and group not in {OriginGroup.HUBEI, OriginGroup.OVERSEAS}:
        return OriginGroup.PRIORITY_AREA.value
    return group


def open_case_of(occupant: Occupant, procedure_key: str = QUARANTINE) -> cases.Case | None:
    """Return the open case of a procedure (of home quarantine unless told) of the person, or None."""
    return (
        cases.Case.objects.filter(
            person_id=occupant.person_id, procedure_key=procedure_key, state=cases.CaseState.OPEN
        )
        .order_by("-opened_at")
        .first()
    )


def _require_rechecked(held: Sequence[Occupant]) -> None:
    if any(occupant.axillary_celsius is None for occupant in held):
        raise Problem(
            "not_rechecked",
            Text("留观的人还没量腋温。", "Somebody is held and has not been measured again."),
            do=Text("在“卡口”里打开这辆车，记腋温。", "Open the car under “Gate” and enter it."),
        )


def _facts(registration: Registration, occupant: Occupant) -> dict[str, Any]:
    axillary = occupant.axillary_celsius
    return {
        "stage": "FOREHEAD" if axillary is None else "AXILLARY",
        "forehead_celsius": occupant.forehead_celsius,
        "forehead": str(occupant.forehead_celsius),
        "axillary_celsius": axillary or 0,
        "axillary": str(axillary or ""),
        "has_symptoms": occupant.has_symptoms,
        "has_visited_priority_area": occupant.has_visited_priority_area,
        "origin_group": registration.origin_group_key,
        "is_in_district": registration.destination_id is not None,
        "is_under_order": open_case_of(occupant) is not None,
    }


def _things_to_do(remedy: Text) -> list[dict[str, str]]:
    """Return what is to be done one by one: a table's cell holds several, parted by semicolons."""
    parts = zip(remedy.zh.split("；"), remedy.en.split("; "), strict=True)
    return [{"zh": zh, "en": en[:1].upper() + en[1:]} for zh, en in parts]


def _registration_of(context: procedures.TaskContext) -> Registration:
    """Return the registration of the case, locked already by whoever completes the step, else now."""
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("checkpoint", "destination")
        .get(pk=int(context.case.subject_key))
    )


def _tell_community(
    context: procedures.TaskContext,
    registration: Registration,
    occupant: Occupant,
    giver: duties.Answer,
    batch: UUID,
) -> None:
    known = open_case_of(occupant)
    if known is None:
        known = procedures.start(
            QUARANTINE,
            procedures.Start(
                place=registration.destination or registration.checkpoint,
                person=occupant.person,
                subject=journal.Ref("person", str(occupant.person_id)),
                title=Text("居家隔离", "Home quarantine"),
                facts={
                    "origin_group": group_of(registration, occupant),
                    "arrived_at": clock.now().isoformat(),
                    "source": SOURCE,
                },
                offer_from=giver,
                batch=batch,
                source_case=context.case,
            ),
            context.actor,
        )
    else:
        _report_found(context, registration, known)
    occupant.quarantine_case = known
    occupant.save(update_fields=["quarantine_case"])


def _report_found(context: procedures.TaskContext, registration: Registration, known: cases.Case) -> None:
    """Tell those who answer for a person under an order that the person came through a checkpoint."""
    checkpoint = Text(registration.checkpoint.name_zh, registration.checkpoint.name_en)
    journal.record(
        "gates.found_under_order",
        context.actor,
        journal.Ref("case", str(known.pk)),
        thread=known.thread,
        place_path=known.place_path,
        data={"checkpoint_zh": checkpoint.zh, "checkpoint_en": checkpoint.en},
    )
    notices.send(
        [step.holder for step in cases.open_steps(known)],
        kind="gates.found_under_order",
        title=Text(f"隔离中的人经过{checkpoint.zh}", f"A person in quarantine came through {checkpoint.en}"),
        body=Text("请核实是否外出，再办。", "Find out whether they left home, and act."),
        link=f"/cases/{known.pk}/",
        urgency="URGENT",
        thread=known.thread,
    )
