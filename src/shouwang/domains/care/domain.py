"""The manifest of care."""

from __future__ import annotations

from pathlib import Path

from shouwang.kernel.duties.api import Level, Role
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

_HERE = Path(__file__).parent
_STEP = frozenset({"case.work", "procedure.see"})
_SEE = _STEP | {"case.see"}

MANIFEST = Manifest(
    key="care",
    name=Text("居民服务", "Resident care"),
    roles=(
        Role(
            "volunteer_lead",
            Text("志愿服务队长", "Volunteer team lead"),
            Level.COMMUNITY,
            _STEP | {"person.reveal"},
        ),
        Role(
            "counsellor",
            Text("心理咨询师", "Counsellor"),
            Level.DISTRICT,
            _STEP | {"person.reveal"},
        ),
        Role(
            "civil_affairs",
            Text("民政救助", "Civil affairs"),
            Level.DISTRICT,
            _SEE | {"person.reveal"},
        ),
        Role(
            "city_management",
            Text("城管巡查", "City patrol"),
            Level.SUBDISTRICT,
            _STEP,
        ),
    ),
    procedures_folder=_HERE / "procedures",
)
