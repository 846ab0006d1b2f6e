"""What is vendored is what the manifest says, and holds what the pages use."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from shouwang.web import stylesheet, vendor
from shouwang.web.vendor import FONTS, MANIFEST, REPOSITORY, SOURCE, SPRITE, VENDOR

ROWS = json.loads(MANIFEST.read_text())
LICENCES = {"MIT", "0BSD", "OFL-1.1", "LicenseRef-bpmn-js"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["path"])
def test_each_file_is_the_one_in_the_manifest(row):
    content = (SOURCE / row["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert row["licence"] in LICENCES


def test_every_vendored_file_is_in_the_manifest():
    listed = {row["path"] for row in ROWS}
    found = {
        path.relative_to(SOURCE).as_posix()
        for folder in (VENDOR, FONTS)
        for path in (SOURCE / folder).rglob("*")
        if path.is_file() and path != MANIFEST
    }
    assert found == listed


def test_versions_are_those_of_the_lock_file_which_names_no_host():
    lock = json.loads((REPOSITORY / "package-lock.json").read_text())["packages"]
    for row in ROWS:
        assert lock[f"node_modules/{row['package']}"]["version"] == row["version"]
    assert not [name for name, package in lock.items() if "resolved" in package]
    assert [name for name, package in lock.items() if name and "integrity" not in package] == []


def test_the_sprite_holds_exactly_the_icons_in_use():
    drawn = re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text())
    assert drawn == vendor.icons_used(), "run make vendor"


def test_buttons_and_fields_look_as_their_templates_say():
    styles = "".join(path.read_text() for path in SOURCE.rglob("*.css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", styles))
    for page in SOURCE.rglob("*.html"):
        named = " ".join(re.findall(r'class="([^"]*)"', page.read_text())).split()
        unknown = {name for name in named if re.fullmatch(r"(btn|form)-[a-z-]+", name)} - known
        assert not unknown, f"{page.name}: {unknown} (run make vendor)"


def test_a_stylesheet_is_cut_to_the_classes_in_use():
    css = (
        "a{b:c}.btn,.gone{d:e}@media (min-width:1px){.gone{f:g}.btn:not(.gone){h:i}}"
        '.gone>a{j:k}@keyframes x{from{l:m}}:root:not(.x,[y]) .btn[title="}"]{n:o}'
    )
    assert stylesheet.cut(css, {"btn"}) == (
        'a{b:c}.btn{d:e}@media (min-width:1px){.btn:not(.gone){h:i}}:root:not(.x,[y]) .btn[title="}"]{n:o}'
    )


def test_the_watermark_of_the_diagram_viewer_is_whole():
    script = (SOURCE / VENDOR / "bpmn-navigated-viewer.min.js").read_text()
    assert "bjs-powered-by" in script


def test_nothing_of_ours_hides_the_watermark():
    styles = "".join(path.read_text() for path in SOURCE.rglob("*.css") if "vendor" not in path.parts)
    assert "bjs-powered-by" not in styles


def test_the_pdf_fonts_carry_chinese_names_and_latin():
    ttlib = pytest.importorskip("fontTools.ttLib")
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-SemiBold.ttf"):
        characters = set(ttlib.TTFont(SOURCE / FONTS / name).getBestCmap())
        assert {ord(c) for c in "郑州市金水区裴听澜喆玥啊齄ABCxyz0123℃，。《》✓→①"} <= characters
