"""The hash chain: sealed once, in the right order, without waiting, and proving what was changed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction
from procrastinate.contrib.django import app

from shouwang.kernel.journal import api as journal
from shouwang.kernel.journal.api import Act, Entry, Ref, Seal
from shouwang.kernel.journal.jobs import seal as seal_job
from shouwang.kernel.journal.models.digests import MARK_BYTES

CASE = Ref("case", 7)

pytestmark = pytest.mark.django_db(transaction=True)


def write(count: int = 1, key: int = 7) -> list[Entry]:
    return journal.record_many(Act("test.opened", journal.SYSTEM, Ref("case", key)) for _ in range(count))


def tamper(statement: str, *values: object) -> None:
    """Do what an owner of the tables can: switch the triggers off, and change what must not change."""
    tables = ("journal_entry", "journal_seal")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            cursor.execute(statement, values)
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class Writer:
    """A transaction of another connection that stays open until it is told to end."""

    def __init__(self, key: int) -> None:
        self._key = key
        self._wrote, self._may_end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.rolls_back = False

    def __enter__(self):
        self._thread.start()
        assert self._wrote.wait(10)
        return self

    def __exit__(self, *_):
        self.end()

    def end(self) -> None:
        self._may_end.set()
        self._thread.join(10)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                write(key=self._key)
                self._wrote.set()
                self._may_end.wait(10)
                if self.rolls_back:
                    transaction.set_rollback(True)
        finally:
            connections.close_all()


def test_nothing_to_seal_makes_no_seal():
    assert journal.seal_pending() is None
    report = journal.verify()
    assert (report.is_intact, report.seals, report.entries, report.unsealed) == (True, 0, 0, 0)


def test_each_seal_continues_the_one_before(clock):
    write(3)
    first = journal.seal_pending()
    write(2)
    second = journal.seal_pending()
    assert (first.number, first.entry_count, first.previous_digest, first.xact_from) == (1, 3, "", 0)
    assert (second.number, second.entry_count) == (2, 2)
    assert (second.xact_from, second.previous_digest) == (first.xact_until, first.digest)
    assert first.sealed_at == clock.now()
    assert len(bytes(first.marks)) == 3 * MARK_BYTES
    assert journal.seal_pending() is None
    report = journal.verify()
    assert (report.is_intact, report.seals, report.entries, report.unsealed) == (True, 2, 5, 0)


def test_an_open_transaction_holds_the_horizon_but_nobody_up():
    write(key=1)
    with Writer(key=2) as slow:
        write(key=3)  # later number, committed first
        early = journal.seal_pending()
        assert early.entry_count == 1
        assert journal.seal_pending() is None
        assert journal.verify().unsealed == 1
        slow.end()
        late = journal.seal_pending()
    assert late.entry_count == 2
    in_order = Entry.objects.order_by("xact", "id").values_list("subject_key", flat=True)
    assert list(in_order) == ["1", "2", "3"]
    assert journal.verify().is_intact


def test_a_transaction_that_rolls_back_leaves_no_gap():
    with Writer(key=2) as slow:
        write(key=3)
        slow.rolls_back = True
    assert journal.seal_pending().entry_count == 1
    assert journal.verify().is_intact


def test_many_writers_and_several_sealers_seal_each_entry_once():
    def writer(key: int) -> None:
        try:
            for size in (1, 3, 2):
                with transaction.atomic():
                    write(size, key)
                    write(size, key)
        finally:
            connections.close_all()

    def sealer(_: int) -> None:
        try:
            for _ in range(6):
                journal.seal_pending()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(9) as pool:
        writers = [pool.submit(writer, key) for key in range(6)]
        sealers = [pool.submit(sealer, number) for number in range(3)]
        for job in (*writers, *sealers):
            job.result(30)
    journal.seal_pending()
    report = journal.verify()
    assert report.is_intact
    assert (report.entries, report.unsealed) == (6 * 12, 0)
    assert sum(seal.entry_count for seal in Seal.objects.all()) == 6 * 12


def test_shredding_keeps_the_chain_whole():
    journal.record("test.opened", journal.SYSTEM, CASE, personal={"before": "裴听澜"})
    journal.seal_pending()
    assert journal.shred(CASE) == 1
    assert journal.verify().is_intact


def sealed_entries() -> list[Entry]:
    write(4)
    journal.seal_pending()
    entries = write(5)
    journal.seal_pending()
    write(3)
    journal.seal_pending()
    return entries


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'test.closed'",
        "at = at + interval '1 microsecond'",
        "actor_key = '9'",
        "data = '{\"count\": 1}'",
        "place_path = '/1/'",
        "personal_digest = repeat('0', 64)",
    ],
)
def test_a_changed_entry_is_named(change):
    entries = sealed_entries()
    tamper(f"UPDATE journal_entry SET {change} WHERE id = %s", entries[2].pk)
    report = journal.verify()
    assert not report.is_intact
    assert (report.first_break.seal_number, report.first_break.entry_id) == (2, entries[2].pk)
    assert report.first_break.what.zh == f"第 2 号封印里，{entries[2].pk} 号记录被改动过。"
    assert report.first_break.what.en == f"Seal 2: entry {entries[2].pk} was changed."


def test_of_two_changes_the_first_is_named():
    entries = sealed_entries()
    for entry in (entries[4], entries[1]):
        tamper("UPDATE journal_entry SET verb = 'x' WHERE id = %s", entry.pk)
    assert journal.verify().first_break.entry_id == entries[1].pk


def test_a_missing_entry_is_placed():
    entries = sealed_entries()
    tamper("DELETE FROM journal_entry WHERE id = %s", entries[2].pk)
    broken = journal.verify().first_break
    assert (broken.seal_number, broken.entry_id) == (2, entries[3].pk)
    assert "missing (1 in all)" in broken.what.en


def test_entries_missing_at_the_end_of_a_seal_are_counted():
    entries = sealed_entries()
    tamper("DELETE FROM journal_entry WHERE id >= %s AND id <= %s", entries[3].pk, entries[4].pk)
    broken = journal.verify().first_break
    assert (broken.seal_number, broken.entry_id) == (2, None)
    assert broken.what.zh == "第 2 号封印末尾少了 2 条记录。"


def test_an_entry_put_in_later_is_named():
    entries = sealed_entries()
    columns = ", ".join(field.column for field in Entry._meta.fields if field.column != "id")
    tamper(
        f"INSERT INTO journal_entry ({columns}) SELECT {columns} FROM journal_entry WHERE id = %s",
        entries[2].pk,
    )
    forged = Entry.objects.order_by("-id").first()
    broken = journal.verify().first_break
    assert (broken.seal_number, broken.entry_id) == (2, forged.pk)
    assert "put in afterwards" in broken.what.en


@pytest.mark.parametrize(
    ("statement", "number", "words"),
    [
        ("DELETE FROM journal_seal WHERE number = 2", 2, "Seal 2 is missing."),
        (
            "UPDATE journal_seal SET digest = repeat('0', 64) WHERE number = 2",
            2,
            "Seal 2 itself was changed.",
        ),
        ("UPDATE journal_seal SET entry_count = 4 WHERE number = 2", 2, "Seal 2 itself was changed."),
        ("UPDATE journal_seal SET previous_digest = '' WHERE number = 3", 3, "does not continue"),
    ],
)
def test_a_changed_seal_is_named(statement, number, words):
    sealed_entries()
    tamper(statement)
    broken = journal.verify().first_break
    assert broken.seal_number == number
    assert words in broken.what.en


def test_a_changed_entry_with_a_recomputed_seal_breaks_the_next_link():
    entries = sealed_entries()
    tamper("UPDATE journal_entry SET verb = 'x' WHERE id = %s", entries[2].pk)
    from shouwang.kernel.journal.models.digests import Chain, rows_between

    seal = Seal.objects.get(number=2)
    chain = Chain(seal.number, seal.xact_from, seal.xact_until, seal.previous_digest)
    with transaction.atomic():
        for row in rows_between(Entry.objects.all(), seal.xact_from, seal.xact_until):
            chain.add(row)
    tamper("UPDATE journal_seal SET digest = %s, marks = %s WHERE number = 2", chain.digest, chain.marks)
    broken = journal.verify().first_break
    assert broken.seal_number == 3
    assert "does not continue" in broken.what.en


def test_seals_can_be_neither_changed_nor_deleted():
    write()
    seal = journal.seal_pending()
    with pytest.raises(IntegrityError, match=f"seal {seal.pk} can be neither"), transaction.atomic():
        Seal.objects.update(digest="")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Seal.objects.all().delete()


@pytest.fixture
def restored():
    """Entries and seals of a server that had counted a billion transactions more than this one."""
    write(3)
    journal.seal_pending()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('journal_shift()'::regprocedure)")
        before = cursor.fetchone()[0]
        cursor.execute(
            "CREATE OR REPLACE FUNCTION journal_shift() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
            " AS 'SELECT 1000000000::bigint'"
        )
    write(2)
    journal.seal_pending()
    write(1)
    with connection.cursor() as cursor:
        cursor.execute(before)
    yield
    with connection.cursor() as cursor:
        cursor.execute(before)


def test_after_a_restore_the_numbers_go_on_and_the_chain_with_them(restored):
    assert journal.align_after_restore() is True
    assert journal.align_after_restore() is False
    highest = Entry.objects.order_by("-xact").first().xact
    assert write()[0].xact > highest
    assert journal.seal_pending().entry_count == 2
    report = journal.verify()
    assert report.is_intact
    assert (report.seals, report.entries, report.unsealed) == (3, 7, 0)


def test_an_ordinary_server_needs_no_aligning():
    write()
    assert journal.align_after_restore() is False
    journal.seal_pending()
    with Writer(key=2):
        write()
        assert journal.align_after_restore() is False


def test_the_periodic_job_seals_and_counts():
    write(4)
    assert seal_job(timestamp=0) == 4
    assert seal_job(timestamp=60) == 0


def test_the_worker_knows_the_job_and_when_to_start_it():
    assert "journal.seal" in app.tasks
    assert [
        task.cron
        for task in app.periodic_registry.periodic_tasks.values()
        if task.task.name == "journal.seal"
    ]
