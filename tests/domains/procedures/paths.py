"""How each procedure comes to each of its ends: who starts it where, and what is answered at which step.

A step that is not named is done with its checklist ticked, its proofs given and the first choice of each
field. A list gives the answers of one visit after another; the last one stands for all later ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

COURTYARD, COMMUNITY, SUBDISTRICT, DISTRICT = "410105006001-01", "410105006001", "410105006", "410105"
CHECKPOINT = "410105-S01"


@dataclass(frozen=True)
class Path:
    """One way through a procedure.

    `reports` are events raised while a step is open; `opens` the procedures of the cases that it opens;
    `visits` how often a step is done where that matters; `waits` are steps left to the clock.
    """

    key: str
    end: str
    starter: str
    place: str
    start: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    opens: tuple[str, ...] = ()
    visits: dict[str, int] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    has_person: bool = False
    note: str = ""

    def __str__(self) -> str:
        return f"{self.key}-{self.end}{'-' + self.note if self.note else ''}"


def gate(end: str, who: str, note: str, **more: Any) -> Path:
    """One arrival at the gate of the courtyard."""
    more.setdefault("answers", {})
    more["answers"] = {
        "identify": {"is_known": True},
        "code": {"code": "GOOD"},
        "measure": {"forehead": "36.4"},
        **more["answers"],
    }
    return Path("ACCESS_CONTROL", end, "courtyard-team", COURTYARD, {"who": who}, note=note, **more)


def survey(note: str, starter: str = "community-director", **more: Any) -> Path:
    """A round of a survey, or one arrival reported."""
    start = {"round": "ARRIVAL" if more.get("has_person") else "R1", "households": "120"}
    more["answers"] = {
        "visit": {"result": "DONE"},
        "fill": _filled(),
        "sample": {"is_right": True},
        **more.get("answers", {}),
    }
    return Path("HOUSEHOLD_SURVEY", "ROUND_CLOSED", starter, COMMUNITY, start, note=note, **more)


def _filled(**more: Any) -> dict[str, Any]:
    return {"people": "3", "origin_group": "NONE", "has_contact": False, "has_fever": False, **more}


def fever(end: str, note: str, axillary: str, diagnosis: str, place: str = COURTYARD, **more: Any) -> Path:
    """A fever found somewhere."""
    start = {"found_at": "GATE", "forehead": "37.4"}
    starter = more.pop("starter", "courtyard-team")
    answers = {
        "recheck": {"axillary": axillary},
        "ask": {"origin_group": "NONE", "has_contact": False},
        "result": {"diagnosis": diagnosis},
    }
    return Path("FEVER_RESPONSE", end, starter, place, start, answers, note=note, **more)


def tracing(end: str, note: str = "", **more: Any) -> Path:
    """The contacts of a case."""
    more["answers"] = {
        "interview": {"last_exposure_on": "2020-03-17"},
        "list": {"contacts": "4"},
        **more.get("answers", {}),
    }
    return Path(
        "CONTACT_TRACING",
        end,
        "cdc-officer",
        COURTYARD,
        {"case_kind": "CONFIRMED"},
        note=note,
        **more,
    )


#: Outcomes of a list of 273, as 偃师 published them (lexicon section 2).
_273 = {
    "screened": 98,
    "wrong": 47,
    "missed": 12,
    "not_here": 29,
    "outside": 16,
    "hubei": 25,
    "priority": 38,
    "clear": 8,
    "moved": 0,
    "unreached": 0,
}
_NOT_REACHED = {**_273, "screened": 95, "unreached": 3}


def verification(note: str, outcome: Any, **more: Any) -> Path:
    """A list of 273 people, with the outcomes entered."""
    answers = {"dedupe": {"left": 273}, "outcome": outcome}
    start = {"source_list": "RAILWAY", "rows": 280}
    return Path("LIST_VERIFICATION", "CLOSED", "data-desk", COMMUNITY, start, answers, note=note, **more)


def support(note: str, kind: str, *, is_urgent: bool, **more: Any) -> Path:
    """A resident asks for something."""
    answers = {"triage": {"kind": kind, "is_urgent": is_urgent}, **more.pop("answers", {})}
    return Path(
        "RESIDENT_SUPPORT",
        "CLOSED",
        "community-worker",
        COURTYARD,
        {"need": "ERRAND"},
        answers,
        note=note,
        **more,
    )


def rough(end: str, note: str = "", **more: Any) -> Path:
    """Somebody sleeps in the street."""
    answers = {
        "reach": {"axillary": "36.5"},
        "offer": {"accepts": end != "REFUSED_WITH_KIT"},
        "place": {"goes": "HOME" if end == "RETURNED" else "SHELTER"},
        **more.pop("answers", {}),
    }
    return Path(
        "ROUGH_SLEEPER", end, "city-management", COMMUNITY, {"count": "1"}, answers, note=note, **more
    )


def donation(note: str, *, is_earmarked: bool, give_out: Any, **more: Any) -> Path:
    """A donation of a thousand masks."""
    start = {"goods": "PROTECTION", "is_earmarked": is_earmarked, "offered": "1000"}
    answers = {"count": {"received": "1000"}, "give_out": give_out, **more.pop("answers", {})}
    return Path("DONATION", "RECONCILED", "red-cross-clerk", DISTRICT, start, answers, note=note, **more)


def resumption(end: str, note: str, about: str, **more: Any) -> Path:
    """A firm opens again, or somebody in it has a fever."""
    start = {"unit": "FACTORY", "about": about, "staff": "86"}
    return Path("RESUMPTION_AND_INCIDENT", end, "firm-contact", SUBDISTRICT, start, note=note, **more)


def _share(distributed: int, stock: int, lost: int) -> dict[str, int]:
    return {"distributed": distributed, "stock": stock, "lost": lost}


PATHS = [
    gate("PASSED", "RESIDENT", "resident"),
    gate("PASSED", "VISITOR", "visitor", visits={"register": 1}),
    gate(
        "PASSED",
        "RESIDENT",
        "let in after all",
        answers={"identify": {"is_known": False}, "explain": {"appeals": True}, "review": {"admits": True}},
        visits={"review": 1},
    ),
    gate("REFUSED", "COURIER", "courier", answers={"explain": {"appeals": False}}),
    gate(
        "REFUSED",
        "VISITOR",
        "refused twice",
        answers={"code": {"code": "NONE"}, "explain": {"appeals": True}, "review": {"admits": False}},
    ),
    gate(
        "REFERRED",
        "RESIDENT",
        "fever, in a long queue",
        answers={"measure": {"forehead": "37.6"}},
        opens=("FEVER_RESPONSE",),
        reports={"identify": "queue_long"},
        visits={"more_crew": 1},
    ),
    survey("nothing found"),
    survey(
        "by a worker, checked twice",
        "community-worker",
        answers={"sample": [{"is_right": False}, {"is_right": True}]},
        visits={"visit": 2},
    ),
    survey(
        "nobody at home, three times",
        answers={"visit": {"result": "ABSENT"}},
        opens=("LIST_VERIFICATION",),
        visits={"visit": 3},
    ),
    survey("a fever", answers={"fill": _filled(has_fever=True)}, opens=("FEVER_RESPONSE",)),
    survey(
        "an arrival from another province",
        "grid-worker",
        has_person=True,
        answers={"fill": _filled(origin_group="OTHER_PROVINCE", arrived_on="2020-03-17")},
        opens=("HOME_QUARANTINE",),
    ),
    survey(
        "an arrival from abroad",
        has_person=True,
        answers={"fill": _filled(origin_group="OVERSEAS")},
        opens=("FACILITY_ADMISSION",),
    ),
    survey("contacts", answers={"fill": _filled(has_contact=True)}, visits={"hand_list": 1}),
    fever("EXCLUDED", "no fever in the armpit", "36.9", "", visits={"ask": 0}),
    fever("EXCLUDED", "excluded in hospital", "37.6", "EXCLUDED", visits={"disinfect": 1}, has_person=True),
    fever("CASE", "in a courtyard", "38.1", "CONFIRMED", opens=("COURTYARD_INCIDENT",)),
    fever(
        "CASE",
        "at the checkpoint",
        "37.3",
        "SUSPECTED",
        CHECKPOINT,
        starter="guard",
        opens=("CONTACT_TRACING",),
    ),
    Path(
        "FACILITY_ADMISSION",
        "DISCHARGED",
        "community-worker",
        COURTYARD,
        {"why": "OVERSEAS", "exposed_on": "2020-03-17"},
        {"daily": {"state": "NORMAL", "morning": "36.4", "evening": "36.6"}},
        visits={"daily": 13},
        has_person=True,
    ),
    Path(
        "FACILITY_ADMISSION",
        "HOSPITAL",
        "cdc-officer",
        COURTYARD,
        {"why": "CONTACT"},
        {"daily": [{"state": "NORMAL"}, {"state": "SYMPTOMS", "evening": "37.8"}]},
        visits={"daily": 2},
        has_person=True,
    ),
    tracing(
        "COMPLETED",
        answers={"order": {"setting": "HOME"}, "follow": {"state": "NORMAL"}},
        visits={"follow": 13, "home": 1},
        has_person=True,
    ),
    tracing(
        "COMPLETED",
        "found in the wider search",
        answers={
            "locate": {"found": "SOME"},
            "widen": {"is_found": True},
            "order": {"setting": "FACILITY"},
            "follow": {"state": "NORMAL"},
        },
        opens=("FACILITY_ADMISSION",),
    ),
    tracing("LOST", "never found", answers={"locate": {"found": "SOME"}, "widen": {"is_found": False}}),
    tracing(
        "LOST",
        "lost on the third day",
        answers={
            "order": {"setting": "HOME"},
            "follow": [{"state": "NORMAL"}, {"state": "NORMAL"}, {"state": "LOST"}],
            "widen": {"is_found": False},
        },
    ),
    tracing(
        "CASE",
        answers={"order": {"setting": "HOME"}, "follow": [{"state": "NORMAL"}, {"state": "SYMPTOMS"}]},
        opens=("FEVER_RESPONSE",),
    ),
    verification("all accounted for", _273, visits={"outcome": 1}),
    verification("does not add up at first", [{**_273, "clear": 0}, _273], visits={"outcome": 2}),
    verification("some not reached", _NOT_REACHED, visits={"again": 1, "outcome": 2}),
    Path(
        "COURTYARD_INCIDENT",
        "LIFTED",
        "subdistrict-duty",
        COURTYARD,
        {"case_kind": "CONFIRMED"},
        {"report": [{"new_cases": "0"}, {"new_cases": "2"}, {"new_cases": "0"}]},
        opens=("CONTACT_TRACING",),
        visits={"report": 15, "tell": 1, "supply": 1, "guard": 1, "disinfect": 1, "confirm": 1},
    ),
    *(
        Path(
            "DISINFECTION_AND_WASTE",
            "VERIFIED",
            "community-worker",
            COURTYARD,
            {"work": work},
            {"mix": {"ppm": "500"}, "audit": audit},
            visits=visits,
            note=work,
        )
        for work, audit, visits in (
            ("BOTH", [{"is_good": False}, {"is_good": True}], {"crew": 2, "mix": 2, "haul": 2}),
            ("DISINFECT", {"is_good": True}, {"mix": 1, "haul": 0}),
            ("WASTE", {"is_good": True}, {"mix": 0, "pick_up": 1, "haul": 1}),
        )
    ),
    support("errand", "ERRAND", is_urgent=False, visits={"errand": 1}),
    support("medicine", "MEDICINE", is_urgent=False, visits={"medicine": 1}),
    support("urgent medicine", "MEDICINE", is_urgent=True, visits={"urgent": 1}),
    support("counselling", "TALK", is_urgent=False, visits={"counsel": 1}),
    support("crisis", "TALK", is_urgent=True, visits={"crisis": 1}),
    support(
        "calls for three days",
        "CALL",
        is_urgent=False,
        answers={"daily": [{"goes_on": True}, {"goes_on": True}, {"goes_on": False}]},
        visits={"daily": 3},
        has_person=True,
    ),
    Path(
        "MEDICAL_TRANSPORT",
        "COMPLETED",
        "community-worker",
        COURTYARD,
        {"reason": "DIALYSIS", "slot": "明天 9 点"},
        {"screen": {"has_fever": False}},
        has_person=True,
    ),
    Path(
        "MEDICAL_TRANSPORT",
        "COMPLETED",
        "community-doctor",
        COURTYARD,
        {"reason": "BIRTH"},
        {"screen": {"has_fever": True}},
        opens=("FEVER_RESPONSE",),
        note="with a fever",
    ),
    rough("RETURNED"),
    rough(
        "SHELTERED",
        "with a fever at once",
        answers={"reach": {"axillary": "37.9"}},
        opens=("FEVER_RESPONSE",),
    ),
    rough(
        "SHELTERED",
        "with a fever under observation",
        reports={"observe": "fever_found"},
        opens=("FEVER_RESPONSE",),
    ),
    rough("REFUSED_WITH_KIT"),
    donation("unearmarked", is_earmarked=False, give_out=_share(900, 98, 2), visits={"allocate": 1}),
    donation("earmarked", is_earmarked=True, give_out=_share(1000, 0, 0), visits={"as_meant": 1}),
    donation(
        "does not reconcile at first",
        is_earmarked=False,
        give_out=[_share(900, 50, 0), _share(900, 90, 0)],
        answers={"recount": {"received": "990"}},
        visits={"give_out": 2, "recount": 1},
    ),
    resumption(
        "OPEN",
        "at the second filing",
        "FILING",
        answers={"decide": [{"decision": "RETURN"}, {"decision": "OPEN"}], "spot": {"is_good": True}},
        visits={"file": 2},
    ),
    resumption("REVOKED", "refused", "FILING", answers={"decide": {"decision": "REVOKED"}}),
    resumption("SUSPENDED", "bad at the first check", "FILING", answers={"spot": {"is_good": False}}),
    *(
        resumption(
            end,
            "after a fever",
            "FEVER",
            answers={"reopen": {"decision": end}, "contacts": {"contacts": "12"}},
            opens=("FEVER_RESPONSE",),
            visits={"clean": 1, "suspend": 1, "contacts": 1},
        )
        for end in ("OPEN", "SUSPENDED", "REVOKED")
    ),
    resumption(
        "OPEN",
        "a fever at the first check",
        "FILING",
        answers={"reopen": {"decision": "OPEN"}},
        reports={"spot": "site_fever"},
        opens=("FEVER_RESPONSE",),
    ),
]
