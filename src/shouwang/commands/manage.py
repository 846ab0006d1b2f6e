"""`shouwang manage …`: Django's own commands, with the database running and translations compiled."""

from __future__ import annotations

from collections.abc import Sequence

from shouwang.commands import preparation


def run(words: Sequence[str]) -> int:
    """Hand `words` to Django; return the exit status."""
    with preparation.product():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["shouwang manage", *words])
    return 0
