"""Statements on the way together: in order, answered together, and failing as they would alone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.pq import PipelineStatus

from shouwang.database.pipeline import Asked, pipelined, send

pytestmark = pytest.mark.django_db

SET = "UPDATE notes SET text = %s WHERE id = 1"
READ = "SELECT text FROM notes WHERE id = %(id)s"


@pytest.fixture(autouse=True)
def notes(db):
    send("CREATE TEMPORARY TABLE notes (id int PRIMARY KEY, text text) ON COMMIT DROP", [])
    send("INSERT INTO notes VALUES (1, 'first')", [])


def test_each_statement_sees_what_the_one_before_did():
    with pipelined():
        send(SET, ["second"])
        asked = Asked(READ, {"id": 1})
        send(SET, ["third"])
        nothing = Asked(READ, {"id": 2})
    assert asked.row() == ("second",)
    assert nothing.row() is None
    assert Asked(READ, {"id": 1}).rows() == [("third",)]


def test_inner_block_joins_the_outer_one_and_the_line_is_left_at_its_end():
    with pipelined():
        with pipelined():
            send(SET, ["inner"])
        assert connection.connection.pgconn.pipeline_status == PipelineStatus.ON
    assert connection.connection.pgconn.pipeline_status == PipelineStatus.OFF
    assert Asked(READ, {"id": 1}).row() == ("inner",)


def insert_twice():
    with transaction.atomic(), pipelined():
        send(SET, ["lost"])
        send("INSERT INTO notes VALUES (1, 'again')", [])
        send(SET, ["never carried out"])


def test_error_is_the_one_of_django_and_rolls_back_to_the_savepoint():
    with pytest.raises(IntegrityError):
        insert_twice()
    assert Asked(READ, {"id": 1}).row() == ("first",)
