"""Several things done at the same moment, each in a thread and on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do the acts in threads that start together; return what each returned or, where it failed, raised."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [job.result(60) for job in [pool.submit(run, act) for act in acts]]


def all_well(results: list[Any]) -> list[Any]:
    """Return the results of `at_once`; raise what the first that failed raised."""
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results
