"""Statements on the way together: sent one after another, answered together, in one trip instead of many.

For the few acts that everybody does all day (completing a step). It is not a transaction: that is the caller's
`transaction.atomic()`, and the server carries out each statement after the one before, as always.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg.pq import PipelineStatus

#: What the driver can write into a statement: by position or by name.
Parameters = Any


class Asked:
    """The answer of a statement that is on its way; to be read when its `pipelined()` block is left."""

    def __init__(self, statement: str, parameters: Parameters) -> None:
        self._cursor = connection.cursor()
        self._cursor.execute(statement, parameters)

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows; read within the block they are waited for, at the price of a trip."""
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found

    def row(self) -> tuple[Any, ...] | None:
        """Return the first row, or None without any."""
        return next(iter(self.rows()), None)


@contextmanager
def pipelined() -> Iterator[None]:
    """Send the statements of the block without waiting for each one's answer; within another block, join it.

    Whatever reads an answer inside waits for all that was sent so far: let that be the last statement. An error
    comes up there or at the end of the block, as the error of Django that it would have been.
    """
    connection.ensure_connection()
    raw = connection.connection
    if raw.pgconn.pipeline_status != PipelineStatus.OFF:
        yield
        return
    with connection.wrap_database_errors, raw.pipeline():
        yield


def send(statement: str, parameters: Parameters) -> None:
    """Send a statement whose answer nobody reads."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
