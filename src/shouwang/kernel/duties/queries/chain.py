"""Who answers for a place: the holder of a role, the leads above, and the one who is left. One query each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from shouwang.kernel.duties.models import Holding, Level, Post, leading_roles, role
from shouwang.kernel.duties.queries.current import Answer, answer, in_force, order
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.util.problems import Problem
from shouwang.util.text import Text

#: The levels of the chain above a place, the nearest first.
CHAIN = (Level.COMMUNITY, Level.SUBDISTRICT, Level.DISTRICT)
#: From so many places on, all leads are read: there is hardly more than one per community, whatever is asked.
LONG_LINE = 100

#: Who leads at each level, with what says who comes first: role, nearness, footing, time.
_Chain = dict[Level, tuple[tuple[object, ...], Answer]]


class NobodyAnswers(Problem):
    """Not even the district has anybody on duty."""

    def __init__(self, place: Text) -> None:
        super().__init__(
            "nobody_answers",
            Text(
                f"{place.zh}现在没有人负责，上级直到区指挥部也都空着。",
                f"Nobody answers for {place.en} now, nor anybody above it.",
            ),
            do=Text("请先在值守表里排上区指挥部值班。", "First put somebody on the district duty desk."),
        )


def holder(role_key: str, place: Place, at: datetime | None = None) -> Answer | None:
    """Return who holds the role at `place` or at the nearest place above that has a holder; None without one.

    Of several holders of one post the substitute comes first, then regular, seconded, volunteer, sponsor;
    among equals whoever came first. Raises UnknownRoleError.
    """
    role(role_key)
    found = in_force(at).filter(post__role=role_key, post__place_path__in=_line(place.path))
    ranked = sorted(_with_names(found), key=lambda holding: (-len(holding.post.place_path), *order(holding)))
    return answer(ranked[0]) if ranked else None


def answerable(role_key: str, place: Place, at: datetime | None = None) -> Answer:
    """Return the holder of the role for `place`, else whoever leads above, up to the district.

    Raises UnknownRoleError; NobodyAnswers when even the district has nobody on duty.
    """
    wanted = role(role_key)
    leads = {
        one.key: rank for rank, one in enumerate(leading_roles(max(wanted.level, Level.COMMUNITY)), start=1)
    }
    found = in_force(at).filter(post__role__in={role_key, *leads}, post__place_path__in=_line(place.path))

    def nearest(holding: Holding) -> tuple[object, ...]:
        rank = 0 if holding.post.role == role_key else leads[holding.post.role]
        return (rank, -len(holding.post.place_path), *order(holding))

    ranked = sorted(_with_names(found), key=nearest)
    if not ranked:
        raise NobodyAnswers(Text(place.name_zh, place.name_en))
    return answer(ranked[0])


def escalation_chain(place: Place, at: datetime | None = None) -> list[Answer | None]:
    """Return who leads above `place`: community, sub-district, district; None for a level with nobody."""
    leads = _leads_by_path([place.path], at)
    return [leads.get(place.path, {}).get(level) for level in CHAIN]


def lead_for_many(place_ids: Iterable[int], level: int, at: datetime | None = None) -> dict[int, Answer]:
    """Return who leads each place at `level` (1 community, 2 sub-district, 3 district), by place id.

    Where that level has nobody the next one above answers; where nobody stands above either, the highest
    below, so that a district without a duty desk still reaches somebody. Two queries, whatever the number of
    places. Raises NobodyAnswers when a place has nobody at all; ids that do not exist are left out.
    """
    path_of = dict(Place.objects.filter(pk__in=set(place_ids)).values_list("pk", "path"))
    leads = _leads_by_path(path_of.values(), at)
    tries = (*(one for one in CHAIN if one >= level), *(one for one in reversed(CHAIN) if one < level))
    chosen = {}
    for pk, path in path_of.items():
        lead = next((leads[path][one] for one in tries if one in leads[path]), None)
        if lead is None:
            place = places.by_id(pk)
            raise NobodyAnswers(Text(place.name_zh, place.name_en))
        chosen[pk] = lead
    return chosen


def phone_of(post: Post, at: datetime | None = None) -> str:
    """Return the telephone of a post: its own, else that of the nearest lead above, else ""."""
    if post.work_phone:
        return post.work_phone
    for lead in filter(None, escalation_chain(post.place, at)):
        if lead.post.work_phone:
            return lead.post.work_phone
    return ""


def _line(path: str) -> list[str]:
    return [*places.paths_above(path), path]


def _with_names(holdings: QuerySet[Holding]) -> QuerySet[Holding]:
    return holdings.select_related("person", "post")


def _leads_by_path(paths: Iterable[str], at: datetime | None) -> dict[str, dict[Level, Answer]]:
    """Return, for each path, the lead in force at each level that has one; one query."""
    wanted = set(paths)
    line = {above for path in wanted for above in _line(path)}
    rank = {one.key: number for number, one in enumerate(leading_roles(Level.COMMUNITY))}
    found = in_force(at).filter(post__role__in=rank)
    if len(line) <= LONG_LINE:
        found = found.filter(post__place_path__in=line)
    posted: defaultdict[str, _Chain] = defaultdict(dict)
    for holding in _with_names(found):
        place = (rank[holding.post.role], -len(holding.post.place_path), *order(holding))
        _keep_first(
            posted[holding.post.place_path], {role(holding.post.role).level: (place, answer(holding))}
        )
    chains: dict[str, _Chain] = {}
    for path in sorted(line):  # parents sort before what lies below them
        chains[path] = dict(chains.get(_above(path), {}))
        _keep_first(chains[path], posted.get(path, {}))
    return {path: {level: one for level, (_place, one) in chains[path].items()} for path in wanted}


def _keep_first(chain: _Chain, others: _Chain) -> None:
    for level, one in others.items():
        if level not in chain or one[0] < chain[level][0]:
            chain[level] = one


def _above(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1]
