"""The manifest of tracing."""

from __future__ import annotations

from pathlib import Path

from shouwang.kernel.duties.api import Level, Role
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

_HERE = Path(__file__).parent
_STEP = frozenset({"case.work", "procedure.see"})
_SEE = _STEP | {"case.see"}

MANIFEST = Manifest(
    key="tracing",
    name=Text("密接协查", "Contact tracing"),
    roles=(
        Role(
            "cdc_officer",
            Text("区疾控", "District CDC officer"),
            Level.DISTRICT,
            _SEE | {"person.reveal"},
            is_round_the_clock=True,
        ),
        Role(
            "data_desk",
            Text("区数据专班", "District data desk"),
            Level.DISTRICT,
            _SEE,
        ),
    ),
    procedures_folder=_HERE / "procedures",
)
