"""The manifest of survey."""

from __future__ import annotations

from pathlib import Path

from shouwang.kernel.duties.api import Level, Role
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

_HERE = Path(__file__).parent
_STEP = frozenset({"case.work", "procedure.see"})
_SEE = _STEP | {"case.see"}

MANIFEST = Manifest(
    key="survey",
    name=Text("入户排查", "Household survey"),
    roles=(
        Role(
            "grid_worker",
            Text("网格员", "Grid worker"),
            Level.COMMUNITY,
            _SEE | {"person.reveal"},
        ),
    ),
    rules_folder=_HERE / "rules",
    procedures_folder=_HERE / "procedures",
)
