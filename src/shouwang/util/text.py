"""Words in both languages, and the masking of words that name a person.

`Text` is for data-like words (roles, verbs, reasons, place kinds). Page and form wording is not `Text`: it
goes through gettext with Chinese as the source language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import translation

CHINESE = "zh-hans"
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def localised(self, language: str) -> str:
        """Return the words in `language` (a Django language code); anything but English is Chinese."""
        return self.en if language.lower().startswith("en") else self.zh

    def format(self, **values: object) -> Text:
        """Fill `{placeholders}` in both languages; a `Text` value gives each side its own words.

        Raises KeyError when a placeholder has no value.
        """
        return Text(
            self.zh.format(**{key: _side(value, CHINESE) for key, value in values.items()}),
            self.en.format(**{key: _side(value, ENGLISH) for key, value in values.items()}),
        )

    def __str__(self) -> str:
        """Return the words in the language that is active now."""
        return self.localised(translation.get_language() or CHINESE)


def _side(value: object, language: str) -> object:
    return value.localised(language) if isinstance(value, Text) else value


def mask_name(name: str) -> str:
    """Return a name with all but its first character starred: 裴听澜 -> 裴**, Ann Lee -> A** L**.

    Names of letters keep the first letter of every word; a name of one character is starred whole.
    """
    name = name.strip()
    if not name:
        return ""
    if name.isascii():
        return re.sub(r"\S+", lambda word: _mask_word(word[0]), name)
    return _mask_word(name)


def _mask_word(word: str) -> str:
    return "*" if len(word) == 1 else word[0] + "*" * (len(word) - 1)


def mask_tail(value: str, keep: int = 4) -> str:
    """Return `value` with all but its last `keep` characters starred; too short a value is starred whole."""
    if len(value) <= keep or keep <= 0:
        return "*" * len(value)
    return "*" * (len(value) - keep) + value[-keep:]
