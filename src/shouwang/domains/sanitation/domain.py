"""The manifest of sanitation."""

from __future__ import annotations

from pathlib import Path

from shouwang.kernel.duties.api import Level, Role
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

_HERE = Path(__file__).parent
_STEP = frozenset({"case.work", "procedure.see"})

MANIFEST = Manifest(
    key="sanitation",
    name=Text("环卫消杀", "Sanitation"),
    roles=(
        Role(
            "sanitation_crew",
            Text("环卫消杀队", "Sanitation crew"),
            Level.SUBDISTRICT,
            _STEP,
        ),
    ),
    procedures_folder=_HERE / "procedures",
)
