"""Template tags: shapes with words, clocks, ladders, numbers, and values in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.template import engines
from django.utils import translation

from shouwang.util import clock as clocks
from shouwang.util.text import Text


def show(source: str, **values: object) -> str:
    return engines["django"].from_string(source).render(values)


@dataclass(frozen=True)
class Expected:
    left: str
    by: str
    shape: str


@pytest.mark.parametrize(
    ("minutes", "started", "zh", "en"),
    [
        (
            -42,
            60,
            Expected("超时 42 分", "应在 09:18 前", "late"),
            Expected("42 min late", "due 09:18", "late"),
        ),
        (18, 120, Expected("剩 18 分", "10:18 前", "due"), Expected("18 min left", "by 10:18", "due")),
        (
            130,
            0,
            Expected("剩 2 小时 10 分", "12:10 前", "wait"),
            Expected("2 h 10 min left", "by 12:10", "wait"),
        ),
        (
            119,
            400,
            Expected("剩 1 小时 59 分", "11:59 前", "due"),
            Expected("1 h 59 min left", "by 11:59", "due"),
        ),
        (
            9 * 1440 + 840,
            0,
            Expected("", "3 月 27 日 24:00 前", "wait"),
            Expected("", "by 27 Mar 24:00", "wait"),
        ),
    ],
)
def test_a_clock_in_both_languages(clock, minutes, started, zh, en):
    due, start = clocks.now() + timedelta(minutes=minutes), clocks.now() - timedelta(minutes=started)
    for language, expected in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            shown = show("{% clock due start %}", due=due, start=start)
        assert f"<span data-left>{expected.left}</span>" in shown
        assert f">{expected.by}</time>" in shown
        assert f"shapes.svg#{expected.shape}" in shown


def test_a_late_clock_is_alarm_only_for_who_can_act(clock):
    due = clocks.now() - timedelta(hours=1)
    assert 'class="clock late"' in show("{% clock due %}", due=due)
    assert 'class="clock"' in show("{% clock due mine=False %}", due=due)


def test_an_offer_says_so_until_it_is_late(clock):
    source = "{% clock due prefix='等你接收' offer=True %}"
    shown = show(source, due=clocks.now() + timedelta(minutes=28))
    assert "等你接收 · " in shown
    assert "shapes.svg#offer" in shown
    assert "shapes.svg#late" in show(source, due=clocks.now() - timedelta(minutes=1))


def test_no_due_no_clock():
    assert show("{% clock due %}", due=None) == ""


def test_a_state_is_a_shape_with_its_word():
    assert "超时" in show("{% state 'late' %}")
    assert "空 34 分" in show("{% state 'none' '空 34 分' alarm=True %}")
    with translation.override("en"):
        assert "Offered" in show("{% state 'offer' %}")
    with pytest.raises(KeyError):
        show("{% shape 'sparkle' %}")


@pytest.mark.parametrize(("level", "filled"), [(0, 0), (1, 1), (3, 3), (9, 3), (None, 0)])
def test_the_ladder_is_filled_to_its_level_and_named(level, filled):
    shown = show("{% ladder level %}", level=level)
    assert shown.count('class="on"') == filled
    assert "aria-label" in shown


def test_numbers_open_and_telephones_call():
    assert show("{% number 1204 '/cases/' %}") == '<a class="n" href="/cases/">1,204</a>'
    called = show("{% call phone '陆知远' %}", phone="100 0371 0117")
    assert 'href="tel:10003710117"' in called
    assert "打给陆知远" in called
    assert show("{% call phone %}", phone="") == ""


def test_values_in_the_readers_language():
    place = SimpleNamespace(name_zh="槐序里", name_en="Huaixuli", title_zh="甲", title_en="")
    for language, name in (("zh-hans", "槐序里"), ("en", "Huaixuli")):
        with translation.override(language):
            assert show("{{ place|in_language }}", place=place) == name
            assert show("{{ place|in_language:'title' }}", place=place) == "甲"
    assert show("{{ text|in_language }}", text=Text("通行", "Pass")) == "通行"
    assert show("{{ text|in_language }}", text=None) == ""


def test_names_are_masked_and_numbers_grouped():
    assert show("{{ person|masked }}", person=SimpleNamespace(name="裴听澜")) == "裴**"
    assert show("{{ '10003710117'|phone_number }}") == "100 0371 0117"
    assert show("{{ span|duration }}", span=timedelta(hours=2, minutes=10)) == "2 小时 10 分"
    assert show("{{ seconds|duration }}", seconds=30) == "30 秒"
    assert show("{{ seconds|duration }}", seconds=4 * 86400 + 3600) == "4 天 1 小时"


def test_what_people_typed_is_never_markup():
    bad = "<script>alert(1)</script>"
    for source in (
        "{% state 'late' x %}",
        "{% number x '/a/' %}",
        "{% call '1' x %}",
        "{{ x|masked }}",
        "{{ x|in_language }}",
    ):
        assert "<script" not in show(source, x=bad)
