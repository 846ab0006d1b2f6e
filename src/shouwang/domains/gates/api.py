"""The door of gates for the faces above: the simulation and the portal register and check through it.

    came = gates.register(gates.TypedRegistration(checkpoint=…, request_key=…, plate="豫A12345", …))
    gates.check(came.registration.pk, guard, {occupant.pk: "36.4", …}, ticks=gates.VERIFY_TICKS)

The same functions stand behind the pages and the API, with the same checks.
"""

from __future__ import annotations

from shouwang.domains.gates.models import (
    Decision,
    Occupant,
    OriginGroup,
    Registration,
    RegistrationState,
    VehicleKind,
)
from shouwang.domains.gates.queries.origins import Origin, origin, search_origins
from shouwang.domains.gates.queries.passages import (
    checkpoint,
    checkpoints_of,
    held_at,
    people_of,
    waiting_at,
)
from shouwang.domains.gates.services.expiring import expire_waiting, shred_old
from shouwang.domains.gates.services.guarding import (
    Checked,
    check,
    recheck,
    refer,
    rest_until,
    waiting_for_recheck,
    withdraw,
)
from shouwang.domains.gates.services.refusing import Refused
from shouwang.domains.gates.services.registering import Came, Registered, register
from shouwang.domains.gates.services.typed import TypedPerson, TypedRegistration

#: What a guard has ticked when everything is right, by step of the procedure.
VERIFY_TICKS = ("faces", "plate", "everyone")
RECHECK_TICKS = ("apart", "rested")
REFER_TICKS = ("doctor", "vehicle", "others")

__all__ = [
    "RECHECK_TICKS",
    "REFER_TICKS",
    "VERIFY_TICKS",
    "Came",
    "Checked",
    "Decision",
    "Occupant",
    "Origin",
    "OriginGroup",
    "Refused",
    "Registered",
    "Registration",
    "RegistrationState",
    "TypedPerson",
    "TypedRegistration",
    "VehicleKind",
    "check",
    "checkpoint",
    "checkpoints_of",
    "expire_waiting",
    "held_at",
    "origin",
    "people_of",
    "recheck",
    "refer",
    "register",
    "rest_until",
    "search_origins",
    "shred_old",
    "waiting_at",
    "waiting_for_recheck",
    "withdraw",
]
