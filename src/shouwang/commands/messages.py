"""Translations: the `.po` files people edit become the `.mo` files Django reads, with Babel alone.

Texts in code and templates are written in Chinese; the English of an app stands in its
`locale/en/LC_MESSAGES/django.po`. Compiled files are never committed: they are made whenever a `.po` is
newer. `shouwang messages` collects new texts into the catalogues. Neither needs GNU gettext.
"""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from shouwang.commands.progress import say

SOURCE = Path(__file__).resolve().parent.parent
_CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
_KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def run(arguments: argparse.Namespace) -> int:
    """Collect the texts of every app into its English catalogue, then compile."""
    del arguments
    for app in apps():
        found = collect(app)
        if len(found):
            added, kept = _update(app / _CATALOGUE, found)
            say(f"{app.relative_to(SOURCE)}: {kept} + {added}")
    compile_stale()
    return 0


def apps() -> list[Path]:
    """Return the folders that may keep a catalogue: those of the installed apps of ours."""
    from shouwang.settings import INSTALLED_APPS

    names = [name.removeprefix("shouwang.") for name in INSTALLED_APPS if name.startswith("shouwang.")]
    return [SOURCE.joinpath(*name.split(".")) for name in names]


def collect(app: Path) -> Catalog:
    """Return the texts that the code and the templates below the folder `app` mark for translation."""
    catalogue = Catalog(locale="en", project="Shouwang")
    for path in sorted((*app.rglob("*.py"), *app.rglob("*.html"), *app.rglob("*.txt"))):
        for line, text, comments, context in _extract(path):
            place = [(str(path.relative_to(SOURCE)), line)]
            catalogue.add(text, None, locations=place, auto_comments=comments, context=context)
    return catalogue


def catalogues() -> Iterator[Path]:
    """Yield every catalogue of the product."""
    yield from sorted(SOURCE.rglob("locale/*/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    """Return the catalogue in the file `path`; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale="en", project="Shouwang")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def is_translated(message: Message) -> bool:
    """Say whether every form of the message has an English text that nobody needs to look at again."""
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(forms) and not message.fuzzy


def compile_stale() -> int:
    """Compile every catalogue whose `.mo` is missing or older; return how many were compiled."""
    count = 0
    for source in catalogues():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_name(f"{target.name}.{os.getpid()}")  # several processes may begin at once
        with draft.open("wb") as file:
            write_mo(file, read(source))
        draft.replace(target)
        count += 1
    return count


def _update(path: Path, found: Catalog) -> tuple[int, int]:
    catalogue = read(path)
    before = {(message.id, message.context) for message in catalogue if message.id}
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    after = {(message.id, message.context) for message in catalogue if message.id}
    return len(after - before), len(after & before)


def _extract(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Yield line, text, comments and context of each marked text; templates are read as Django reads them."""
    code = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        code = templatize(code, origin=str(path))
    yield from extract("python", io.BytesIO(code.encode()), _KEYWORDS, ("Translators:",))
