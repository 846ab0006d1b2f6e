"""The small commands: what they print, what they refuse."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta

import pytest

from shouwang import __main__ as command_line
from shouwang.commands import clock as clock_command
from shouwang.commands import doctor, reports
from shouwang.util import clock as clocks


@pytest.fixture
def demo_clock(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOUWANG_VAR", str(tmp_path))
    clocks.write_demo_clock(tmp_path / "clock.json", datetime(2030, 3, 20, 2, 0, tzinfo=UTC), speed=0)
    return tmp_path / "clock.json"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("2h30m", 9_000), ("1d", 86_400), ("0.5h", 1_800), ("1d2h3m4s", 93_784)],
)
def test_a_duration_is_read_as_people_write_it(text, seconds):
    assert clock_command.duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "2", "h", "-1h", "2 h", "1w", "1h30"])
def test_what_is_no_duration_is_refused_with_an_example(text):
    with pytest.raises(argparse.ArgumentTypeError, match="write for example 2h30m"):
        clock_command.duration(text)


def test_the_clock_is_shown_in_local_time(demo_clock, capsys):
    assert command_line.main(["clock"]) == 0
    assert capsys.readouterr().out == "2030-03-20 10:00:00 (Asia/Shanghai) ×0\n"


def test_the_clock_moves_forward_and_keeps_its_speed(demo_clock, capsys):
    command_line.main(["clock", "--advance", "2h"])
    assert "12:00:00 (Asia/Shanghai) ×0" in capsys.readouterr().out
    command_line.main(["clock", "--speed", "60"])
    assert json.loads(demo_clock.read_text())["speed"] == 60


def test_without_a_demo_there_is_no_clock_to_move(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SHOUWANG_VAR", str(tmp_path))
    assert command_line.main(["clock", "--advance", "1h"]) == 1
    assert "shouwang demo" in capsys.readouterr().out


def test_an_unknown_command_names_those_there_are(capsys):
    with pytest.raises(SystemExit) as refused:
        command_line.main(["dance"])
    assert refused.value.code == 2
    assert "demo" in capsys.readouterr().err


def test_a_table_of_chinese_and_latin_stands_in_columns(capsys):
    rows = [
        {"figure": "街道", "computed": 17, "ok": True},
        {"figure": "courtyards", "computed": 1892, "ok": False},
    ]
    reports._print_table(("figure", "computed", "ok"), rows)
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["figure      computed  ok", "街道        17        ✓", "courtyards  1,892     ✗"]


@pytest.mark.django_db
def test_the_doctor_goes_on_when_one_examination_fails(monkeypatch):
    def broken():
        raise RuntimeError("no pulse")

    monkeypatch.setattr(doctor, "_EXAMINATIONS", {"pulse": broken, "journal": doctor._journal})
    first, second = doctor.examine()
    assert (first.is_sound, first.seen) == (False, "RuntimeError: no pulse")
    assert second.is_sound


def test_the_doctor_sees_keys_that_others_could_read(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOUWANG_VAR", str(tmp_path))
    key = tmp_path / "keys" / "vault.key"
    key.parent.mkdir()
    key.write_text("k")
    key.chmod(0o644)
    assert doctor._keys() == (False, "readable by others: vault.key (chmod 600)")
    key.chmod(0o600)
    assert doctor._keys() == (True, "vault.key")
