"""What the code on a paper says to whoever scans it, without an account."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from shouwang.kernel.documents import api as documents
from shouwang.util.problems import Problem
from shouwang.util.text import Text

_ADDRESS = re.compile(r"/verify/([A-Za-z0-9_.-]{20,})")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]{10,}")

#: How claims are called on the page; a claim that is not here is not shown.
CLAIM_NAMES = {
    "masked_name": Text("姓名（隐去一部分）", "Name (partly hidden)"),
    "case": Text("案件号", "Case"),
    "from_on": Text("开始", "From"),
    "until_on": Text("结束", "Until"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What everybody may know of a paper by its number alone."""

    kind: Text | None
    number: str
    issued_at: datetime
    revoked_at: datetime | None


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


def paper_with(number: str) -> Paper | None:
    """Return what everybody may know of the paper with this number, or None when there is none."""
    try:
        document = documents.get(unicodedata.normalize("NFKC", number))
    except Problem:
        return None
    return Paper(_kind(document.kind), document.number, document.created_at, document.revoked_at)


def token_in(text: str) -> str:
    """Return the token when `text` is the address behind a code, or the token itself; else nothing."""
    found = _ADDRESS.search(text)
    return found[1] if found else text.strip() if _TOKEN.fullmatch(text.strip()) else ""


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
