from __future__ import annotations

import pytest

from shouwang.kernel.duties import api as duties
from shouwang.kernel.duties.models import vocabulary as registry
from shouwang.util.text import Text

COLUMNS = {
    "case": {"s": "case.see", "w": "case.work", "t": "case.take"},
    "reveal": {"x": "person.reveal"},
    "quarantine": {"x": "quarantine.work"},
    "gate": {"x": "gate.work"},
    "sign": {"x": "medical.sign"},
    "duty": {"s": "duty.see", "a": "duty.assign"},
    "board": {"x": "board.see"},
    "procedure": {"s": "procedure.see", "e": "procedure.edit", "a": "procedure.approve"},
    "journal": {"x": "journal.see"},
    "order": {"x": "order.issue"},
}


def matrix() -> dict[str, frozenset[str]]:
    lines = [line for line in registry.__doc__.splitlines() if line.startswith("|")]
    header, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return {
        row[0]: frozenset(
            COLUMNS[column][mark] for column, cell in zip(header[1:], row[1:], strict=True) for mark in cell
        )
        for row in rows
    }


@pytest.fixture
def own_roles(monkeypatch):
    monkeypatch.setattr(registry, "_roles", dict(registry._roles))


def test_the_documented_matrix_is_what_the_roles_carry():
    documented = matrix()
    assert {key: duties.role(key).verbs for key in documented} == documented
    assert len(documented) == 14


def test_the_chain_is_led_by_director_duty_desks_and_in_the_last_place_the_commander():
    assert [role.key for role in registry.leading_roles()] == [
        "community_director",
        "subdistrict_duty",
        "district_duty",
        "commander",
    ]


def test_a_role_is_registered_once_or_twice_alike(own_roles):
    one = duties.Role("market_keeper", Text("市场值守", "Market keeper"), duties.Level.SITE, frozenset())
    duties.register_roles(one)
    duties.register_roles(one)
    other = duties.Role("market_keeper", Text("别的", "Other"), duties.Level.SITE, frozenset())
    with pytest.raises(ValueError, match="market_keeper"):
        duties.register_roles(other)


def test_an_unknown_role_is_named():
    with pytest.raises(duties.UnknownRoleError, match="wizard"):
        duties.role("wizard")


def test_nobody_commands_and_reveals():
    for key in ("commander", "district_duty", "district_sponsor", "auditor", "guard"):
        assert "person.reveal" not in duties.role(key).verbs
