"""Who may start which procedure by hand, and where.

A case is started by whoever holds a duty that the start event names (the role of its lane, or one of
`sw:start roles`), and by whoever leads there (ADR 0055). The start event names the kinds of place; they must
lie within the duty.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.models import ProcedureVersion
from shouwang.kernel.procedures.queries.library import list_in_force, profile_of
from shouwang.kernel.procedures.queries.profile import StartSpec

#: Whoever may take steps at a place leads there, and may start what is to be done there.
LEADS = "case.take"


def start_of(version: ProcedureVersion) -> StartSpec | None:
    """Return how a version is started by hand, or None when it is called, or begins on a domain's page."""
    spec = profile_of(version).start
    return spec if spec is not None and spec.is_by_hand else None


def starting_duties(held: list[duties.Holding], spec: StartSpec) -> list[duties.Holding]:
    """Return those of the duties `held` that may start it, the ones that the file names before those that
    lead.
    """
    named = [one for one in held if one.post.role in spec.roles]
    return [*named, *(one for one in held if one not in named and LEADS in duties.role(one.post.role).verbs)]


def starting_duty(person: Person, spec: StartSpec, place: Place) -> duties.Holding | None:
    """Return the duty by which `person` may start it at `place`, or None."""
    if not {place.kind, place.subkind} & set(spec.place_kinds):
        return None
    fitting = starting_duties(duties.holdings_of(person), spec)
    return next((one for one in fitting if place.path.startswith(one.post.place_path)), None)


def starting_places(person: Person, spec: StartSpec, text: str, limit: int) -> list[Place]:
    """Return the open places where `person` may start it, by path: those whose name or code fits `text`.

    At most `limit` and one more, so that the caller can tell that there are others.
    """
    found = _places(starting_duties(duties.holdings_of(person), spec), spec)
    text = text.strip()
    if text:
        found = found.filter(
            Q(name_zh__contains=text) | Q(name_en__icontains=text) | Q(code__startswith=text)
        )
    return list(found.order_by("path")[: limit + 1])


def startable(person: Person) -> list[ProcedureVersion]:
    """Return the versions in force that some duty of `person` may start by hand somewhere."""
    held = duties.holdings_of(person)
    found = []
    for version in list_in_force():
        spec = start_of(version)
        if spec is not None and (fitting := starting_duties(held, spec)) and _places(fitting, spec).exists():
            found.append(version)
    return found


def callers_of(key: str) -> list[ProcedureVersion]:
    """Return the versions in force that call or open the procedure `key`."""
    return [
        version
        for version in list_in_force()
        if key in {*profile_of(version).calls.values(), *profile_of(version).opens.values()}
    ]


def _places(held: list[duties.Holding], spec: StartSpec) -> QuerySet[Place]:
    """Return the open places of the kinds that the file names, within the duties `held`."""
    of_kind = Q(kind__in=spec.place_kinds) | Q(subkind__in=spec.place_kinds)
    within = places.within([one.post.place_path for one in held])
    return Place.objects.filter(within, of_kind, closed_at__isnull=True)
