"""Can this process serve? Asked by whoever starts, watches or balances it: `GET /healthz`.

Answers for the web process and its database only, cheaply: one round trip per question once the migrations
have been seen to be applied. Not a diagnosis: that is `shouwang doctor`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from shouwang import __version__


@dataclass(frozen=True)
class Health:
    """Whether this process can serve, and in one short word why not."""

    is_ready: bool
    reason: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the body of the answer."""
        status = {"status": "ready" if self.is_ready else "unready", "version": __version__}
        return status | ({"reason": self.reason} if self.reason else {})


def check() -> Health:
    """Ask the database. Never raises; says nothing about where the database is."""
    connection.close_if_unusable_or_obsolete()  # as Django does around a request, of which it knows nothing
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        waiting = _unapplied_migrations()
    except DatabaseError:
        return Health(is_ready=False, reason="database unreachable")
    finally:
        connection.close_if_unusable_or_obsolete()
    return Health(is_ready=not waiting, reason=f"{waiting} migrations not applied" if waiting else "")


def _unapplied_migrations() -> int:
    """Count migrations that wait. Once none does this process looks no more: they are never undone."""
    global _all_applied  # noqa: PLW0603 (what this process has once seen)
    if _all_applied:
        return 0
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    _all_applied = waiting == 0
    return waiting


_all_applied = False
