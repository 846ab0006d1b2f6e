"""Bilingual words and masking."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shouwang.util.text import Text, mask_name, mask_tail

CHINESE_NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("裴听澜", "裴**"),
        ("王芳", "王*"),
        (" 裴听澜 ", "裴**"),
        ("裴", "*"),
        ("", ""),
        ("Ann Lee", "A** L**"),
        ("A B", "* *"),
        ("阿依古丽·买买提", "阿*******"),
    ],
)
def test_names_keep_their_first_character(name, masked):
    assert mask_name(name) == masked


@given(CHINESE_NAMES)
def test_a_masked_name_gives_away_one_character_and_the_length(name):
    masked = mask_name(name)
    assert masked == name[0] + "*" * (len(name) - 1)


@given(st.text(max_size=40))
def test_a_masked_word_never_shows_more_than_its_first_character(name):
    for word in mask_name(name).split():
        assert set(word[1:]) <= {"*"}


@given(st.text(st.characters(exclude_characters="*"), max_size=30), st.integers(0, 40))
def test_a_masked_tail_shows_at_most_what_was_asked(value, keep):
    masked = mask_tail(value, keep)
    assert len(masked) == len(value)
    shown = len(value) - masked.count("*")
    assert shown == (keep if 0 < keep < len(value) else 0)


def test_the_tail_of_a_number():
    assert mask_tail("10003710382") == "*******0382"
    assert mask_tail("0382") == "****"


def test_text_speaks_the_language_that_is_active():
    text = Text("放行", "Pass")
    with translation.override("en"):
        assert str(text) == "Pass"
    with translation.override("zh-hans"):
        assert str(text) == "放行"
    assert text.localised("en-gb") == "Pass"
    assert text.localised("fr") == "放行"


def test_a_text_inside_a_text_is_put_in_in_the_same_language():
    whole = Text("移交给{place}", "Handed to {place}").format(place=Text("福田社区", "Futian"))
    assert whole == Text("移交给福田社区", "Handed to Futian")


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        Text("{a}", "{a}").format(b=1)


@given(st.text(max_size=30))
def test_values_are_never_read_as_placeholders(value):
    assert Text("<{x}>", "[{x}]").format(x=value) == Text(f"<{value}>", f"[{value}]")
