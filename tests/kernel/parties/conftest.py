"""A place to live, and people who register."""

from __future__ import annotations

from datetime import date

import pytest

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Identification
from shouwang.util.identity import synthetic_id_number
from tests.kernel.places.conftest import territory  # noqa: F401 a fixture

NUMBER = synthetic_id_number(date(1990, 1, 2), 8)
PHONE = "10003710382"
GUARD = journal.person(1)
PUBLIC = journal.public("checkpoint")


def card(sequence: int, born_on: date = date(1980, 5, 6)) -> Identification:
    return Identification("ID_NUMBER", synthetic_id_number(born_on, sequence))


def register(
    name: str = "裴听澜", number: str = NUMBER, *, phone: str = "", actor=PUBLIC, kind: str = "ID_NUMBER"
):
    return parties.register_person(
        name=name, identification=Identification(kind, number), phone=phone, actor=actor, purpose="卡点登记"
    )


@pytest.fixture
def person(db, clock):
    return register(phone=PHONE)[0]


@pytest.fixture
def worker(db, clock):
    return register("何立山", synthetic_id_number(date(1980, 1, 1), 1))[0]
