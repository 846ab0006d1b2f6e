"""The reference models of BPMN MIWG, read where they lie: each is refused for what it lacks, and never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouwang.kernel.procedures.services.findings import FAULTS
from shouwang.kernel.procedures.services.linter import Known, lint

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = [Path(f"{start}/shared/data/bpmn") for start in (ROOT.parent, ROOT.parent.parent)]
FOLDER = next((folder for folder in FOLDERS if folder.is_dir()), None)
#: Reasons that hold for every file drawn elsewhere: said once above the table, not in each row.
OURS = {
    FAULTS[key].what.en
    for key in (
        "process_id",
        "names",
        "no_english",
        "campaign",
        "prefix",
        "no_outcome",
        "silent_end",
        "not_executable",
        "no_role",
        "no_limit",
        "no_checklist",
        "no_form",
    )
}

needs_files = pytest.mark.skipif(FOLDER is None, reason="the reference models are not on this machine")


def table(folder: Path) -> str:
    """Return the rows of docs/procedures.md: file, and the reasons that are its own."""
    rows = []
    for path in sorted(folder.glob("*.bpmn")):
        findings = lint(path.read_bytes().decode("utf-8", "replace"), Known(*[frozenset()] * 4))
        own = sorted({one.what.en for one in findings} - OURS)
        rows.append(f"| {path.stem} | {len(findings)} | {'; '.join(own).replace('|', '/')} |")
    return "\n".join(rows)


@needs_files
def test_the_table_of_the_docs_is_true():
    assert table(FOLDER) in (ROOT / "docs" / "procedures.md").read_text()


@needs_files
def test_every_reference_file_is_refused_with_an_element_or_a_reason():
    for path in FOLDER.glob("*.bpmn"):
        for one in lint(path.read_bytes().decode("utf-8", "replace"), Known(*[frozenset()] * 4)):
            assert one.what.zh, path
            assert one.mend.en, path
