"""People, households and courtyards, shared out so that every sum is exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np


def apportion(total: int, weights: Iterable[float], minimum: int = 0) -> list[int]:
    """Return whole shares of `total` in proportion to `weights`, each at least `minimum` (largest remainder).

    Raises ValueError when `total` is too small for the minimum.
    """
    given = np.array(list(weights), dtype=float)
    left = total - minimum * len(given)
    if left < 0:
        raise ValueError(f"{total} cannot be shared out at {minimum} for each of {len(given)}")
    exact = given / given.sum() * left
    shares = np.floor(exact).astype(int)
    # ties go to the earlier one, so that the result never depends on how floats were sorted
    for number in np.argsort(shares - exact, kind="stable")[: left - int(shares.sum())]:
        shares[number] += 1
    return [int(share) + minimum for share in shares]


def people_of_communities(
    codes: Sequence[str], parameters: Mapping[str, Any], rng: np.random.Generator
) -> dict[str, tuple[int, int]]:
    """Return (residents, households) by community: the published ones as they are, the others by lot."""
    residents: int = parameters["residents"]["value"]
    per_household: float = parameters["persons_per_household"]["value"]
    fixed: Mapping[str, Mapping[str, int]] = parameters["communities_fixed"]["value"]
    known = {
        code: (given["residents"], given.get("households", round(given["residents"] / per_household)))
        for code, given in fixed.items()
        if code in codes
    }
    others = [code for code in codes if code not in known]
    weights = rng.gamma(9.0, size=len(others))
    people = apportion(residents - sum(count for count, _ in known.values()), weights, minimum=1500)
    doors_left = round(residents / per_household) - sum(doors for _, doors in known.values())
    doors = apportion(doors_left, people)
    return {**known, **dict(zip(others, zip(people, doors, strict=True), strict=True))}


def courtyards_of_communities(people: Mapping[str, tuple[int, int]], total: int) -> dict[str, int]:
    """Return how many courtyards each community has: in proportion to its residents, two at least."""
    shares = apportion(total, [residents for residents, _ in people.values()], minimum=2)
    return dict(zip(people, shares, strict=True))


def share_out(residents: int, households: int, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return (residents, households) of each of `count` courtyards of a community; the sums are exact."""
    doors = apportion(households, rng.gamma(4.0, size=count), minimum=20)
    people = apportion(residents - households, doors)
    return [(door + extra, door) for door, extra in zip(doors, people, strict=True)]


def kinds_of_courtyards(
    is_village: Sequence[bool],
    is_inner: Sequence[bool],
    shares: Mapping[str, float],
    rng: np.random.Generator,
) -> list[str]:
    """Return the kind of each courtyard, in the given shares of all.

    Relocation estates stand in villages first, old courtyards in the inner sub-districts more often.
    """
    kinds = ["RELOCATION_STAFFED", "LEGACY_BACKSTOP", "PROPERTY_MANAGED"]
    quotas = apportion(len(is_village), [shares[kind] for kind in kinds])
    lot = rng.random(len(is_village))
    chosen = ["PROPERTY_MANAGED"] * len(is_village)
    is_free = np.ones(len(is_village), dtype=bool)
    for kind, quota, is_likely in ((kinds[0], quotas[0], is_village), (kinds[1], quotas[1], is_inner)):
        leaning = lot + 0.6 * np.array(is_likely) - 9 * ~is_free
        for number in np.argsort(-leaning, kind="stable")[:quota]:
            chosen[number] = kind
            is_free[number] = False
    return chosen
