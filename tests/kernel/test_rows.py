"""Rows by hand are the rows of the ORM: what one writes the other reads, of every type that the tables have."""

from __future__ import annotations

from datetime import timedelta

from shouwang.database import rows
from shouwang.database.pipeline import Asked
from shouwang.kernel.cases.models import Case, Step
from shouwang.kernel.places.api import Place
from shouwang.kernel.procedures.models import Run
from shouwang.util import clock
from shouwang.util.ids import new_uuid
from tests.kernel.procedures.samples import errand
from tests.kernel.world import publish, start


def values(instance):
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def plain(instance):
    return {key: bytes(one) if isinstance(one, memoryview) else one for key, one in values(instance).items()}


def test_reads_several_models_side_by_side_as_the_orm_does(world):
    publish(errand())
    case = start(world, facts={"origin": ["a", 1], "nested": {"b": None}})
    found = Asked(
        f"SELECT {rows.columns(Case, 'c')}, {rows.columns(Place, 'p')}, {rows.columns(Run, 'r')}, 7 FROM cases_case c"
        " JOIN places_place p ON p.id = c.place_id JOIN procedures_run r ON r.case_id = c.id",
        [],
    ).row()
    (read, place, run), rest = rows.take(found, Case, Place, Run)
    assert plain(read) == plain(Case.objects.get(pk=case.pk))
    assert plain(place) == plain(Place.objects.get(pk=case.place_id))
    assert plain(run) == plain(Run.objects.get(case=case))
    assert list(rest) == [7]


def test_inserts_and_updates_what_the_orm_reads(world):
    publish(errand())
    step = Step.objects.get(case=start(world))
    twin = Step(**{**values(step), "id": step.pk + 1, "task_id": new_uuid(), "form": {"说明": "一 'b' %s"}})
    rows.insert([twin])
    assert plain(Step.objects.get(pk=twin.pk)) == plain(twin)
    twin.ticks, twin.due_at, twin.next_escalation_at = {"a": "b"}, clock.now() + timedelta(hours=1), None
    twin.name_zh = "不写"
    rows.update(twin, "ticks", "due_at", "next_escalation_at")
    read = Step.objects.get(pk=twin.pk)
    assert (read.ticks, read.due_at, read.next_escalation_at) == (twin.ticks, twin.due_at, None)
    assert read.name_zh == step.name_zh
    rows.insert([])
