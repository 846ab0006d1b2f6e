"""The lock files: every package pinned and hashed, and no word about where it came from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", re.I)


def pins(name: str) -> dict[str, str]:
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        if match := PIN.match(line):
            found[normal(match[1])] = match[2]
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", FILES)
def test_no_lock_file_names_a_host(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_and_hashed(name):
    text = (ROOT / name).read_text()
    blocks = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.M))
    for block in blocks:
        assert PIN.match(block), block
        assert "--hash=sha256:" in block, block


def test_the_lock_files_agree_with_each_other_and_with_the_project():
    run, everything = (pins(name) for name in FILES)
    assert run.items() <= everything.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for wanted in project["project"]["dependencies"]:
        name, version = PIN.match(wanted).groups()
        assert run[normal(name)] == version
    for wanted in project["dependency-groups"]["dev"]:
        assert normal(re.split(r"[=\[]", wanted)[0]) in everything
