"""Procedures: working methods as data (定职责、定流程、定规范、定时限), drawn, run, timed and versioned.

A procedure is a BPMN 2.0 file in which lanes are duties, user tasks carry a checklist, a time limit,
evidence and
a form, and ends carry outcomes. A procedure is not code: it may call only service tasks that a manifest
registered
by name, decide only by our rules, and compute only with safe expressions; Python in it cannot run.

A published version never changes. Running cases keep the version they began with. Who holds a step, how
its clock
climbs and what a handover means is kept by `shouwang.kernel.cases`; this concept says which step comes next.
Written to only through `services`, entered only through `api`.
"""
