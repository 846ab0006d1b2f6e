"""`shouwang procedures`: everything about the procedures in force, for machines."""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext

import pytest

from shouwang.commands import reports
from tests.domains.procedures.test_files import LEXICON


@pytest.fixture
def said(monkeypatch, district):
    lines: list[str] = []
    monkeypatch.setattr(reports.preparation, "product", nullcontext)
    monkeypatch.setattr(reports, "say", lines.append)
    return lines


def test_it_lists_the_sixteen_with_steps_limits_and_findings(said):
    assert reports.run_procedures(argparse.Namespace(json=True)) == 0
    found = {one["key"]: one for one in json.loads("\n".join(said))}
    assert set(LEXICON) <= set(found)
    assert all(one["findings"] == [] and one["name"]["en"] and one["version"] == 1 for one in found.values())
    fever = found["FEVER_RESPONSE"]
    assert (fever["name"]["zh"], fever["starts_by_hand"]) == ("发热处置", True)
    assert sorted(fever["ends"]) == ["CASE", "EXCLUDED"]
    assert fever["opens"] == ["CONTACT_TRACING", "COURTYARD_INCIDENT"]
    assert {step["key"]: step["limit_seconds"] for step in fever["steps"]}["vehicle"] == 7200
    assert found["HOME_QUARANTINE"]["calls"] == ["RELEASE"]
    assert found["CHECKPOINT"]["starts_by_hand"] is False


def test_a_finding_shows_and_is_told_by_the_exit_code(said, monkeypatch):
    from shouwang.kernel.procedures import api as procedures
    from shouwang.util.text import Text

    finding = procedures.Finding("visit", "上门", Text("没有时限", "No time limit"), Text("加", "Add"))
    monkeypatch.setattr(procedures, "check", lambda _bpmn: [finding])
    assert reports.run_procedures(argparse.Namespace(json=False)) == 1
    assert "findings" in said[0]
