"""Every procedure of the lexicon from its start page to each of its ends, through the pages of the desk."""

from __future__ import annotations

import pytest

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.procedures.models import Run
from tests.domains.procedures.paths import PATHS
from tests.domains.procedures.test_files import LEXICON
from tests.domains.procedures.walker import Walker

#: These begin on pages of their own domain; tests/domains/procedures/test_own_pages.py walks them.
OWN_PAGES = {"CHECKPOINT", "HOME_QUARANTINE", "RELEASE"}
#: What the engine stores of the longest case may take so many bytes (issue 3).
MOST_TOKENS = 4_096
FIRST_PATHS = {path.key: path for path in reversed(PATHS)}


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_it_comes_to_this_end(district, clock, path):
    walker = Walker(district, clock)
    case = walker.walk(path)
    assert case.outcome == path.end
    assert sorted(child.procedure_key for child in cases.children_of(case)) == sorted(path.opens)
    assert {key: walker.visits[key] for key in path.visits} == path.visits
    assert not case.steps.filter(state="OPEN").exists()
    assert len(bytes(Run.objects.get(case=case).tokens)) < MOST_TOKENS
    for child in cases.children_of(case):
        assert len(cases.open_steps(child)) >= 1
        assert child.source_case == case


@pytest.mark.parametrize("path", FIRST_PATHS.values(), ids=str)
def test_it_climbs_when_nobody_acts_and_still_comes_to_its_end(district, clock, path):
    case = Walker(district, clock, is_late=True).walk(path)
    assert case.outcome == path.end


def test_the_paths_cover_every_end_of_every_procedure(district):
    walked = {(path.key, path.end) for path in PATHS}
    expected = {
        (version.key, outcome)
        for version in procedures.list_in_force()
        for outcome in procedures.profile_of(version).outcomes
        if version.key in LEXICON and version.key not in OWN_PAGES
    }
    assert walked == expected
    assert {key for key, _end in walked} == set(LEXICON) - OWN_PAGES


def test_the_paths_do_every_step_of_every_procedure(district, clock):
    """No step stands in a file that ordinary answers never reach (read from the paths' own answers)."""
    named = {(path.key, step) for path in PATHS for step in {*path.answers, *path.visits, *path.reports}}
    known = {
        (version.key, step)
        for version in procedures.list_in_force()
        for step in procedures.profile_of(version).steps
    }
    assert named <= known
