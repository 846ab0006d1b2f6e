"""The hash chain over entries, made in batches, so that writers never wait for it.

A seal covers the entries of the transactions [last seal's end, horizon). The horizon is the oldest
transaction that was still running in the database: every transaction below it has ended, so nothing can land
below it any more, however long it took. One sealer at a time, by an advisory lock.
"""

from __future__ import annotations

from django.db import connection, transaction

from shouwang.kernel.journal.models import Entry, Seal
from shouwang.kernel.journal.models.digests import Chain, rows_between
from shouwang.util import clock

#: The advisory lock of the chain: "journal" in ASCII, as a number.
CHAIN_LOCK = int.from_bytes(b"journal")


def seal_pending() -> Seal | None:
    """Seal every entry that nothing can precede any more; return the new seal, or None if there is none."""
    with transaction.atomic():
        _lock_chain()
        _align()
        last = Seal.objects.order_by("-number").first()
        start, horizon = (last.xact_until if last else 0), _ask("SELECT journal_horizon()")
        if horizon <= start:
            return None
        number, previous = (last.number + 1, last.digest) if last else (1, "")
        chain = Chain(number, start, horizon, previous)
        for row in rows_between(Entry.objects.all(), start, horizon):
            chain.add(row)
        if chain.count == 0:
            return None
        return Seal.objects.create(
            number=number,
            xact_from=start,
            xact_until=horizon,
            entry_count=chain.count,
            digest=chain.digest,
            previous_digest=previous,
            marks=chain.marks,
            sealed_at=clock.now(),
        )


def align_after_restore() -> bool:
    """Let the numbering of transactions go on where the restored tables end; tell whether that was needed.

    A dump restored into a new server brings entries whose transaction numbers that server has not reached
    yet. Call this after a restore and before anything writes; otherwise it does nothing.
    """
    with transaction.atomic():
        _lock_chain()
        return _align()


def _align() -> bool:
    missing = _missing_numbers()
    if missing <= 0:
        return False
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE journal_entry IN SHARE ROW EXCLUSIVE MODE")
        shift = _ask("SELECT journal_shift()") + max(_missing_numbers(), 0)
        cursor.execute(
            "CREATE OR REPLACE FUNCTION journal_shift() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE "
            f"AS 'SELECT {shift:d}::bigint'"
        )
    return True


def _missing_numbers() -> int:
    """Return by how much the highest number in the tables is ahead of what this server can have given."""
    return _ask(
        "SELECT greatest((SELECT max(xact) + 1 FROM journal_entry),"
        " (SELECT max(xact_until) FROM journal_seal), 0)"
        " - pg_snapshot_xmax(pg_current_snapshot())::text::bigint - journal_shift()"
    )


def _lock_chain() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def _ask(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
