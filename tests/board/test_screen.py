"""The command screen: its figures are those of the records, every number opens, nobody else's place shows."""

from __future__ import annotations

import re

import pytest

from shouwang.kernel.cases import api as cases
from tests.desk.town import the_step


def numbers(html: str, path: str) -> str:
    """Return the number that links to `path`."""
    found = re.search(rf'href="{re.escape(path)}[^"]*"[^>]*>([\d,]+)<', html)
    assert found, path
    return found[1]


def test_figures_are_those_of_the_records(page, town):
    html = page("commander", "D").get("/board/").content.decode()
    assert numbers(html, "/board/cases/contained/") == "2"
    assert numbers(html, "/board/cases/HOME/") == "1"
    assert numbers(html, "/board/cases/FACILITY/") == "1"
    total = cases.reconcile(town.places["D"])
    assert numbers(html, "/board/cases/opened/") == str(total.opened) == "3"
    assert "差 0 件" in html
    assert "无人脱管" in html
    assert f"/cases/{town.late.pk}/" in html


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("duty", [("commander", "D"), ("subdistrict_duty", "S1"), ("auditor", "D")])
def test_every_number_opens(page, town, duty, language):
    reader = page(*duty, language)
    html = reader.get("/board/").content.decode()
    links = set(re.findall(r'<a class="n" href="([^"]+)"', html))
    assert len(links) > 12
    for link in links:
        assert reader.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_late_step_shows_whom_it_climbed_to(page, town):
    html = page("commander", "D").get("/board/").content.decode()
    assert the_step(town.late).name_zh in html
    assert "再升到街道" in html


def test_subdistrict_sees_its_own_board_and_no_other(page, town):
    reader = page("subdistrict_duty", "S1")
    assert "地点S1指挥大屏" in reader.get("/board/").content.decode()
    assert reader.get("/board/?place=S2").status_code == 404
    assert reader.get("/board/?place=D").status_code == 404
    assert reader.get("/board/?place=nowhere").status_code == 404
    assert reader.get("/board/cases/HOME/?place=S2").status_code == 404
    assert reader.get("/board/cases/nonsense/").status_code == 404
    assert reader.get("/indicators/nonsense/").status_code == 404


def test_community_worker_has_no_board(page, town):
    assert page("community_worker", "C1").get("/board/").status_code == 403


def test_the_number_of_queries_does_not_grow_with_cases(page, town, django_assert_max_num_queries):
    reader = page("commander", "D")
    reader.get("/board/")
    for _ in range(5):
        town.case()
    with django_assert_max_num_queries(75):
        reader.get("/board/")


def test_names_of_people_never_stand_on_the_board(page, town):
    html = page("commander", "D").get("/board/cases/contained/").content.decode()
    for case in cases.contained_cases(town.places["D"]):
        assert case.number in html
        assert case.person.name not in html
