"""Static files as people get them: under names with digests, imports between scripts included."""

from __future__ import annotations

import json
import re

import pytest

from shouwang.commands import static

IMPORT = re.compile(r"""^import .* from ["'](\.[^"']+)["']""", re.M)


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    static.collect()
    return settings.STATIC_ROOT


def test_every_file_has_a_name_with_its_digest_that_exists(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    assert "web/shell.js" in names
    assert all(hashed != name and (collected / hashed).exists() for name, hashed in names.items())


def test_scripts_import_each_other_by_those_names(collected):
    plain = [
        f"{path.name}: {imported}"
        for path in collected.rglob("*.*.js")
        if re.search(r"\.[0-9a-f]{12}\.js$", path.name)
        for imported in IMPORT.findall(path.read_text())
        if not re.search(r"\.[0-9a-f]{12}\.js$", imported)
    ]
    assert plain == []


def test_collecting_is_asked_for_only_when_a_source_has_changed(collected, monkeypatch):
    assert not static.is_stale()
    monkeypatch.setattr(static, "_fingerprint", lambda: "another")
    assert static.is_stale()
