from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection, transaction

from shouwang.kernel.journal import api as journal
from shouwang.kernel.journal.models import Entry
from shouwang.kernel.rules import api as rules
from shouwang.kernel.rules.models import DecisionTable, Parameter
from shouwang.util.problems import Problem
from tests.kernel.rules import tables


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def parameters(db, clock):
    for one in tables.PARAMETERS:
        rules.publish_parameter(one)


def test_a_folder_is_loaded_once_however_often(db, clock, folder):
    path = folder(parameters=tables.PARAMETERS, fever=tables.FEVER)
    assert rules.load_folder(path) == rules.Loaded(tables=1, parameters=3)
    assert rules.load_folder(path) == rules.Loaded(0, 0)
    assert rules.parameter("term_days") == 14
    assert rules.table_keys() == {"fever"}
    verbs = list(Entry.objects.values_list("verb", flat=True))
    assert verbs == ["rules.parameter_published"] * 3 + ["rules.table_published"]
    told = journal.describe(Entry.objects.last())
    assert told.zh == "发布判定表 fever 第 1 版，2020-01-01 起生效"


def test_one_bad_file_and_nothing_of_the_folder_is_published(db, clock, folder):
    path = folder(parameters=tables.PARAMETERS, bad=tables.fever(effective_from="morgen"))
    with pytest.raises(Problem) as raised:
        rules.load_folder(path)
    assert raised.value.what.zh.startswith("bad.json：")
    assert "morgen" in raised.value.what.en
    assert not Parameter.objects.exists()
    with pytest.raises(rules.UnknownRuleError):
        rules.parameter("term_days")


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '"x"', "null"])
def test_what_is_no_json_object_is_named_by_its_file(db, clock, folder, text):
    with pytest.raises(Problem) as raised:
        rules.load_folder(folder(broken=text))
    assert raised.value.code == "rules_not_json"
    assert "broken.json" in raised.value.what.en


def without(*path):
    table = tables.fever()
    inner = table
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return table


def changed(value, *path):
    table = tables.fever()
    inner = table
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return table


@pytest.mark.parametrize(
    ("table", "code", "word"),
    [
        (without("key"), "rules_incomplete", "key"),
        (without("source"), "rules_incomplete", "source"),
        (changed("", "version"), "rules_incomplete", "version"),
        (changed("18.3.2020", "effective_from"), "rules_bad_date", "18.3.2020"),
        (changed("a string", "jdm"), "rules_not_a_table", "jdm"),
        (changed({"inputs": []}, "jdm"), "rules_not_a_table", "outputs"),
        (changed({"nodes": []}, "jdm"), "rules_not_a_table", "jdm"),
        (changed({"nodes": [{"type": "functionNode"}]}, "jdm"), "rules_not_a_table", "jdm"),
        (without("jdm", "inputs", 0, "id"), "rules_not_a_table", "id"),
        (changed("collect", "hit"), "rules_hit_policy", "first"),
        (changed("collect", "jdm", "hitPolicy"), "rules_hit_policy", "first"),
        (without("jdm", "outputs", 0), "rules_missing_columns", "outcome"),
        (without("jdm", "outputs", 2), "rules_missing_columns", "reason_en"),
        (changed("remedy_zh", "jdm", "outputs", 3, "field"), "rules_missing_columns", "remedy_en"),
        (changed("outcome", "jdm", "outputs", 3, "field"), "rules_bad_columns", "column"),
        (changed("", "jdm", "rules", 0, "r"), "rules_empty_cell", "Row 1"),
        (changed(">=", "jdm", "rules", 1, "f"), "rules_bad_cell", "forehead"),
        (changed("'HOLD", "jdm", "rules", 0, "r"), "rules_bad_cell", "outcome"),
        (changed("> '2020-03-18'", "jdm", "rules", 0, "o"), "rules_bad_cell", "d('2020-03-18')"),
        (changed(37.3, "jdm", "rules", 0, "a"), "rules_bad_cell", "string"),
        (changed("> p.nowhere", "jdm", "rules", 0, "a"), "rules_unknown_parameter", "nowhere"),
        (changed("'{p.nowhere}'", "jdm", "rules", 0, "zh"), "rules_unknown_parameter", "nowhere"),
        (changed("> 1", "jdm", "rules", 3, "a"), "rules_no_last_row", "last row"),
        (changed([], "jdm", "rules"), "rules_no_last_row", "last row"),
    ],
)
def test_a_table_that_is_not_sound_is_refused_with_what_is_wrong(parameters, table, code, word):
    with pytest.raises(Problem) as raised:
        rules.publish_table(table)
    assert raised.value.code == code
    assert word in raised.value.in_words().en
    assert "backtrace" not in raised.value.in_words().en
    assert not DecisionTable.objects.exists()


def test_a_parameter_needs_names_source_and_a_date(db, clock):
    for bad, code in (
        (tables.parameter("x", None), "rules_incomplete"),
        (tables.parameter("x", 1, source=""), "rules_incomplete"),
        (tables.parameter("x", 1, effective_from="soon"), "rules_bad_date"),
        (tables.parameter("x", 1, name_en=""), "rules_no_name"),
    ):
        with pytest.raises(Problem) as raised:
            rules.publish_parameter(bad)
        assert raised.value.code == code
    named = {**tables.parameter("x", 0), "name": {"zh": "某", "en": "Some"}}
    assert rules.publish_parameter(named)
    assert Parameter.objects.get().name_zh == "某"


def test_what_was_published_is_followed_never_changed(parameters):
    rules.publish_table(tables.FEVER)
    other = changed("'STOP'", "jdm", "rules", 0, "r")
    with pytest.raises(Problem) as raised:
        rules.publish_table(other)
    assert raised.value.code == "rules_version_changed"
    assert rules.publish_table({**other, "version": 2})
    with pytest.raises(Problem) as raised:
        rules.publish_parameter(tables.parameter("term_days", 7))
    assert raised.value.code == "rules_parameter_changed"
    assert rules.parameter("term_days") == 14


def test_the_database_itself_refuses_to_change_what_was_published(parameters):
    rules.publish_table(tables.FEVER)
    for change in (
        lambda: Parameter.objects.update(value=1),
        lambda: Parameter.objects.all().delete(),
        lambda: DecisionTable.objects.update(source="x"),
        lambda: DecisionTable.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="published"), transaction.atomic():
            change()


def publish_and_fail():
    with transaction.atomic():
        rules.publish_parameter(tables.parameter("fleeting", 1))
        assert rules.parameter("fleeting") == 1
        raise ZeroDivisionError


@pytest.mark.django_db
def test_what_was_rolled_back_was_never_in_force(clock):
    with pytest.raises(ZeroDivisionError):
        publish_and_fail()
    with pytest.raises(rules.UnknownRuleError):
        rules.parameter("fleeting")


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_with_its_whole_transaction_was_never_in_force(clock):
    with pytest.raises(ZeroDivisionError):
        publish_and_fail()
    assert not connection.in_atomic_block
    with pytest.raises(rules.UnknownRuleError):
        rules.parameter("fleeting")


@pytest.mark.django_db(transaction=True)
def test_others_see_what_was_committed_within_a_second(clock, monkeypatch):
    from shouwang.kernel.rules.queries import in_force

    rules.publish_parameter(tables.parameter("first", 1))
    assert rules.parameter("first") == 1
    Parameter.objects.create(  # as another process would
        key="second", effective_from="2020-01-01", value=2, source="x", name_zh="x", name_en="x"
    )
    with pytest.raises(rules.UnknownRuleError):
        rules.parameter("second")
    later = in_force.time.monotonic() + in_force.TRUST_SECONDS
    monkeypatch.setattr(in_force.time, "monotonic", lambda: later)
    assert rules.parameter("second") == 2


def test_the_fever_table_of_the_tests_is_sound(parameters):
    assert rules.publish_table(tables.fever(jdm=tables.graph(tables.FEVER["jdm"])))
