"""The folder tree is the architecture: who may import whom, checked on every run and without exceptions."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
INSIDE = ("models", "services", "queries", "forms", "jobs", "views", "urls", "endpoints")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("shouwang", cache_dir=None)


def test_every_import_contract_is_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_contract_has_an_exception():
    words = (ROOT / ".importlinter").read_text()
    assert "ignore_imports" not in words
    assert "unmatched_ignore" not in words


def test_a_kernel_concept_is_entered_by_its_api_alone_also_from_other_concepts(graph):
    strangers = []
    for module in graph.modules:
        concept = concept_of(module)
        if concept is None or part_of(module) not in INSIDE:
            continue
        for importer in graph.find_modules_that_directly_import(module):
            if concept_of(importer) != concept:
                strangers.append(f"{importer} -> {module}")
    assert strangers == []


def test_the_kernel_has_the_concepts_that_the_order_names():
    order = configparser.ConfigParser()
    order.read(ROOT / ".importlinter")
    named = order["importlinter:contract:kernel-order"]["layers"].replace("|", " ").split()
    folders = [
        path.name for path in (ROOT / "src/shouwang/kernel").iterdir() if (path / "__init__.py").exists()
    ]
    assert sorted(named) == sorted(folders)


def test_only_the_command_line_imports_the_commands(graph):
    inside = {module for module in graph.modules if module.startswith("shouwang.commands")}
    outside = {
        importer
        for module in inside
        for importer in graph.find_modules_that_directly_import(module)
        if importer not in inside
    }
    assert outside <= {"shouwang.__main__"}


def concept_of(module: str) -> str | None:
    """Return `shouwang.kernel.cases` for anything within it."""
    parts = module.split(".")
    return ".".join(parts[:3]) if parts[:2] == ["shouwang", "kernel"] and len(parts) > 2 else None


def part_of(module: str) -> str:
    """Return `services` for `shouwang.kernel.cases.services.opening`."""
    parts = module.split(".")
    return parts[3] if len(parts) > 3 else ""
