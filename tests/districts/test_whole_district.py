"""The whole district in the database: the article's counts, and nobody without a chain."""

from __future__ import annotations

import json

import pytest
from django.db.models import Count

from shouwang.districts.jinshui import cast
from shouwang.districts.jinshui.load import load_demo
from shouwang.districts.jinshui.sources import DISTRICT
from shouwang.kernel.duties import api as duties
from shouwang.kernel.indicators import api as indicators
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import PlaceKind


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The whole district, loaded once for this module and rolled back after it."""
    from django.conf import settings
    from django.db import connection, transaction

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        is_demo = settings.IS_DEMO
        settings.IS_DEMO = True
        lines = []
        try:
            load_demo(lines.append)
            yield places.get(DISTRICT), lines
        finally:
            settings.IS_DEMO = is_demo
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            # while a browser test's event loop runs in this thread, this is a connection of its own
            connection.close()


def test_it_says_what_it_does(loaded):
    _, lines = loaded
    assert len(lines) == 5
    assert "2,133" in lines[0]


def test_every_figure_of_the_article_is_computed_from_its_records(loaded):
    table = indicators.article_table()
    own = [line for line in table if line["row"] == 1]
    assert [(line["article"], line["computed"], line["ok"]) for line in own] == [
        (number, number, True) for number in (75, 17, 214, 1892, 1892)
    ]


def test_no_place_is_without_its_chain(loaded):
    district, _ = loaded
    courtyards = list(places.subtree(district, PlaceKind.COURTYARD).values_list("pk", "path"))
    for level, depth in ((1, 3), (2, 2), (3, 1)):
        leads = duties.lead_for_many([pk for pk, _ in courtyards], level)
        assert len(leads) == 1892
        for pk, path in courtyards:
            own = "/".join(path.split("/")[: depth + 1]) + "/"
            assert leads[pk].post.place_path == own, "a lead of the right level, of this very branch"
    sites = places.subtree(district, PlaceKind.SITE)
    assert all(all(duties.escalation_chain(site)[1:]) for site in sites)


def test_every_round_the_clock_post_and_every_seat_is_held(loaded):
    district, _ = loaded
    assert duties.gaps(None, district) == []
    held = duties.Post.objects.annotate(people=Count("holdings"))
    assert not [post for post in held if post.people != post.seats]
    on_courtyards = places.subtree(district, PlaceKind.COURTYARD)
    for role in ("courtyard_lead", "courtyard_team"):
        assert on_courtyards.filter(duties.is_held("pk", role)).count() == 1892


def test_futian_has_the_staff_that_the_article_names(loaded):
    futian = places.get("410105007005")
    posts = duties.Post.objects.filter(place=futian, role__in=["community_director", "community_worker"])
    assert sum(post.seats for post in posts) == 17


def test_nobody_holds_two_posts_and_telephones_are_invented_and_single(loaded):
    people = duties.Holding.objects.values("person").annotate(posts=Count("pk")).filter(posts__gt=1)
    assert people.count() == 0
    phones = list(duties.Post.objects.values_list("work_phone", flat=True))
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("1000371") and len(phone) == 11 for phone in phones)


def test_loading_again_changes_nothing(loaded):
    before = _everything()
    posts = list(duties.Post.objects.order_by("pk").values_list("pk", "name_zh", "work_phone"))
    load_demo()
    assert _everything() == before
    assert list(duties.Post.objects.order_by("pk").values_list("pk", "name_zh", "work_phone")) == posts


def _everything():
    models = (
        places.Place,
        parties.Person,
        parties.Account,
        parties.Organisation,
        duties.Post,
        duties.Holding,
    )
    return [model.objects.count() for model in models]


def test_the_cast_has_accounts_in_the_demo(loaded):
    accounts = parties.Account.objects.exclude(demo_duty="")
    assert set(accounts.values_list("username", flat=True)) == {member.username for member in cast.EVERYBODY}


def test_no_name_or_number_got_into_the_open_journal(loaded):
    written = " ".join(json.dumps(data, ensure_ascii=False) for data in _journal("data"))
    threads = " ".join(f"{subject}{thread}" for subject, thread in _journal("subject_key", "thread"))
    assert not [member.name for member in cast.EVERYBODY if member.name in written]
    assert "1000371" not in written + threads
    assert "410199" not in written + threads


def _journal(*fields):
    return journal.Entry.objects.values_list(*fields, flat=len(fields) == 1)
