"""What the code on a paper says to whoever scans it, without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shouwang.kernel.documents import api as documents
from shouwang.util.problems import Problem
from shouwang.util.text import Text

#: How claims are called on the page; a claim that is not here is not shown.
CLAIM_NAMES = {
    "masked_name": Text("姓名（隐去一部分）", "Name (partly hidden)"),
    "case": Text("案件号", "Case"),
    "from_on": Text("开始", "From"),
    "until_on": Text("结束", "Until"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to say about a code: "GENUINE", "REVOKED" or "NOT_GENUINE", with what it says or why not."""

    state: str
    kind: Text | None = None
    number: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    lines: tuple[tuple[Text, object], ...] = ()
    problem: Problem | None = None


def verdict_on(token: str) -> Verdict:
    """Return what to say about the token of a code; never raises for a bad one."""
    try:
        claims = documents.verify_token(token)
    except Problem as problem:
        state = "REVOKED" if problem.code == "token_revoked" else "NOT_GENUINE"
        return Verdict(state, problem=problem)
    return Verdict(
        "GENUINE",
        kind=_kind(claims.kind),
        number=claims.number,
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
        lines=tuple(
            (name, _value(claims.claims[key])) for key, name in CLAIM_NAMES.items() if key in claims.claims
        ),
    )


def _kind(key: str) -> Text | None:
    try:
        return documents.kind_of(key).name
    except LookupError:
        return None


def _value(raw: object) -> object:
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return raw
