"""The manifest of medical."""

from __future__ import annotations

from pathlib import Path

from shouwang.kernel.duties.api import Level, Role
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

_HERE = Path(__file__).parent
_STEP = frozenset({"case.work", "procedure.see"})

MANIFEST = Manifest(
    key="medical",
    name=Text("医疗处置", "Medical response"),
    roles=(
        Role(
            "finder",
            Text("发现人", "Finder"),
            Level.COURTYARD,
            _STEP,
        ),
        Role(
            "transport_dispatcher",
            Text("急救转运调度", "Ambulance and transport desk"),
            Level.DISTRICT,
            _STEP | {"person.reveal"},
            is_round_the_clock=True,
        ),
        Role(
            "transport_crew",
            Text("转运车组", "Transport crew"),
            Level.DISTRICT,
            _STEP | {"person.reveal"},
        ),
    ),
    rules_folder=_HERE / "rules",
    procedures_folder=_HERE / "procedures",
)
