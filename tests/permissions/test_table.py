"""The permission table: every route, every duty of the cast, the answer expected (tests/permissions/table.csv).

A new route or duty fails until its row stands in the table. Write it anew with
`SHOUWANG_WRITE_TABLE=1 pytest tests/permissions`, and read the difference before committing it: each 200 that was
a 403 or 404 is a door opened.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

TABLE = Path(__file__).with_name("table.csv")
OUTSIDE = "other-worker"
#: Ends the reader's session, and with it the meaning of every answer after it; tests/portal tries it.
LEFT_OUT = {"portal:sign-out"}


@pytest.fixture
def chain(district):
    from tests.permissions import chain as chains

    return chains.build(district)


def address(pattern, chain):
    """Fill a route's pattern with the objects of the chain."""
    from shouwang.domains.gates.models import Registration

    waiting = chain.waiting
    values = {
        "cases/<int:pk>": f"cases/{chain.case.pk}",
        "steps/<int:pk>": f"steps/{chain.step.pk}",
        "handovers/<int:pk>": f"handovers/{chain.handover.pk}",
        "duties/<int:pk>": f"duties/{chain.post.pk}",
        "holdings/<int:pk>": f"holdings/{chain.holding.pk}",
        "quarantine/<int:pk>": f"quarantine/{chain.case.pk}",
        "gate/<int:pk>": f"gate/{waiting.pk}",
        "objections/<int:pk>": "objections/0",
        "orders/<int:pk>": f"orders/{chain.order.pk}",
        "campaigns/<slug:key>": "campaigns/community",
        "shifts/<uuid:pk>": f"shifts/{chain.shift.pk}",
        "procedures/drafts/<int:pk>": f"procedures/drafts/{chain.draft.pk}",
        "elements/<str:element>": "elements/suitability",
        "issues/<int:pk>": f"issues/{chain.issue.pk}",
        "<slug:role>": "community_worker",
        "<uuid:public_id>": str(waiting.public_id),
        "c/r/<str:token>": f"c/r/{Registration.objects.get(pk=waiting.pk).status_token}",
        "p/<str:token>": f"p/{chain.link}",
        "<str:token>": "not-a-token",
        "places/<slug:code>": "places/410105006001",
        "c/<str:code>": "c/410105-S01",
        "poster/<str:code>": "poster/410105-S01",
        "<slug:key>/<int:version>": "HOME_QUARANTINE/1",
        "procedures/<slug:key>": "procedures/HOME_QUARANTINE",
        "learning/<slug:key>": "learning/HOME_QUARANTINE",
        "log.<slug:form>": "log.xes",
        "indicators/<slug:key>": "indicators/courtyards",
        "board/cases/<slug:part>": "board/cases/contained",
        "flow/<slug:part>": "flow/opened",
        "<int:order>": "0",
        "<str:number>": "none",
    }
    for placeholder, value in values.items():
        pattern = pattern.replace(placeholder, value)
    assert "<" not in pattern, f"the table does not know how to fill {pattern}"
    return f"/{pattern}"


def status(client, method, url):
    """Return the status of a request whose changes are taken back."""
    with transaction.atomic():
        answer = getattr(client, method)(url)
        transaction.set_rollback(True)
    return answer.status_code


def answers(district, chain):
    """Ask every route as everybody of the cast and as nobody; return (method, route) → who → status."""
    from shouwang.districts.jinshui.cast import CAST
    from shouwang.web.access import routes

    readers = {"nobody": Client(HTTP_ACCEPT_LANGUAGE="zh-CN")}
    for member in CAST:
        readers[member.username] = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
        readers[member.username].force_login(district.account(member.username))
    found = {}
    for route in routes():
        if route.name.startswith("api:") or route.name in LEFT_OUT:
            continue
        url = address(route.pattern, chain)
        for method in ("get", "post"):
            found[method, route.name] = {who: status(reader, method, url) for who, reader in readers.items()}
    return found


def write(found):
    who = list(next(iter(found.values())))
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["method", "route", *who])
        rows.writerows([method, route, *row.values()] for (method, route), row in found.items())


def read():
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        (row.pop("method"), row.pop("route")): {who: int(code) for who, code in row.items()} for row in rows
    }


def test_every_route_answers_every_duty_as_the_table_says(district, chain):
    found = answers(district, chain)
    if os.environ.get("SHOUWANG_WRITE_TABLE") == "1":
        write(found)
    assert found == read()


def test_another_subdistrict_and_the_guard_see_none_of_it(district, chain):
    table = read()
    about_the_person = [
        key
        for key in table
        if key[1] in {"desk:case", "desk:step", "desk:reveal", "quarantine:order", "quarantine:papers"}
    ]
    assert len(about_the_person) == 10
    for key in about_the_person:
        assert table[key][OUTSIDE] in {403, 404, 405}, key
        assert table[key]["guard"] in {403, 404, 405}, key


def test_every_view_carries_exactly_one_access_decorator():
    from shouwang.web.access import routes

    bare = [route.name for route in routes() if route.access is None and not route.name.startswith("api:")]
    assert bare == []
