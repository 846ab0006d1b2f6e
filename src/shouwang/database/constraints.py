"""Constraints that PostgreSQL keeps without any extension."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db.models import F, Func, Value


def never_overlaps(
    name: str, *keys: str, from_field: str = "from_at", until_field: str = "until_at"
) -> ExclusionConstraint:
    """Return a constraint: rows with equal `keys` (big integers) cover times that never overlap.

    The times run from `from_field` until just before `until_field` (empty: without end). Equality is said as the
    overlap of one-number ranges, so that the database needs no btree_gist.
    """
    time = Func(
        F(from_field), F(until_field), Value("[)"), function="tstzrange", output_field=DateTimeRangeField()
    )
    same = [
        (Func(F(key), F(key), Value("[]"), function="int8range"), RangeOperators.OVERLAPS) for key in keys
    ]
    return ExclusionConstraint(name=name, expressions=[*same, (time, RangeOperators.OVERLAPS)])
