"""Chinese first, English complete: every text that code or a template shows has its English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.messages.catalog import Message

from shouwang.web import messages

HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w*)[^}]*\}")


def translated() -> Iterator[tuple[Message, list[str]]]:
    for path in sorted(messages.SOURCE.rglob(str(messages.CATALOGUE))):
        for message in messages.read_catalogue(path):
            if message.id:
                texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
                yield message, [text for text in texts if text]


def test_every_marked_text_has_an_english_one():
    assert list(messages.untranslated()) == []


def test_no_english_text_is_chinese():
    mixed = [text for _, texts in translated() for text in texts if HAN.search(text.replace("中文", ""))]
    assert mixed == []


def test_english_uses_only_placeholders_that_the_chinese_has():
    unequal = []
    for message, texts in translated():
        source = message.id[-1] if isinstance(message.id, (list, tuple)) else message.id
        known = set(PLACEHOLDER.findall(source))
        unequal += [f"{source} / {text}" for text in texts if set(PLACEHOLDER.findall(text)) - known]
    assert unequal == []


def test_compiling_leaves_nothing_stale():
    messages.compile_messages()
    assert messages.compile_messages() == 0
