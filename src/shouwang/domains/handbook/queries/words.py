"""How lists and guides put a step into words, in the language that is active: the same words on every medium."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.text import CHINESE, Text
from shouwang.web import wording


def said(text: Text) -> str:
    """Return a text in the active language."""
    return text.localised(get_language() or CHINESE)


def role_name(key: str) -> str:
    """Return the name of a duty, or its key when nobody registered it."""
    try:
        return said(duties.role(key).name)
    except duties.UnknownRoleError:
        return key


def span(length: timedelta) -> str:
    """Return a limit in words: 30 秒, 42 分, 2 小时, 3 天."""
    seconds = int(length.total_seconds())
    if seconds % 60:
        return _("%(s)s 秒") % {"s": seconds}
    return wording.span_text(seconds)


def limit(step: procedures.StepSpec) -> str:
    """Return by when a step is done: its limit, or that the case says so."""
    parts = [span(step.limit)] if step.limit else []
    if step.until_fact:
        parts.append(_("案件上定了时刻的，以那个时刻为准"))
    return pgettext("list", "；").join(parts)


def windows(step: procedures.StepSpec) -> list[str]:
    """Return the times of day at which readings are due while the step is open."""
    return [f"{start}–{end}" for start, end in step.cadence.windows] if step.cadence else []


def checklist(step: procedures.StepSpec) -> list[str]:
    """Return what must be done."""
    return [said(item.text) for item in step.checklist]


def fields(step: procedures.StepSpec) -> list[str]:
    """Return what is asked and filled in, with the answers to choose from."""
    return [_field(field) for field in step.form]


def _field(field: procedures.FormField) -> str:
    words = said(field.text)
    if field.options:
        answers = " / ".join(said(option.text) for option in field.options)
        words = _("%(what)s（%(answers)s）") % {"what": words, "answers": answers}
    return words if field.is_required else _("%(what)s，有就填") % {"what": words}


def evidence(step: procedures.StepSpec) -> list[str]:
    """Return what proves it."""
    return [
        said(item.text) if item.is_required else _("%(what)s，有就留") % {"what": said(item.text)}
        for item in step.evidence
    ]


def ways(step: procedures.MethodStep) -> list[str]:
    """Return what comes next, one line for each way on."""
    return [_way(way, step) for way in step.flow.ways]


def what_ifs(step: procedures.MethodStep) -> list[str]:
    """Return what to do when something else happens: 漏测 → 补测体温."""
    return [
        f"{said(one.name)} → {pgettext('comma', '，').join(_target(way, step) for way in one.ways)}"
        for one in step.flow.what_ifs
    ]


def climbs() -> list[tuple[str, timedelta]]:
    """Return to whom a late clock climbs and how long after its due instant, the lowest level first."""
    leads: dict[int, str] = {}
    for role in sorted(duties.roles(), key=lambda one: one.level):
        if role.leads:
            leads.setdefault(int(role.level), said(role.name))
    return [
        (leads.get(level) or said(cases.LEVEL_NAMES[level]), offset)
        for level, offset in enumerate(cases.climb_offsets(), start=1)
    ]


def climb_line(who: str, offset: timedelta) -> str:
    """Return one climb in words: 一超时升到社区主任, 过 2 小时升到街道值班."""
    if not offset:
        return _("一超时，升到%(who)s") % {"who": who}
    return _("超时满 %(span)s，升到%(who)s") % {"span": span(offset), "who": who}


def lateness(offset: timedelta) -> str:
    """Return when a clock climbs: 一超时, 超时满 2 小时."""
    return _("超时满 %(span)s") % {"span": span(offset)} if offset else _("一超时")


def _way(way: procedures.Way, step: procedures.MethodStep) -> str:
    target = _target(way, step)
    if not way.words:
        return target
    return f"{' · '.join(said(word) for word in way.words)} → {target}"


def _target(way: procedures.Way, step: procedures.MethodStep) -> str:
    name = said(way.name)
    if way.kind == "call":
        return _("转入流程“%(name)s”") % {"name": name}
    if way.kind == "end":
        return (_("结案：%(name)s") if way.key else _("这一支结束：%(name)s")) % {"name": name}
    spec = procedures.profile_of(step.version).steps.get(way.key)
    if spec is None or spec.role == step.spec.role:
        return name
    return _("%(name)s（%(role)s）") % {"name": name, "role": role_name(spec.role)}
