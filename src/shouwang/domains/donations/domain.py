"""The manifest of donations."""

from __future__ import annotations

from pathlib import Path

from shouwang.kernel.duties.api import Level, Role
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

_HERE = Path(__file__).parent
_STEP = frozenset({"case.work", "procedure.see"})
_SEE = _STEP | {"case.see"}

MANIFEST = Manifest(
    key="donations",
    name=Text("捐赠", "Donations"),
    roles=(
        Role(
            "red_cross_clerk",
            Text("红十字会经办", "Red Cross clerk"),
            Level.DISTRICT,
            _SEE,
        ),
        Role(
            "second_counter",
            Text("复点人", "Second counter"),
            Level.DISTRICT,
            _STEP,
        ),
        Role(
            "store_keeper",
            Text("仓库保管", "Store keeper"),
            Level.DISTRICT,
            _STEP,
        ),
        Role(
            "supply_allocator",
            Text("物资调配", "Supply allocation"),
            Level.DISTRICT,
            _SEE,
        ),
    ),
    procedures_folder=_HERE / "procedures",
)
