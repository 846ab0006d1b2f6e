"""The manifest of enterprises."""

from __future__ import annotations

from pathlib import Path

from shouwang.kernel.duties.api import Level, Role
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

_HERE = Path(__file__).parent
_STEP = frozenset({"case.work", "procedure.see"})
_SEE = _STEP | {"case.see"}

MANIFEST = Manifest(
    key="enterprises",
    name=Text("复产复工复学", "Work and school"),
    roles=(
        Role(
            "firm_contact",
            Text("单位防疫专员", "Contact of a firm or school"),
            Level.SITE,
            _STEP,
        ),
        Role(
            "lead_department",
            Text("行业主管部门", "Lead department"),
            Level.DISTRICT,
            _SEE,
        ),
    ),
    procedures_folder=_HERE / "procedures",
)
