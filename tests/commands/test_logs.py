"""`shouwang event-log`: a file for tools of process mining, or a clear refusal."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest
from lxml import etree

from tests.kernel.procedures import lessons


@pytest.fixture
def command(db, clock, monkeypatch):
    """Run the command line on the database of the test."""
    from shouwang.__main__ import main
    from shouwang.commands import preparation
    from tests.kernel import world as worlds

    world = worlds.build()
    worlds.publish(lessons.TWO_STEPS)
    lessons.visits(world, clock, [10, 20, 30])
    monkeypatch.setattr(preparation, "product", nullcontext)
    return lambda *words: main(["event-log", *words])


def test_both_forms_are_written(command, tmp_path, capsys):
    target = tmp_path / "log.xes"
    assert command("--procedure", "TWO", "--out", str(target), "--until", "2020-03-18") == 0
    assert len(etree.parse(target).getroot().findall("{http://www.xes-standard.org/}trace")) == 3
    target = tmp_path / "log.jsonocel"
    assert command("--procedure", "TWO", "--format", "ocel", "--place", "S1", "--out", str(target)) == 0
    assert len([one for one in json.loads(target.read_text())["objects"] if one["type"] == "case"]) == 3
    assert "log.jsonocel" in capsys.readouterr().out


def test_days_and_places_narrow_it(command, tmp_path):
    target = tmp_path / "log.xes"
    for words in (("--since", "2020-03-19"), ("--until", "2020-03-17"), ("--place", "S2")):
        assert command("--procedure", "TWO", "--out", str(target), *words) == 0
        assert len(etree.parse(target).getroot().findall("{http://www.xes-standard.org/}trace")) == 0, words


def test_what_does_not_exist_is_refused(command, tmp_path, capsys):
    target = tmp_path / "log.xes"
    assert command("--procedure", "NONE", "--out", str(target)) == 1
    assert "TWO" in capsys.readouterr().err
    assert command("--procedure", "TWO", "--place", "nowhere", "--out", str(target)) == 1
    assert not target.exists()
    with pytest.raises(SystemExit):
        command("--procedure", "TWO", "--since", "soon", "--out", str(target))
