"""Personal links: whose pages an address opens."""

from __future__ import annotations

import hashlib

from shouwang.kernel.parties.models import Person, PersonalLink
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text


class LinkNotGood(Problem):
    """The one same answer for an address that never was, has expired or was taken back (404)."""

    status = 404

    def __init__(self) -> None:
        super().__init__(
            "personal_link_not_good",
            Text("这个链接打不开，可能已过期或已收回。", "This link does not open; it may have expired."),
            do=Text(
                "请楼院专班或社区再给你一个新链接。",
                "Ask your courtyard team or community for a new one.",
            ),
        )


def person_by_link(token: str) -> Person:
    """Return the person whose pages the token opens; raises LinkNotGood."""
    link = (
        PersonalLink.objects.select_related("person")
        .filter(secret_digest=digest_of(token), expires_at__gt=clock.now(), person__shredded_at__isnull=True)
        .first()
    )
    if link is None:
        raise LinkNotGood
    return link.person


def digest_of(token: str) -> str:
    """Return what is kept of a token: it is long and random, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()
