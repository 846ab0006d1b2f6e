"""The district outside the demo: everything stands, and nobody can sign in with a known password."""

from __future__ import annotations

import pytest

from shouwang.districts.jinshui.load import load_demo
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties import api as parties


@pytest.mark.django_db
def test_outside_the_demo_no_account_is_opened(settings, clock):
    settings.IS_DEMO = False
    load_demo()
    assert parties.Account.objects.count() == 0
    assert duties.Holding.objects.count() > 8_000
