"""The pocket guide: at most 30 cards from the procedures in force, the same on every day, found as people type."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import translation

from shouwang.domains.handbook.queries.guide import MAX_CARDS, guide_of
from shouwang.domains.handbook.queries.search import search_words
from shouwang.domains.handbook.services.printing import guide_pdf
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock as clocks
from tests.domains.handbook.test_lists import LONGER
from tests.kernel import world as worlds
from tests.kernel.documents.pdf_pages import page_sizes, text_heights
from tests.kernel.documents.pdf_text import text_of
from tests.kernel.procedures.samples import end, flow, procedure, step

A6 = (105, 148)


def busy(count: int, key: str = "ROUND", minutes: dict[int, int] | None = None) -> str:
    """Return a procedure of `count` steps in a row; the steps in `minutes` have such a limit."""
    limits = {at: f"<sw:limit>PT{minutes[at]}M</sw:limit>" for at in minutes or {}}
    keys = [f"s{at}" for at in range(count)]
    parts = [
        step(one, name=f"第{at}步", english=f"Step {at}", limit=limits.get(at, "<sw:limit>PT4H</sw:limit>"))
        for at, one in enumerate(keys)
    ]
    flows = [flow(a, b) for a, b in pairwise(["start", *keys, "end"])]
    return procedure(*parts, end(), *flows, key=key, role="guard", members=tuple(keys))


def test_each_step_of_a_duty_has_a_card_with_what_must_be_known(district):
    guide = guide_of("community_doctor")
    steps = procedures.steps_of_role("community_doctor")
    assert guide.count == len(steps) + 1
    sign = next(card for card in guide.cards if card.parts[0].key == "sign").parts[0]
    assert (sign.name, sign.limit) == ("医生签字", "4 小时")
    found = {section.kind: section.lines for section in sign.sections}
    assert found["do"] == ("看过全部体温", "问过本人情况")
    assert "结论（按期解除 / 延长）" in found["ask"]
    assert any("结案：延长" in line for line in found["next"])


def test_a_duty_with_many_steps_keeps_to_thirty_cards_and_loses_none(district):
    worlds.publish(busy(41))
    guide = guide_of("guard")
    assert guide.count == MAX_CARDS
    told = [part.key for card in guide.cards for part in card.parts]
    assert len(told) == len(procedures.steps_of_role("guard")) > 41
    assert len(set(told)) == len(told)
    assert [card.number for card in guide.cards] == list(range(2, MAX_CARDS + 1))


def test_what_is_wanted_at_a_glance_shares_its_card_last(district):
    hurried = {5: 1, 6: 1, 7: 30}
    worlds.publish(busy(41, minutes=hurried))
    alone = {card.parts[0].key for card in guide_of("guard").cards if len(card.parts) == 1}
    assert {f"s{at}" for at in hurried} <= alone


def test_steps_of_two_procedures_share_a_card_only_when_nothing_else_is_left(district):
    worlds.publish(busy(40))
    worlds.publish(busy(20, key="OTHER"))
    for card in guide_of("guard").cards:
        version = procedures.in_force(card.procedure_key)
        keys = {one.spec.key for one in procedures.method_steps(version)}
        assert {part.key for part in card.parts} <= keys


def test_more_procedures_than_cards_still_make_thirty(district):
    for at in range(33):
        worlds.publish(busy(1, key="P" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 26] * (1 + at // 26) + "X"))
    assert guide_of("guard").count == MAX_CARDS


def test_the_first_card_names_every_procedure_and_its_cards(district):
    guide = guide_of("community_worker")
    assert [number for entry in guide.entries for number in entry.numbers] == [
        card.number for card in guide.cards
    ]
    assert [line.name for line in guide.chain] == ["社区主任", "街道值班", "区指挥部值班"]
    assert all(not line.phone for line in guide.chain)


def test_who_holds_the_duty_reads_the_telephones_above_their_post(district):
    holding = duties.duty_of(district.person("community-worker"))
    chain = guide_of("community_worker", holding).chain
    wanted = [answer.post for answer in duties.escalation_chain(holding.post.place)]
    assert [(line.name, line.phone) for line in chain] == [(post.name_zh, post.work_phone) for post in wanted]
    assert all(line.phone for line in chain)
    assert district.person("community-director").name not in str(chain), "posts, never people"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_booklet_is_of_a6_pages_one_card_on_each_with_every_word(district, language):
    worlds.publish(busy(41))
    with translation.override(language):
        for role in duties.roles():
            guide = guide_of(role.key)
            pdf = guide_pdf(guide)
            assert page_sizes(pdf) == [A6] * guide.count
            assert guide.count <= MAX_CARDS
            shown = "".join(text_of(pdf).split())
            for card in guide.cards:
                for part in card.parts:
                    for line in (part.name, part.limit, *(x for one in part.sections for x in one.lines)):
                        assert "".join(line.split()) in shown, line


def test_the_fullest_card_is_shrunk_until_it_fits_its_page(district):
    """A step with forty things to do stays on one page, each of them drawn inside it."""
    items = "".join(f'<sw:item key="k{at}" zh="第 {at} 件要做到的事" en="Thing {at}"/>' for at in range(40))
    full = procedure(
        step("full", name="什么都要", checklist=f"<sw:checklist>{items}</sw:checklist>"),
        end(),
        flow("start", "full"),
        flow("full", "end"),
        role="guard",
        members=("full",),
    )
    worlds.publish(full)
    guide = guide_of("guard")
    pdf = guide_pdf(guide)
    assert page_sizes(pdf) == [A6] * guide.count
    assert all(0 < height < A6[1] for height in text_heights(pdf))
    assert "第39件要做到的事" in "".join(text_of(pdf).split())


def test_a_changed_limit_changes_the_card_and_the_tag_of_the_page(read, change):
    reader = read("community-worker")
    first = reader.get("/guide/community_worker/")
    same = reader.get("/guide/community_worker/", headers={"If-None-Match": first["ETag"]})
    assert same.status_code == 304
    change("HOME_QUARANTINE", LONGER)
    second = reader.get("/guide/community_worker/", headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]
    assert second["X-Shouwang-Guide"] != first["X-Shouwang-Guide"]
    assert "7 小时" in second.content.decode()
    assert "7 小时" not in first.content.decode()
    assert "7小时" in "".join(text_of(reader.get("/guide/community_worker.pdf").content).split())


def test_a_version_that_begins_tomorrow_changes_nothing_today(district, clock):
    before = guide_of("community_worker")
    bpmn = procedures.in_force("HOME_QUARANTINE").bpmn.replace(*LONGER)
    procedures.publish(bpmn, clocks.today() + timedelta(days=1), journal.SYSTEM)
    assert guide_of("community_worker") == before
    clock.advance(timedelta(days=1))
    assert guide_of("community_worker").digest != before.digest


def test_chinese_is_found_by_characters_pinyin_and_first_letters():
    words = search_words(["逐人测温", "限时 10 分"])
    for typed in ("测温", "zrcw", "cw", "cewen", "zhurencewen", "10"):
        assert typed in words, typed
    assert "tw" not in words


def test_the_page_of_a_guide_says_the_day_and_both_booklets(read):
    html = read("guard").get("/guide/guard/").content.decode()
    assert "3 月 18 日在用的规定" in html
    assert "/guide/guard.pdf?language=en" in html
    assert 'data-search="' in html
    english = read("guard", "en").get("/guide/guard/").content.decode()
    assert "Rules in force on 18 Mar" in english


def test_the_worker_comes_from_below_the_guide_and_keeps_nothing_else(client, db):
    answer = client.get("/guide/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer
    assert client.get("/guide/guard/").status_code == 302
