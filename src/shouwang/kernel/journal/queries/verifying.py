"""The proof: walk the chain of seals over the entries and name the first thing that differs."""

from __future__ import annotations

from dataclasses import dataclass

from shouwang.kernel.journal.models import Entry, Seal
from shouwang.kernel.journal.models.digests import MARK_BYTES, Chain, rows_between
from shouwang.util.text import Text


@dataclass(frozen=True, slots=True)
class Break:
    """Where the journal stops being what was sealed. `entry_id` is None when a seal itself is wrong."""

    seal_number: int
    entry_id: int | None
    what: Text


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a walk over the whole journal found. `entries` counts all, `unsealed` those not sealed yet."""

    is_intact: bool
    seals: int
    entries: int
    unsealed: int
    first_break: Break | None


def verify() -> VerifyReport:
    """Recompute every seal from the entries and compare; stops comparing at the first break."""
    broken: Break | None = None
    seals = expected_from = 0
    previous: Seal | None = None
    for seal in Seal.objects.order_by("number").iterator():
        seals += 1
        broken = _link_break(seal, previous) or _content_break(seal)
        if broken:
            break
        previous, expected_from = seal, seal.xact_until
    unsealed = Entry.objects.filter(xact__gte=expected_from).count() if not broken else 0
    return VerifyReport(broken is None, seals, Entry.objects.count(), unsealed, broken)


def _link_break(seal: Seal, previous: Seal | None) -> Break | None:
    number, start, digest = (
        (previous.number + 1, previous.xact_until, previous.digest) if previous else (1, 0, "")
    )
    if seal.number != number:
        words = Text("第 {number} 号封印不见了。", "Seal {number} is missing.")
        return Break(number, None, words.format(number=number))
    if (seal.xact_from, seal.previous_digest) != (start, digest):
        words = Text(
            "第 {number} 号封印和前一号接不上。", "Seal {number} does not continue the one before it."
        )
        return Break(number, None, words.format(number=number))
    return None


def _content_break(seal: Seal) -> Break | None:
    chain = Chain(seal.number, seal.xact_from, seal.xact_until, seal.previous_digest)
    marks = bytes(seal.marks)
    ids: list[int] = []
    strange: int | None = None
    for row in rows_between(Entry.objects.all(), seal.xact_from, seal.xact_until):
        place = len(ids) * MARK_BYTES
        ids.append(row.id)
        if chain.add(row) != marks[place : place + MARK_BYTES] and strange is None:
            strange = row.id
    if (chain.digest, chain.count, chain.marks) == (seal.digest, seal.entry_count, marks):
        return None
    return _named_break(seal, chain.count, strange)


def _named_break(seal: Seal, count: int, entry_id: int | None) -> Break:
    difference = count - len(bytes(seal.marks)) // MARK_BYTES
    if difference < 0 and entry_id is None:
        words = Text(
            "第 {seal} 号封印末尾少了 {many} 条记录。",
            "{many} entries are missing at the end of seal {seal}.",
        )
    elif difference < 0:
        words = Text(
            "第 {seal} 号封印里，{entry} 号记录之前少了记录（共少 {many} 条）。",
            "Seal {seal}: entries before number {entry} are missing ({many} in all).",
        )
    elif difference > 0:
        words = Text(
            "第 {seal} 号封印里，从 {entry} 号起有后来插进去的记录（共多 {many} 条）。",
            "Seal {seal}: entries were put in afterwards, from number {entry} on ({many} in all).",
        )
    elif entry_id is not None:
        words = Text(
            "第 {seal} 号封印里，{entry} 号记录被改动过。", "Seal {seal}: entry {entry} was changed."
        )
    else:
        words = Text("第 {seal} 号封印本身被改动过。", "Seal {seal} itself was changed.")
    return Break(seal.number, entry_id, words.format(seal=seal.number, entry=entry_id, many=abs(difference)))
