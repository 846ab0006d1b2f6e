"""The English of pages and code: taken out, merged and compiled for every app.

Chinese is the source language: a message's key is its Chinese. Each app keeps its English in
`locale/en/LC_MESSAGES/django.po`, written by people. `make messages` (`python -m shouwang.web.messages`)
takes the messages out of templates and code (through Django's makemessages, which needs Debian's gettext),
adds new ones empty and drops those gone. `compile_messages()` makes the binary files that Django reads; it
needs Babel only and runs at every start, because compiled files are not in the repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1]
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
_EXTRACT = """
import django
from django.conf import settings
from django.core.management import call_command
settings.configure()
django.setup()
call_command("makemessages", locale=["en"], no_wrap=True, add_location="file", verbosity=0)
"""


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
    """Return the messages that templates and code of each app use, without translations.

    Works on a copy, because makemessages writes beside the files it reads. Raises SystemExit when gettext is
    not installed, and RuntimeError with its words when it fails.
    """
    if shutil.which("xgettext") is None:
        raise SystemExit("taking messages out needs gettext (Debian: apt-get install gettext)")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "shouwang"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("static", "fonts", "locale", "*.pyc", "migrations"))
        for app in apps(root):
            (copy / app / "locale").mkdir(parents=True)
        run = subprocess.run(  # noqa: S603 our own interpreter on our own words
            [sys.executable, "-P", "-c", _EXTRACT], cwd=copy, capture_output=True, text=True, check=False
        )
        if run.returncode:
            raise RuntimeError(run.stderr.strip())
        return {app: read_catalogue(copy / app / CATALOGUE) for app in apps(root) if (copy / app / CATALOGUE).exists()}


def untranslated(root: Path = SOURCE) -> Iterator[str]:
    """Yield a line for every message in use that has no English: its app and its Chinese."""
    for app, wanted in extract(root).items():
        path = root / app / CATALOGUE
        known = read_catalogue(path) if path.exists() else Catalog(locale="en")
        for message in wanted:
            if not message.id:
                continue
            found = known.get(message.id, message.context)
            parts = () if found is None else found.string if isinstance(found.string, tuple) else (found.string,)
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
    sys.stdout.write("".join(f"no English yet: {line}\n" for line in missing) or "every message has its English\n")


if __name__ == "__main__":
    main()
