"""What is imported is declared: a package that only happens to be installed would be missing in a clone."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = {"shouwang", "tests", "benchmarks"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[=<>\[ ;]", name)[0]).lower()


RUN = {normal(name) for name in PROJECT["project"]["dependencies"]}
EVERYTHING = RUN | {normal(name) for name in PROJECT["dependency-groups"]["dev"]}


def imported_below(folder: str, skip: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the packages of others that are imported below `folder`, each with a file that does."""
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        if str(path.relative_to(ROOT)) in skip:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for name in names:
                found[name.split(".")[0]] = str(path.relative_to(ROOT))
    return {name: path for name, path in found.items() if name not in OURS | sys.stdlib_module_names}


def undeclared(found: dict[str, str], declared: set[str]) -> dict[str, str]:
    distributions = packages_distributions()
    return {
        name: path
        for name, path in found.items()
        if not {normal(distribution) for distribution in distributions.get(name, [name])} & declared
    }


def test_the_product_imports_what_it_declares():
    makes_files = ("src/shouwang/web/vendor.py",)  # a tool of those who develop it
    assert undeclared(imported_below("src", makes_files), RUN) == {}


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "tools"])
def test_tests_and_tools_import_what_is_declared(folder):
    assert undeclared(imported_below(folder), EVERYTHING) == {}


def test_installed_apps_and_middleware_come_from_declared_packages():
    from django.conf import settings

    named = [*settings.INSTALLED_APPS, *settings.MIDDLEWARE]
    tops = {name.split(".")[0]: name for name in named}
    tops = {top: name for top, name in tops.items() if top not in OURS | sys.stdlib_module_names}
    assert undeclared(tops, RUN) == {}
