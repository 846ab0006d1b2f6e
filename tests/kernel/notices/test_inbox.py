from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.kernel.notices import api as notices
from shouwang.kernel.notices.models import Notice
from shouwang.kernel.parties.api import Person
from shouwang.util import clock as clocks
from shouwang.util.text import Text

TITLE = Text("请接收：居家隔离", "Please accept: home quarantine")


@pytest.fixture
def people(db, clock):
    return [Person.objects.create(name=f"某人{number}", created_at=clocks.now()) for number in range(3)]


def send(*recipients, **more):
    values = {"kind": "handover.offered", "title": TITLE, **more}
    return notices.send(recipients, **values)


def test_a_notice_lies_in_each_inbox_once(people):
    first, second, third = people
    send(first, second, first, thread="case:1", link="/cases/1/", urgency="URGENT")
    assert [notice.title for notice in notices.inbox(first)] == [TITLE]
    assert notices.inbox(first)[0].urgency == notices.Urgency.URGENT
    assert notices.unread_count(second) == 1
    assert not notices.inbox(third)


def test_the_newest_stands_first_and_the_list_ends_at_the_limit(people):
    for number in range(5):
        send(people[0], title=Text(f"第{number}条", f"No. {number}"))
    assert [notice.title_en for notice in notices.inbox(people[0], limit=2)] == ["No. 4", "No. 3"]


def test_reading_is_by_the_recipient_only_and_counts_once(people):
    assert send(people[0], people[1]) == 2
    mine, others = Notice.objects.order_by("recipient")
    assert notices.mark_read(people[0], [mine.pk, others.pk]) == 1
    assert notices.mark_read(people[0], [mine.pk]) == 0
    assert notices.unread_count(people[0]) == 0
    assert notices.unread_count(people[1]) == 1
    send(people[1])
    assert notices.mark_read(people[1]) == 2


def test_reading_settles_nothing_and_closing_takes_it_away(people):
    send(people[0], people[1], thread="case:1")
    send(people[0], thread="case:2")
    notices.mark_read(people[0])
    assert len(notices.inbox(people[0])) == 2
    assert notices.close_thread("case:1") == 2
    assert notices.close_thread("case:1") == 0
    assert [notice.thread for notice in notices.inbox(people[0])] == ["case:2"]
    assert notices.unread_count(people[1]) == 0


def test_the_nameless_thread_cannot_be_closed(people):
    send(people[0])
    with pytest.raises(ValueError, match="thread"):
        notices.close_thread("")


def test_closed_notices_are_forgotten_after_a_month(people, clock):
    send(people[0], thread="case:1")
    send(people[0], thread="case:2")
    notices.close_thread("case:1")
    clock.advance(timedelta(days=30))
    assert notices.forget_closed() == 0
    clock.advance(timedelta(seconds=1))
    assert notices.forget_closed() == 1
    assert Notice.objects.get().thread == "case:2"


@pytest.mark.parametrize(
    "words",
    [
        {"title": Text("打给 13800138000", "Call")},
        {"body": Text("证件 11010519491231002X", "")},
        {"title": Text("只有中文", "")},
        {"urgency": "PANIC"},
    ],
)
def test_numbers_of_people_and_half_notices_are_refused_before_any_is_sent(people, words):
    with pytest.raises(ValueError, match=r"phone|id_number|title|PANIC"):
        send(*people, **words)
    assert not Notice.objects.exists()


def test_nothing_to_send_is_nothing(people):
    assert send() == 0
    assert notices.send_many([]) == 0


def test_ten_thousand_notices_are_a_few_statements(people, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        notices.send_many(
            notices.NewNotice(people[number % 3], "clock.climbed", TITLE) for number in range(10_000)
        )
    assert Notice.objects.count() == 10_000
