"""Signing in: counts attempts in the database, so that the limit holds for any number of processes.

An attempt is counted before the password is looked at: a hundred guesses at the same moment are a hundred
attempts, and only the first few of them reach the password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from shouwang.portal.models import SignInCount
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

WINDOW = timedelta(minutes=15)
#: Attempts in one window: of one account from one address, and of one account from all addresses together.
LIMIT_PAIR = 5
LIMIT_ACCOUNT = 50

_COUNT = """
    insert into portal_signincount as c (key, attempts, since_at) values (%(key)s, 1, %(now)s)
    on conflict (key) do update set
        attempts = case when c.since_at <= %(old)s then 1 else c.attempts + 1 end,
        since_at = case when c.since_at <= %(old)s then excluded.since_at else c.since_at end
    returning attempts, since_at
"""


class TooManyAttempts(Problem):
    """This account was tried too often from here; it opens again by itself (429)."""

    status = 429

    def __init__(self, minutes: int) -> None:
        super().__init__(
            "too_many_attempts",
            Text("密码试错太多次，先停一停。", "Too many wrong passwords; pause for a while."),
            do=Text(
                f"{minutes} 分钟后再试。忘了密码，找本单位的管理员重设。",
                f"Try again in {minutes} min. If you forgot it, ask your administrator for a new one.",
            ),
        )


@dataclass(frozen=True)
class Attempt:
    """One counted attempt, to be forgotten when it proves right."""

    keys: tuple[str, str]


def count_attempt(username: str, address: str) -> Attempt:
    """Count one attempt to sign in as `username` from `address`; raises TooManyAttempts beyond the limit."""
    name = username.strip().casefold()
    pair, account = _key("pair", name, address), _key("account", name)
    for key, limit in ((pair, LIMIT_PAIR), (account, LIMIT_ACCOUNT)):
        with connection.cursor() as cursor:
            now = clock.now()
            cursor.execute(_COUNT, {"key": key, "now": now, "old": now - WINDOW})
            attempts, since_at = cursor.fetchone()
        if attempts > limit:
            seconds = (since_at + WINDOW - now).total_seconds()
            raise TooManyAttempts(max(1, round(seconds / 60 + 0.49)))
    return Attempt((pair, account))


def forget_attempts(attempt: Attempt) -> None:
    """Clear the counts after a right password, and sweep windows that are long over."""
    SignInCount.objects.filter(key__in=attempt.keys).delete()
    SignInCount.objects.filter(since_at__lt=clock.now() - 2 * WINDOW).delete()


def _key(kind: str, *parts: str) -> str:
    return salted_hmac(f"shouwang.portal.{kind}", "\x00".join(parts), algorithm="sha256").hexdigest()
