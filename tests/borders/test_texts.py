"""Chinese first, English complete: every text that code or a template shows has its English."""

from __future__ import annotations

import re

from shouwang.commands import messages

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_marked_text_has_an_english_one():
    english = {
        (message.id, message.context)
        for path in messages.catalogues()
        for message in messages.read(path)
        if messages.is_translated(message)
    }
    missing = [
        f"{message.locations[0][0]}: {message.id}"
        for app in messages.apps()
        for message in messages.collect(app)
        if message.id and (message.id, message.context) not in english
    ]
    assert missing == []


def test_no_english_text_is_chinese():
    mixed = [
        f"{path.parent.parent.parent.parent.name}: {message.string}"
        for path in messages.catalogues()
        for message in messages.read(path)
        if message.id and "中文" not in str(message.string) and HAN.search(str(message.string))
    ]
    assert mixed == []


def test_placeholders_are_the_same_in_both_languages():
    name = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w*)[^}]*\}")
    unequal = []
    for path in messages.catalogues():
        for message in messages.read(path):
            if not message.id or not messages.is_translated(message):
                continue
            texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            source = message.id[-1] if isinstance(message.id, (list, tuple)) else message.id
            for text in texts:
                if set(name.findall(text)) - set(name.findall(source)):
                    unequal.append(f"{source} / {text}")
    assert unequal == []


def test_compiling_leaves_nothing_stale():
    messages.compile_stale()
    assert messages.compile_stale() == 0
