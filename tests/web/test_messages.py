"""Taking out, merging and compiling the English of pages (that none is missing: `tests/borders`)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel.messages.catalog import Catalog
from django.utils import translation
from django.utils.translation import gettext

from shouwang.web import messages

CHINESE = '{% load i18n %}{% translate "接收" %}{% blocktranslate %}剩 {{ n }} 件{% endblocktranslate %}'


def test_the_compiled_english_is_what_pages_show():
    messages.compile_messages()
    with translation.override("en"):
        assert gettext("剩 %(span)s") % {"span": "18 min"} == "18 min left"


def test_new_messages_are_merged_empty_and_gone_ones_dropped(tmp_path: Path):
    path = tmp_path / messages.CATALOGUE
    path.parent.mkdir(parents=True)
    path.write_text('msgid "旧"\nmsgstr "old"\n\nmsgid "接收"\nmsgstr "Accept"\n')
    wanted = Catalog(locale="en")
    wanted.add("接收")
    wanted.add("新")
    messages.merge(wanted, path)
    found = {message.id: message.string for message in messages.read_catalogue(path) if message.id}
    assert found == {"接收": "Accept", "新": ""}


def test_templates_are_read_like_code(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text(CHINESE)
    assert [message for _line, message, _c, _x in messages._extract_file(page)] == ["接收", "剩 %(n)s 件"]


def test_one_chinese_text_has_one_english():
    """Django joins the catalogues of all apps: of two translations, one would be shown in both places."""
    found: dict[object, set[str]] = defaultdict(set)
    for path in messages.SOURCE.rglob(str(messages.CATALOGUE)):
        for message in messages.read_catalogue(path):
            if message.id:
                found[(message.context, message.id)].add(str(message.string))
    assert [(key, words) for key, words in found.items() if len(words) > 1] == []
