"""The door of procedures. Everything outside this concept uses these names and no others of it."""

from __future__ import annotations

from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures.models import ProcedureVersion
from shouwang.kernel.procedures.queries.diagrams import Drawing, drawings
from shouwang.kernel.procedures.queries.library import (
    in_force,
    list_in_force,
    profile_of,
    step_standard,
    step_standards,
    versions_of,
)
from shouwang.kernel.procedures.queries.profile import Cadence, FormField, Profile, StepSpec, read_profile
from shouwang.kernel.procedures.services.findings import Finding
from shouwang.kernel.procedures.services.publishing import Refused, check, load_folder, publish
from shouwang.kernel.procedures.services.registry import TaskContext, register_service_task, service_names
from shouwang.kernel.procedures.services.running import Start, complete, run_timers, send_message, start
from shouwang.util.text import Text

journal.register_verbs(
    journal.Verb(
        "procedure.published",
        Text("发布流程“{name_zh}”第 {version} 版", "Published procedure “{name_en}”, version {version}"),
    )
)

__all__ = [
    "Cadence",
    "Drawing",
    "Finding",
    "FormField",
    "ProcedureVersion",
    "Profile",
    "Refused",
    "Start",
    "StepSpec",
    "TaskContext",
    "check",
    "complete",
    "drawings",
    "in_force",
    "list_in_force",
    "load_folder",
    "profile_of",
    "publish",
    "read_profile",
    "register_service_task",
    "run_timers",
    "send_message",
    "service_names",
    "start",
    "step_standard",
    "step_standards",
    "versions_of",
]
