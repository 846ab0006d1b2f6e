"""The English of pages and code: taken out, merged and compiled for every app.

Chinese is the source language: a message's key is its Chinese. Each app keeps its English in
`locale/en/LC_MESSAGES/django.po`, written by people. `make messages` (`python -m shouwang.web.messages`)
takes the messages out of templates and code, adds new ones empty and drops those gone. `compile_messages()`
makes the binary files that Django reads; it runs at every start, because compiled files are not in the
repository. All of it needs Babel alone, no GNU gettext.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1]
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
_KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def compile_messages(root: Path = SOURCE) -> int:
    """Compile every catalogue below `root` whose binary file is missing or older; return how many were."""
    compiled = 0
    for source in root.rglob(str(CATALOGUE)):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, read_catalogue(source))
        draft.replace(target)
        compiled += 1
    return compiled


def read_catalogue(path: Path) -> Catalog:
    """Return the catalogue in `path`; raises babel's PoFileError with the line where it cannot be read."""
    with path.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def apps(root: Path = SOURCE) -> list[Path]:
    """Return the folders below `root` that are Django apps of ours, relative to it."""
    single = [Path(name) for name in ("web", "desk", "board", "portal")]
    nested = [
        folder.relative_to(root)
        for parent in ("kernel", "domains")
        for folder in sorted((root / parent).iterdir())
        if (folder / "__init__.py").exists()
    ]
    return [*single, *nested]


def extract(root: Path = SOURCE) -> dict[Path, Catalog]:
    """Return the messages that templates and code of each app use, without translations."""
    return {app: found for app in apps(root) if len(found := _extract_app(root, app))}


def _extract_app(root: Path, app: Path) -> Catalog:
    catalogue = Catalog(locale="en")
    for path in sorted(
        (*(root / app).rglob("*.py"), *(root / app).rglob("*.html"), *(root / app).rglob("*.txt"))
    ):
        for line, message, comments, context in _extract_file(path):
            place = [(str(path.relative_to(root)), line)]
            catalogue.add(message, None, locations=place, auto_comments=comments, context=context)
    return catalogue


def _extract_file(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Yield line, message, comments and context; a template is first turned into code, as Django does it."""
    code = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # the words of a template stand anywhere in their lines: indentation means nothing
        code = "\n".join(line.lstrip() for line in templatize(code, origin=str(path)).splitlines())
    yield from babel_extract("python", BytesIO(code.encode()), _KEYWORDS, ("Translators:",))


def untranslated(root: Path = SOURCE) -> Iterator[str]:
    """Yield a line for every message in use that has no English: its app and its Chinese."""
    for app, wanted in extract(root).items():
        path = root / app / CATALOGUE
        known = read_catalogue(path) if path.exists() else Catalog(locale="en")
        for message in wanted:
            if not message.id:
                continue
            found = known.get(message.id, message.context)
            parts = (
                () if found is None else found.string if isinstance(found.string, tuple) else (found.string,)
            )
            if found is None or found.fuzzy or not parts or not all(parts):
                yield f"{app}: {message.id if isinstance(message.id, str) else message.id[0]}"


def merge(wanted: Catalog, path: Path) -> None:
    """Bring the catalogue in `path` up to date: new messages empty, gone ones dropped, English kept."""
    catalogue = read_catalogue(path) if path.exists() else Catalog(locale="en")
    catalogue.update(wanted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.header_comment = "# English of this app's pages. The key of each message is its Chinese."
    buffer = BytesIO()
    write_po(buffer, catalogue, width=0, include_lineno=False, sort_by_file=True)
    kept = ("Content-Type", "Content-Transfer", "Plural-Forms", "Language:", "MIME")
    lines = [
        line
        for number, line in enumerate(buffer.getvalue().decode().splitlines())
        if not (number < 20 and line.startswith('"') and ": " in line and not line[1:].startswith(kept))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines).rstrip() + "\n")


def main() -> None:
    """Merge all apps, compile, and say what still lacks English."""
    for app, wanted in extract().items():
        merge(wanted, SOURCE / app / CATALOGUE)
    compile_messages()
    missing = list(untranslated())
    sys.stdout.write(
        "".join(f"no English yet: {line}\n" for line in missing) or "every message has its English\n"
    )


if __name__ == "__main__":
    main()
