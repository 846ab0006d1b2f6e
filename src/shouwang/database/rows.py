"""Reading and writing rows of models without building queries, where that costs more than the database's work.

Building one query of thirty columns takes the ORM half a millisecond to a millisecond; these functions keep the
text per model and convert values as the ORM does. For the hottest paths only: everything else uses the ORM. No
signals are sent and no defaults of the database are filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

from shouwang.database.pipeline import send

_Row = TypeVar("_Row", bound=Model)


def columns(model: type[Model], alias: str) -> str:
    """Return the columns of a model for a SELECT, in the order in which `take` reads them."""
    return ", ".join(f'{alias}."{field.column}"' for field in _fields(model))


def take(values: Sequence[Any], *models: type[Model]) -> tuple[list[Any], Sequence[Any]]:
    """Return one instance per model from a row that holds their columns side by side, and the rest of the row."""
    instances = []
    for model in models:
        count = len(_fields(model))
        instances.append(_instance(model, values[:count]))
        values = values[count:]
    return instances, values


def insert(instances: Sequence[_Row]) -> None:
    """Insert instances of one model, whose keys are given, in one statement."""
    if not instances:
        return
    model = type(instances[0])
    fields = _fields(model)
    row = f"({', '.join(['%s'] * len(fields))})"
    send(
        f"{_insert_into(model)} VALUES {', '.join([row] * len(instances))}",
        [_prepared(field, instance) for instance in instances for field in fields],
    )
    for instance in instances:
        instance._state.adding, instance._state.db = False, connection.alias


def update(instance: Model, *names: str) -> None:
    """Write some fields of an instance to its row."""
    model = type(instance)
    by_name = _by_name(model)
    send(
        _update(model, names),
        [*(_prepared(by_name[name], instance) for name in names), instance.pk],
    )


def _prepared(field: Field[Any, Any], instance: Model) -> Any:  # noqa: ANN401 - what the driver takes
    return field.get_db_prep_save(getattr(instance, field.attname), connection)


def _instance(model: type[_Row], values: Sequence[Any]) -> _Row:
    converted = [
        convert(value, None, connection) if convert else value
        for convert, value in zip(_converters(model), values, strict=True)
    ]
    return model.from_db(connection.alias, _names(model), converted)


@lru_cache
def _fields(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    return tuple(model._meta.concrete_fields)


@lru_cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in _fields(model)]


@lru_cache
def _by_name(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {field.name: field for field in _fields(model)}


@lru_cache
def _converters(model: type[Model]) -> list[Any]:
    return [getattr(field, "from_db_value", None) for field in _fields(model)]


@lru_cache
def _insert_into(model: type[Model]) -> str:
    named = ", ".join(f'"{field.column}"' for field in _fields(model))
    return f'INSERT INTO "{model._meta.db_table}" ({named})'


@lru_cache
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    by_name = _by_name(model)
    assigned = ", ".join(f'"{by_name[name].column}" = %s' for name in names)
    key = by_name[model._meta.pk.name].column
    return f'UPDATE "{model._meta.db_table}" SET {assigned} WHERE "{key}" = %s'  # noqa: S608 names of tables and columns
