"""Pages of what the cases teach: figures, filters, reach, the paper, logs that leave, and a look at each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree, html

from tests import looking
from tests.kernel.procedures import lessons

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens" / "learning"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def taught(town, clock):
    """Visits of known length in both communities, one climbed, one offer declined, one case open."""
    from shouwang.kernel.cases import api as cases
    from tests.kernel import world as worlds

    worlds.publish(lessons.TWO_STEPS)
    lessons.visits(town, clock, [10, 20, 30, 40, 150])
    lessons.visits(town, clock, [60], "Y2")
    left = worlds.start(town, "TWO", offer_from=town.answer("guard", "K1"))
    offer = cases.Handover.objects.get(step__case=left, state="OFFERED")
    cases.decline(offer.pk, offer.receiver, "不住这里")
    clock.advance(timedelta(hours=3))
    cases.sweep()
    return town


def row(answer, key):
    """Return the cells of a row of a table of a page, by the beginning of its first cell."""
    for line in html.fromstring(answer.content.decode()).iterfind(".//tbody/tr"):
        cells = [" ".join(cell.text_content().split()) for cell in line.iterfind("td")]
        if cells[0].startswith(key):
            return cells
    raise AssertionError(f"no row {key!r}")


def test_the_procedure_page_tells_median_95th_percentile_and_share_on_time(page, taught):
    answer = page("district_duty", "D").get("/learning/TWO/")
    assert answer.status_code == 200
    visit = row(answer, "上门")
    assert visit[1:8] == ["常超时", "6", "35 分", "2 小时 7 分", "2 小时", "83%", "2 小时 30 分"]
    assert visit[8] == "1 / 0 / 0"
    assert visit[9].startswith("1 个，超时 1，等接收 0")
    english = page("district_duty", "D", "en").get("/learning/TWO/?place=S2")
    assert "Waiting for a hand" in english.content.decode()
    assert row(english, "Visit")[1:4] == ["With time to spare", "1", "1 h"]


def test_the_heat_says_in_words_and_degree_what_the_table_says(page, taught):
    answer = page("district_duty", "D").get("/learning/TWO/")
    heat = answer.context["page"].heat
    assert heat["visit"]["level"] == 3
    assert heat["visit"]["lines"] == ["常超时", "中位 35 分 · 95% 2 小时 7 分", "限 2 小时 · 6 次"]
    assert heat["kit"]["level"] == 1


@pytest.mark.parametrize(
    ("on_time", "of", "p95", "level"), [(10, 10, 50, 1), (10, 10, 99, 2), (9, 10, 150, 3), (4, 10, 300, 4)]
)
def test_degrees_follow_the_share_on_time(on_time, of, p95, level):
    from shouwang.desk.queries.learning import degree_of
    from shouwang.kernel.procedures.api import StepFigures

    assert degree_of(StepFigures(of, on_time, p95 / 2, p95, p95, 100, 100)).level == level
    assert degree_of(None).level == 0


def test_a_refused_attempt_on_the_page_shows_in_the_checklist(page, taught):
    from shouwang.kernel.cases import api as cases
    from tests.kernel import world as worlds

    case = worlds.start(taught, "TWO")
    step = cases.Step.objects.get(case=case)
    answer = page("community_worker", "C1").post(f"/steps/{step.pk}/complete/", {"ticks": ["met"]})
    assert answer.status_code == 422
    lesson = page("district_duty", "D").get("/learning/TWO/")
    assert row(lesson, "有房间")[5] == "1"
    assert row(lesson, "见到本人")[5] == "0"


def test_place_is_limited_to_reach(page, taught):
    worker = page("community_worker", "C1")
    assert row(worker.get("/learning/TWO/"), "上门")[2] == "5"
    for path in ("/learning/TWO/", "/learning/", "/learning/scorecard.pdf"):
        assert worker.get(f"{path}?place=C1").status_code == 200
        for code in ("C2", "S1", "D", "none"):
            assert worker.get(f"{path}?place={code}").status_code == 404, (path, code)


def test_version_and_nonsense_in_the_address(page, taught):
    reader = page("district_duty", "D")
    assert row(reader.get("/learning/TWO/?version=1&days=7"), "上门")[2] == "6"
    assert row(reader.get("/learning/TWO/?days=banana"), "上门")[2] == "6"
    for query in ("version=9", "version=x", "place=%00"):
        assert reader.get(f"/learning/TWO/?{query}").status_code == 404, query
    assert reader.get("/learning/NONE/").status_code == 404


def test_the_scorecard_by_place_and_procedure(page, taught):
    answer = page("district_duty", "D").get("/learning/?week=2020-W12")
    first, second = row(answer, "地点S1"), row(answer, "地点S2")
    assert first[1:6] == ["10", "90%", "10 分", "1 小时 40 分", "84%"]
    assert first[6:10] == ["1 / 0 / 0", "1", "0", "1"]
    assert second[1:3] == ["2", "100%"]
    assert row(answer, "跑腿")[1] == "12", "procedures are named"
    assert "PT-0318-" in first[10]


def test_weeks_that_have_not_begun_and_nonsense_are_refused(page, taught):
    reader = page("district_duty", "D")
    assert reader.get("/learning/").context["page"].week == "2020-W12"
    assert reader.get("/learning/?week=2020-W11").context["page"].later == "2020-W12"
    for week in ("2020-W13", "2020-W99", "banana", "2020-12", "W-W"):
        assert reader.get(f"/learning/?week={week}").status_code == 404, week


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_says_what_the_page_says(page, taught, language):
    from tests.kernel.documents.pdf_text import text_of

    answer = page("district_duty", "D", language).get("/learning/scorecard.pdf?week=2020-W12")
    assert answer["Content-Type"] == "application/pdf"
    SCREENS.mkdir(parents=True, exist_ok=True)
    (SCREENS / f"scorecard-{language[:2]}.pdf").write_bytes(answer.content)
    text = text_of(answer.content).replace(" ", "").replace("\n", "")
    for words in ("2020-W12", "90%", "84%", "1/0/0"):
        assert words in text, words
    assert ("每周成绩单" if language == "zh-hans" else "Weeklyscorecard") in text


@pytest.mark.parametrize("form", ["xes", "ocel"])
def test_a_log_leaves_for_those_who_oversee_and_the_journal_tells(page, taught, form):
    import json

    from shouwang.kernel.journal import api as journal

    reader = page("district_duty", "D")
    answer = reader.get(f"/learning/TWO/log.{form}")
    assert answer.streaming
    assert "attachment" in answer["Content-Disposition"]
    raw = b"".join(answer.streaming_content)
    if form == "xes":
        assert len(etree.fromstring(raw)) > 7
    else:
        assert len([one for one in json.loads(raw)["objects"] if one["type"] == "case"]) == 7
    entry = journal.entries(subject=journal.Ref("procedure", "TWO"), limit=1)[0]
    assert (entry.verb, entry.data["form"], entry.data["place"]) == ("event-log.taken", form, "D")
    assert page("community_worker", "C1").get(f"/learning/TWO/log.{form}").status_code == 403
    assert page("subdistrict_duty", "S1").get(f"/learning/TWO/log.{form}?place=S2").status_code == 404
    assert reader.get("/learning/TWO/log.csv").status_code == 404


@pytest.fixture
def busy(transactional_db, district, clock):
    """The small district with home quarantines of which some are late."""
    from shouwang.kernel.cases import api as cases
    from shouwang.kernel.procedures import api as procedures
    from tests.desk import street as streets

    street = streets.build(district, clock)
    for number, minutes in enumerate((15, 35, 80, 125, 170)):
        case = streets.arrival(district, "骆一舟" if number % 2 else "苗青")
        clock.advance(timedelta(minutes=minutes))
        cases.sweep()
        step = cases.Step.objects.get(case=case, state="OPEN")
        procedures.complete(step.pk, step.holder, **streets.SUITABLE)
    return street


@pytest.mark.browser
@pytest.mark.parametrize(("size", "label"), [(PHONE, "390"), (DESK, "1440")])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_fit_and_are_photographed(busy, served, browser, size, label, language):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(busy.district.account("district-duty"))
    session = settings.SESSION_COOKIE_NAME
    cookies = {session: client.cookies[session].value, settings.LANGUAGE_COOKIE_NAME: language}
    context = browser.new_context(viewport=size, base_url=served)
    context.add_cookies([{"name": k, "value": v, "url": served} for k, v in cookies.items()])
    page, faults = context.new_page(), []
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    for name, path in (("scorecard", "/learning/"), ("lesson", "/learning/HOME_QUARANTINE/")):
        assert page.goto(path).status == 200
        looking.settle(page)
        looking.photograph(page, SCREENS / f"{name}-{label}-{language[:2]}.png")
        assert looking.is_fitting(page), f"{path} scrolls sideways at {label}"
        assert faults == [], path
    words = {"zh-hans": "常超时", "en": "Often late"}[language]
    mark = page.locator(".desk-mark").filter(has_text=words)
    assert mark.count() == 1
    assert page.locator('[data-element-id="suitability"].sw-heat-3').count() == 1
    context.close()
