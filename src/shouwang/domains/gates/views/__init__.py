"""Pages of gates: for travellers (public) and for checkpoint crews."""

from shouwang.domains.gates.views.crew import (
    check,
    find,
    poster,
    queue,
    recheck,
    refer,
    scanned,
    withdraw,
)
from shouwang.domains.gates.views.travellers import checkpoints, own_page, places, register, status

__all__ = [
    "check",
    "checkpoints",
    "find",
    "own_page",
    "places",
    "poster",
    "queue",
    "recheck",
    "refer",
    "register",
    "scanned",
    "status",
    "withdraw",
]
