from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction

from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.journal.models import Entry
from shouwang.kernel.notices import api as notices
from shouwang.kernel.notices import jobs
from shouwang.kernel.notices.services import signals
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places import api as places
from shouwang.util import clock as clocks
from shouwang.util.text import Text


@pytest.fixture
def heard(transactional_db):
    """A function that returns the payloads that another connection has heard since it was last asked."""
    settings = connection.get_connection_params()
    wanted = {key: settings[key] for key in ("host", "port", "dbname", "user", "password")}
    with psycopg.connect(**wanted, autocommit=True) as listener:
        listener.execute(f"LISTEN {signals.CHANNEL}")

        def hear() -> list[str]:
            return [notification.payload for notification in listener.notifies(timeout=0.3)]

        yield hear


def topics(payloads):
    return sorted(word for payload in payloads for word in payload.split() if not word.startswith("#"))


def touch_and_fail(*topics):
    with transaction.atomic():
        notices.touch(*topics)
        raise ZeroDivisionError


def test_pages_hear_of_a_change_when_it_is_committed_and_not_before(heard):
    with transaction.atomic():
        notices.touch("board", "case:7")
        assert heard() == []
    assert topics(heard()) == ["board", "case:7"]


def test_what_is_rolled_back_was_never_said(heard):
    with pytest.raises(ZeroDivisionError):
        touch_and_fail("board")
    assert heard() == []
    notices.touch("board")  # and is not taken for said
    assert topics(heard()) == ["board"]


def test_a_topic_told_again_in_one_transaction_costs_nothing(heard, django_assert_num_queries):
    with transaction.atomic():
        notices.touch("board", "case:7")
        with django_assert_num_queries(0):
            notices.touch("case:7", "board")
            notices.touch()
        with django_assert_num_queries(1):
            notices.touch("board", "case:8")
    assert topics(heard()) == ["board", "case:7", "case:8"]


def test_a_topic_told_in_a_savepoint_that_was_undone_is_told_again(heard):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            touch_and_fail("board")
        notices.touch("board")
    assert topics(heard()) == ["board"]


def test_all_words_of_one_transaction_name_it_and_the_next_has_another_name(heard):
    for _ in range(2):
        with transaction.atomic():
            notices.touch("board")
            notices.touch("case:7")
    names = [payload.split()[0] for payload in heard()]
    assert names[0] == names[1] != names[2] == names[3]
    assert all(name.startswith("#") for name in names)


def test_thousands_of_topics_travel_in_parcels_that_postgresql_takes(heard):
    wanted = sorted(f"work:{number}" for number in range(3_000))
    notices.touch(*wanted)
    payloads = heard()
    assert topics(payloads) == wanted
    assert max(len(payload) for payload in payloads) < 8_000


@pytest.mark.parametrize("topic", ["", " ", "two words", "#1", "字" * 70])
def test_what_is_no_topic_is_refused(db, topic):
    with pytest.raises(ValueError, match="topic"):
        notices.touch(topic)


def test_a_notice_refreshes_the_inbox_it_lies_in(heard):
    person = Person.objects.create(name="某人", created_at=clocks.now())
    title = Text("请接收", "Please accept")
    notices.send([person], kind="test", title=title, thread="case:1")
    assert topics(heard()) == [f"inbox:{person.pk}"]
    notices.mark_read(person)
    notices.close_thread("case:1")
    assert topics(heard()) == [f"inbox:{person.pk}"] * 2


def test_a_change_of_duty_refreshes_the_board_and_the_persons_page(heard):
    person = Person.objects.create(name="某人", created_at=clocks.now())
    place = places.create_place(
        kind="DISTRICT", code="D", name_zh="区", name_en="District", parent=None, actor=journal.SYSTEM
    )
    post = duties.create_posts([duties.PostRow("district_duty", place, Text("值班", "Desk"))])[0]
    duties.assign(post, person, from_at=clocks.now(), actor=journal.SYSTEM)
    heard()
    jobs.duty_changed(Entry.objects.get(verb="duty.begun").pk)
    assert topics(heard()) == ["board", f"work:{person.pk}"]
