"""Who answers for a role at many places at once, in a few queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shouwang.kernel.duties.models import Level, role
from shouwang.kernel.duties.queries.chain import lead_for_many
from shouwang.kernel.duties.queries.current import Answer, answer, in_force, order


def answerable_for_many(
    role_key: str, place_ids: Iterable[int], at: datetime | None = None
) -> dict[int, Answer]:
    """Return the holder of a role at each place itself, else who leads there or above, by place id.

    Unlike `answerable` a holder of the role at a place above does not count: each place answers for itself.
    Three queries, whatever the number of places. Raises UnknownRoleError; NobodyAnswers when a place has
    nobody at all.
    """
    wanted = role(role_key)
    ids = set(place_ids)
    found = in_force(at).filter(post__role=role_key, post__place__in=ids).select_related("person", "post")
    chosen: dict[int, Answer] = {}
    for holding in sorted(found, key=order):
        chosen.setdefault(holding.post.place_id, answer(holding))
    missing = ids - chosen.keys()
    if missing:
        chosen |= lead_for_many(missing, max(wanted.level, Level.COMMUNITY), at)
    return chosen
