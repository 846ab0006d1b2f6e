"""What PostgreSQL knows about the tables: its planner guesses badly about rows it has not counted yet."""

from __future__ import annotations

from django.db import connection


def renew() -> None:
    """Count anew. After many rows came at once, in the same transaction or later.

    The server does so by itself within a minute or so after the commit; until then a query over two full
    tables that it believes empty may take minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("analyze")
