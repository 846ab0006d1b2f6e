"""Roles: what a duty is called, at which level it stands, and what it carries. Kept in memory.

The district's chain of responsibility below is registered when this module is read; manifests of domains add
their own roles with `register_roles`.

The access matrix: what a role carries within the place of its post and everything below it. Case: s see,
w work, t take; duty: s see, a assign; procedure: s see, e edit, a approve; x: carried. A test holds this table to the
roles below.

| role               | case | reveal | quarantine | gate | sign | duty | board | procedure | journal | order |
|--------------------|------|--------|------------|------|------|------|-------|-----------|---------|-------|
| guard              | w    |        |            | x    |      |      |       | s         |         |       |
| checkpoint_lead    | swt  | x      |            | x    |      | sa   |       | s         |         |       |
| courtyard_team     | w    | x      | x          |      |      |      |       | s         |         |       |
| courtyard_lead     | swt  | x      | x          |      |      | sa   |       | s         |         |       |
| community_worker   | sw   | x      | x          |      |      |      |       | s         |         |       |
| community_doctor   | sw   | x      | x          |      | x    |      |       | s         |         |       |
| community_police   | w    | x      |            |      |      |      |       | s         |         |       |
| community_director | swt  | x      | x          |      |      | sa   |       | s         |         | x     |
| subdistrict_cadre  | sw   |        |            |      |      | s    |       | s         |         |       |
| subdistrict_duty   | swt  | x      |            |      |      | sa   | x     | s         |         | x     |
| district_sponsor   |      |        |            |      |      | s    | x     | s         |         |       |
| district_duty      | swt  |        |            |      |      | sa   | x     | se        |         | x     |
| commander          | swt  |        |            |      |      | sa   | x     | sea       |         | x     |
| auditor            |      |        |            |      |      |      | x     | s         | x       |       |

Why: `case.work` alone opens only the steps that one holds (cases), so guards, teams and police see no more
than they were handed. `person.reveal` (journaled, shown to the person) belongs to those who must reach or
meet the person: a guard compares the last digits with the paper instead, and those who only command or audit
work without names. Whoever leads puts people on the posts below (`duty.assign`), and late clocks climb to
those who issue orders to the places below (`order.issue`). What the auditor opens from
the board is counts, never a case. Volunteers carry the verbs of their role except `NOT_FOR_VOLUNTEERS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from shouwang.util.text import Text


class Level(IntEnum):
    """How high a role stands; a site (checkpoint, gate) stands beside a courtyard."""

    COURTYARD = 0
    SITE = 0
    COMMUNITY = 1
    SUBDISTRICT = 2
    DISTRICT = 3


@dataclass(frozen=True, slots=True)
class Role:
    """A duty: its key, name, level, the access verbs it carries, and two marks.

    `is_round_the_clock`: its posts are gaps whenever nobody holds them (a post may differ). `leads`: late
    clocks climb to it, and it answers for roles of its level or lower that nobody holds.
    """

    key: str
    name: Text
    level: Level
    verbs: frozenset[str]
    is_round_the_clock: bool = False
    leads: bool = False


class UnknownRoleError(LookupError):
    """A role that neither the kernel nor a manifest registered."""


#: Verbs that a holding of kind VOLUNTEER never carries: they need somebody the district can hold to account.
NOT_FOR_VOLUNTEERS = frozenset({"person.reveal", "case.take", "duty.assign", "medical.sign"})

_roles: dict[str, Role] = {}


def register_roles(*new: Role) -> None:
    """Add roles; raises ValueError when a key is already taken by another role."""
    for one in new:
        known = _roles.setdefault(one.key, one)
        if known != one:
            raise ValueError(f"the role {one.key!r} is already registered otherwise")


def role(key: str) -> Role:
    """Return the role `key`; raises UnknownRoleError."""
    try:
        return _roles[key]
    except KeyError:
        raise UnknownRoleError(f"no role {key!r}; register it in a manifest") from None


def roles() -> tuple[Role, ...]:
    """Return every role, in the order of registration."""
    return tuple(_roles.values())


def roles_with(verb: str) -> tuple[str, ...]:
    """Return the keys of the roles that carry the access `verb`."""
    return tuple(key for key, one in _roles.items() if verb in one.verbs)


def leading_roles(from_level: int = Level.COURTYARD, until_level: int = Level.DISTRICT) -> tuple[Role, ...]:
    """Return the roles that lead at these levels (both included), the lowest level first.

    At one level the role registered first stands first: on the district's level its duty desk, and the
    commander when the desk is empty.
    """
    leading = [one for one in _roles.values() if one.leads and from_level <= one.level <= until_level]
    return tuple(sorted(leading, key=lambda one: one.level))


_STEP = frozenset({"case.work", "procedure.see"})
_SEE = _STEP | {"case.see"}
_LEAD = _SEE | {"case.take", "duty.see", "duty.assign"}
_COMMAND = _LEAD | {"order.issue"}
_HOME = frozenset({"quarantine.work", "person.reveal"})

register_roles(
    Role(
        "guard",
        Text("卡点值守", "Checkpoint crew"),
        Level.SITE,
        _STEP | {"gate.work"},
        is_round_the_clock=True,
    ),
    Role(
        "checkpoint_lead",
        Text("卡点负责人", "Checkpoint lead"),
        Level.SITE,
        _LEAD | {"gate.work", "person.reveal"},
    ),
    Role(
        "courtyard_team",
        Text("楼院专班成员", "Courtyard team member"),
        Level.COURTYARD,
        _STEP | _HOME,
        is_round_the_clock=True,
    ),
    Role("courtyard_lead", Text("楼院专班组长", "Courtyard team lead"), Level.COURTYARD, _LEAD | _HOME),
    Role("community_worker", Text("社区工作者", "Community worker"), Level.COMMUNITY, _SEE | _HOME),
    Role(
        "community_doctor",
        Text("社区医生", "Community doctor"),
        Level.COMMUNITY,
        _SEE | _HOME | {"medical.sign"},
    ),
    Role(
        "community_police", Text("社区民警", "Community police"), Level.COMMUNITY, _STEP | {"person.reveal"}
    ),
    Role(
        "community_director",
        Text("社区主任", "Community director"),
        Level.COMMUNITY,
        _COMMAND | _HOME,
        is_round_the_clock=True,
        leads=True,
    ),
    Role("subdistrict_cadre", Text("街道干部", "Sub-district cadre"), Level.SUBDISTRICT, _SEE | {"duty.see"}),
    Role(
        "subdistrict_duty",
        Text("街道值班", "Sub-district duty desk"),
        Level.SUBDISTRICT,
        _COMMAND | {"board.see", "person.reveal"},
        is_round_the_clock=True,
        leads=True,
    ),
    Role(
        "district_sponsor",
        Text("区级领导", "District sponsor"),
        Level.DISTRICT,
        frozenset({"duty.see", "board.see", "procedure.see"}),
    ),
    Role(
        "district_duty",
        Text("区指挥部值班", "District duty desk"),
        Level.DISTRICT,
        _COMMAND | {"board.see", "procedure.edit"},
        is_round_the_clock=True,
        leads=True,
    ),
    Role(
        "commander",
        Text("指挥长", "Commander"),
        Level.DISTRICT,
        _COMMAND | {"board.see", "procedure.edit", "procedure.approve"},
        is_round_the_clock=True,
        leads=True,
    ),
    Role(
        "auditor",
        Text("审计", "Auditor"),
        Level.DISTRICT,
        frozenset({"journal.see", "board.see", "procedure.see"}),
    ),
)
