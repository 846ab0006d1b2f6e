"""Fixtures: the small district, with pages opened as somebody of the cast, and an order to every courtyard."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.fixture
def page(district, settings):
    """Open pages as one of the cast: `page("district-duty").get("/orders/")`."""
    from django.test import Client

    def signed_in(username, language="zh-hans"):
        reader = Client()
        reader.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        reader.force_login(district.account(username))
        return reader

    return signed_in


@pytest.fixture
def give(district):
    """Issue an order: `give("district-duty", kind="COURTYARD", role="courtyard_lead")`."""
    from shouwang.domains.orders import api as orders
    from shouwang.kernel.cases import api as cases  # noqa: F401 - registers what procedures need
    from shouwang.util import clock
    from shouwang.util.ids import new_uuid
    from shouwang.util.text import Text

    def given(username, kind="SUBDISTRICT", role="subdistrict_duty", areas=None, **more):
        answer = district.answer(username)
        place = answer.post.place
        codes = areas or list(type(place).objects.filter(parent=place).values_list("code", flat=True))
        values = {
            "request_key": new_uuid(),
            "title": Text("今晚清点独居老人", "Count elderly people living alone tonight"),
            "text": Text("逐户敲门，缺药的登记代买", "Knock at every door; note who needs medicine"),
            "campaign": "COMMUNITY",
            "targets": orders.chosen_places(place, kind, codes),
            "kind": kind,
            "role": role,
            "acknowledge_by": clock.now() + timedelta(hours=1),
            "due_at": clock.now() + timedelta(hours=10),
            **more,
        }
        return orders.issue(orders.NewOrder(**values), place, answer.person)

    return given
