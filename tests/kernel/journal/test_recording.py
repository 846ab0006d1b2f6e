"""Writing and reading entries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from shouwang.kernel.journal import api as journal
from shouwang.kernel.journal.api import Act, Actor, Entry, Ref
from shouwang.kernel.journal.models import Detail
from shouwang.kernel.journal.models.digests import personal_digest
from shouwang.util.identity import synthetic_id_number
from shouwang.util.text import Text

CASE = Ref("case", 7)
GUARD = journal.person(3)
PLACE = {"zh": "福田社区", "en": "Futian"}

pytestmark = pytest.mark.django_db


def test_an_entry_keeps_who_what_whom_when_and_where(clock):
    entry = journal.record(
        "test.opened", GUARD, CASE, thread="case:7", place_path="/1/2/", data={"place": PLACE, "count": 3}
    )
    kept = Entry.objects.get(pk=entry.pk)
    assert kept.at == clock.now()
    assert (kept.actor_kind, kept.actor_key, kept.subject_kind, kept.subject_key) == (
        "person",
        "3",
        "case",
        "7",
    )
    assert (kept.thread, kept.place_path, kept.personal_digest) == ("case:7", "/1/2/", "")
    assert journal.describe(kept) == Text("在福田社区开了 3 件", "Opened 3 at Futian")
    assert journal.link(kept) == "/case/7/"


def test_an_entry_knows_its_transaction():
    with transaction.atomic():
        entry = journal.record("test.opened", journal.SYSTEM, CASE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint + journal_shift()")
            assert cursor.fetchone() == (entry.xact,)
    assert Entry.objects.get(pk=entry.pk).xact == entry.xact


def test_the_public_acts_under_a_door_not_a_name():
    entry = journal.record("test.opened", journal.public("checkpoint"), CASE)
    assert Actor(entry.actor_kind, entry.actor_key) == Actor("public", "checkpoint")


def test_an_unknown_verb_is_refused():
    with pytest.raises(journal.UnknownVerbError, match=r"test\.closed"):
        journal.record("test.closed", GUARD, CASE)


def test_a_verb_is_registered_once_with_one_text():
    verb = journal.verb_of("test.opened")
    journal.register_verbs(verb)
    with pytest.raises(ValueError, match="already registered"):
        journal.register_verbs(journal.Verb("test.opened", Text("别的", "Other")))


def test_personal_keys_must_be_declared():
    with pytest.raises(journal.PersonalDataError, match="address"):
        journal.record("test.opened", GUARD, CASE, personal={"address": "x"})
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "open_part",
    [
        {"data": {"note": synthetic_id_number(date(1990, 1, 2), 7)}},
        {"data": {"list": [{"call": "10003710382"}]}},
        {"thread": "person:10003710382"},
    ],
)
def test_personal_numbers_cannot_stand_in_the_open_part(open_part):
    with pytest.raises(journal.PersonalDataError):
        journal.record("test.opened", GUARD, CASE, **open_part)
    assert not Entry.objects.exists()


def test_personal_details_stand_beside_the_entry_under_a_salted_digest():
    personal = {"before": "裴听澜"}
    entry = journal.record("test.opened", GUARD, CASE, personal=personal)
    detail = Detail.objects.get(entry=entry)
    assert journal.details([entry]) == {entry.pk: personal}
    assert entry.personal_digest == personal_digest(bytes(detail.salt), personal)
    assert entry.personal_digest != personal_digest(b"", personal)
    assert entry.data == {}


def test_shredding_takes_the_details_of_one_subject_and_leaves_the_entries():
    other = journal.record("test.opened", GUARD, Ref("case", 8), personal={"after": "b"})
    mine = [journal.record("test.opened", GUARD, CASE, personal={"after": "a"}) for _ in range(3)]
    assert journal.count_details(CASE) == 3
    assert journal.shred(CASE) == 3
    assert journal.shred(CASE) == 0
    assert journal.details([*mine, other]) == {other.pk: {"after": "b"}}
    assert len(journal.entries(subject=CASE)) == 3


def test_many_are_written_in_order_with_few_statements(django_assert_max_num_queries):
    acts = [Act("test.opened", GUARD, Ref("case", number), personal={"after": "x"}) for number in range(500)]
    with django_assert_max_num_queries(4):
        entries = journal.record_many(acts)
    assert [entry.subject_key for entry in entries] == [str(number) for number in range(500)]
    assert [entry.pk for entry in entries] == sorted(entry.pk for entry in entries)


def test_one_bad_act_among_many_writes_none():
    with pytest.raises(journal.UnknownVerbError):
        journal.record_many([Act("test.opened", GUARD, CASE), Act("nothing", GUARD, CASE)])
    assert not Entry.objects.exists()


def test_nothing_to_write_is_no_error():
    assert journal.record_many([]) == []


def test_entries_come_newest_first_by_thread_subject_actor_and_place(clock):
    written = []
    for number in range(6):
        clock.advance(timedelta(minutes=1))
        written.append(
            journal.record(
                "test.opened",
                journal.person(number % 2),
                Ref("case", number % 3),
                thread=f"case:{number % 3}",
                place_path="/1/2/" if number < 3 else "/1/20/",
            )
        )
    newest = written[::-1]
    assert journal.entries() == newest
    assert journal.entries(thread="case:1") == [newest[1], newest[4]]
    assert journal.entries(subject=Ref("case", 1)) == [newest[1], newest[4]]
    assert journal.entries(actor=journal.person(1)) == [newest[0], newest[2], newest[4]]
    assert journal.entries(place_path="/1/2/") == newest[3:]
    assert journal.entries(verbs=["test.closed"]) == []
    assert journal.entries(limit=2) == newest[:2]
    assert journal.entries(limit=2, before_id=newest[1].pk) == newest[2:4]


def test_the_words_of_an_entry_survive_missing_data_and_missing_verbs():
    entry = journal.record("test.opened", GUARD, CASE, data={"count": 3})
    assert journal.describe(entry) == Text("在…开了 3 件", "Opened 3 at …")
    entry.verb = "gone.away"
    assert journal.describe(entry) == Text("gone.away", "gone.away")
    assert journal.link(entry) == ""


@pytest.mark.parametrize("statement", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}"])
def test_entries_and_seals_can_be_neither_changed_nor_deleted(statement):
    entry = journal.record("test.opened", GUARD, CASE)
    with (
        pytest.raises(
            IntegrityError, match=f"append-only: entry {entry.pk} can be neither changed nor deleted"
        ),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(t="journal_entry", c="verb"))


def test_a_detail_can_be_shredded_but_not_changed():
    journal.record("test.opened", GUARD, CASE, personal={"after": "x"})
    with pytest.raises(IntegrityError, match="shredded, but not changed"), transaction.atomic():
        Detail.objects.update(data={})


def test_subscribed_jobs_are_deferred_with_the_entry():
    journal.subscribe("test.opened", "test.react")
    journal.subscribe("test.opened", "test.react")
    journal.subscribe("test.opened", "test.count")
    entries = journal.record_many([Act("test.opened", GUARD, CASE), Act("test.opened", GUARD, CASE)])
    jobs = (
        ProcrastinateJob.objects.filter(task_name__startswith="test.")
        .order_by("id")
        .values_list("task_name", "args")
    )
    told = [(name, {"entry_id": entry.pk}) for name in ("test.react", "test.count") for entry in entries]
    assert list(jobs) == told
    assert journal.entry(entries[0].pk) == entries[0]


def test_a_rolled_back_act_defers_nothing():
    journal.subscribe("test.opened", "test.react")

    def act_and_fail() -> None:
        with transaction.atomic():
            journal.record("test.opened", GUARD, CASE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_and_fail()
    assert not ProcrastinateJob.objects.filter(task_name="test.react").exists()
    assert not Entry.objects.exists()
