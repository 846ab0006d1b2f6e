"""The district of this deployment, as the command line needs it: is it there, fill it in, let it live."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from types import ModuleType

from shouwang.commands import preparation
from shouwang.commands.progress import say


def is_loaded() -> bool:
    """Say whether the database holds a district."""
    from shouwang.kernel.places import api as places

    return places.Place.objects.filter(kind=places.PlaceKind.DISTRICT).exists()


def load(report: Callable[[str], None]) -> None:
    """Fill in the demo district, whole or not at all; `report` is told of each part."""
    _module("load").load_demo(report)


def load_methods() -> None:
    """Publish rules and procedures that are new or changed since the last start."""
    _module("methods").load_methods()


def run_simulation(arguments: argparse.Namespace) -> int:
    """Let days pass: arrivals, acceptances, misses and fevers, through the same services as people use."""
    with preparation.product():
        from django.conf import settings

        if not settings.IS_DEMO:
            say("✗ 只有演示数据可以模拟 only a demo may be simulated: run `shouwang demo` first")
            return 1
        simulation = _module("simulation")
        simulation.run(days=arguments.days, speed=arguments.speed, seed=arguments.seed, report=say)
    return 0


def _module(name: str) -> ModuleType:
    from django.conf import settings

    return importlib.import_module(f"{settings.DISTRICT}.{name}")
