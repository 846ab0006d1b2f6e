"""Publishing tables and parameters, one by one or a folder at once. What was published is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.db import transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.rules.models import DecisionTable, Parameter
from shouwang.kernel.rules.queries.in_force import Published, forget, has_parameter
from shouwang.kernel.rules.services.checking import check_parameter, check_table, date_of
from shouwang.util.problems import Problem
from shouwang.util.text import Text

PARAMETERS_FILE = "parameters.json"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many tables and parameters a folder newly brought; what was known already does not count."""

    tables: int
    parameters: int


def load_folder(path: Path | str, actor: journal.Actor = journal.SYSTEM) -> Loaded:
    """Publish every table (`*.json`) and the parameters (`parameters.json`) of a folder; all or nothing.

    Loading the same files again changes nothing. Raises Problem, naming the file, for a file that is not
    JSON or not a sound table, or when something published reads differently now.
    """
    folder = Path(path)
    files = sorted(folder.glob("*.json"))
    with transaction.atomic():
        parameters = sum(
            _named(file, publish_parameter, row, actor)
            for file in files
            if file.name == PARAMETERS_FILE
            for row in _list(file)
        )
        tables = sum(
            _named(file, publish_table, _read(file), actor) for file in files if file.name != PARAMETERS_FILE
        )
    return Loaded(tables, parameters)


def publish_table(content: Mapping[str, Any], actor: journal.Actor = journal.SYSTEM) -> bool:
    """Publish one version of a decision table; False when that version is known and reads the same.

    `content` is that of a file: {"key", "version", "effective_from", "source", "hit", "jdm", "facts"?}.
    Raises Problem when it is not sound, names an unknown parameter, or changes a published version.
    """
    check_table(content, has_parameter)
    content = orjson.loads(orjson.dumps(content))
    key, version = str(content["key"]), str(content["version"])
    with transaction.atomic():
        known = _insert_or_get(
            DecisionTable,
            {"key": key, "version": version},
            {"effective_from": date_of(content), "content": content, "source": str(content["source"])},
        )
        if known is None:
            _record(
                "rules.table_published", actor, key, {"version": version, "from": content["effective_from"]}
            )
        elif known.content != content:
            raise Problem(
                "rules_version_changed",
                Text(
                    f"{key} 第 {version} 版已发布，不能改。",
                    f"Version {version} of {key} is published and cannot change.",
                ),
                do=Text("改了内容就升一个版本号，写上生效日期。", "Raise its version and date the new one."),
            )
    return known is None


def publish_parameter(row: Mapping[str, Any], actor: journal.Actor = journal.SYSTEM) -> bool:
    """Publish a parameter's value from a date on; False when it is known with the same value.

    `row`: {"key", "effective_from", "value", "unit"?, "source", "name_zh", "name_en"}; `name` may hold the
    two names as {"zh", "en"}. Raises Problem when it is incomplete or changes what was published.
    """
    row = _with_names(row)
    check_parameter(row)
    key, value = str(row["key"]), orjson.loads(orjson.dumps(row["value"]))
    with transaction.atomic():
        known = _insert_or_get(
            Parameter,
            {"key": key, "effective_from": date_of(row)},
            {
                "value": value,
                "unit": str(row.get("unit", "")),
                "source": str(row["source"]),
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
            },
        )
        if known is None:
            _record(
                "rules.parameter_published", actor, key, {"value": value, "from": str(row["effective_from"])}
            )
        elif known.value != value:
            raise Problem(
                "rules_parameter_changed",
                Text(
                    f"参数 {key} 从 {row['effective_from']} 起的值已发布，不能改。",
                    f"The value of {key} from {row['effective_from']} is published and cannot change.",
                ),
                do=Text("另写一行，写上新的生效日期。", "Add a row with a later date."),
            )
    return known is None


def _insert_or_get(model: Any, keys: Mapping[str, Any], values: Mapping[str, Any]) -> Any:  # noqa: ANN401 either model
    """Insert a row; return None, or the row that another has already published under these keys."""
    row, is_new = model.objects.get_or_create(**keys, defaults=dict(values))
    if not is_new:
        return row
    transaction.on_commit(Published())
    forget()
    return None


def _record(verb: str, actor: journal.Actor, key: str, data: Mapping[str, Any]) -> None:
    journal.record(verb, actor, journal.Ref("rule", key), thread=f"rule:{key}", data={"key": key, **data})


def _with_names(row: Mapping[str, Any]) -> Mapping[str, Any]:
    names = row.get("name")
    if not isinstance(names, Mapping):
        return row
    return {**row, "name_zh": names.get("zh"), "name_en": names.get("en")}


def _named(file: Path, publish: Any, content: Mapping[str, Any], actor: journal.Actor) -> bool:  # noqa: ANN401 either publisher
    try:
        is_new: bool = publish(content, actor)
    except Problem as problem:
        what = Text(f"{file.name}：{problem.what.zh}", f"{file.name}: {problem.what.en}")
        raise Problem(problem.code, what, problem.do, problem.why) from problem
    return is_new


def _read(file: Path) -> Mapping[str, Any]:
    content = _json(file)
    if not isinstance(content, Mapping):
        raise _not_json(file, "{…}")
    return content


def _list(file: Path) -> list[Mapping[str, Any]]:
    content = _json(file)
    if not isinstance(content, list) or any(not isinstance(row, Mapping) for row in content):
        raise _not_json(file, "[{…}, …]")
    return content


def _json(file: Path) -> Any:  # noqa: ANN401 whatever the file holds
    try:
        return orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise _not_json(file, str(error)) from None


def _not_json(file: Path, why: str) -> Problem:
    return Problem(
        "rules_not_json",
        Text(f"{file.name} 不是可用的 JSON（{why}）。", f"{file.name} is not usable JSON ({why})."),
    )
