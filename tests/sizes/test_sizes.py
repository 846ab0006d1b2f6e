"""Small files, short functions, and no exception to a rule without its reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 80
FOLDERS = ("src", "tests", "benchmarks", "tools")
NOT_OURS = ("migrations", "vendor", "__pycache__", "locale")
EXCEPTIONS = {
    "noqa": re.compile(r"#\s*noqa(?P<codes>: [A-Z]+\d+(?:, ?[A-Z]+\d+)*)?(?P<reason>.*)"),
    "type: ignore": re.compile(r"#\s*type: ignore(?P<codes>\[[a-z-]+(?:, ?[a-z-]+)*\])?(?P<reason>.*)"),
}


def files(*endings: str) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings and not any(part in NOT_OURS for part in path.relative_to(ROOT).parts):
                yield path


def test_a_file_fits_in_a_head():
    long = {}
    for path in files(".py", ".js", ".css", ".html"):
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > MAX_FILE_LINES:
            long[str(path.relative_to(ROOT))] = count
    assert long == {}


def test_a_function_fits_on_a_screen():
    long = {}
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > MAX_FUNCTION_LINES:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = count
    assert long == {}


def test_an_exception_to_a_rule_names_the_rule_and_the_reason():
    bare = []
    for path in files(".py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for pattern in EXCEPTIONS.values():
                found = pattern.search(line)
                if (
                    found
                    and path != Path(__file__)
                    and (not found["codes"] or len(found["reason"].strip()) < 8)
                ):
                    bare.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert bare == [], "write: # noqa: CODE reason, or: # type: ignore[code]  # reason"


def test_the_names_of_modules_inside_an_app_are_the_agreed_ones():
    agreed = {"domain", "urls", "views", "endpoints", "jobs", "api", "forms", "services", "queries", "models"}
    folders = {"migrations", "templates", "templatetags", "locale", "static", "procedures", "rules"}
    folders |= {"documents", "fonts", "__pycache__"}
    strays = []
    for group in ("kernel", "domains"):
        for app in (ROOT / "src/shouwang" / group).iterdir():
            if not (app / "__init__.py").exists():
                continue
            for entry in app.iterdir():
                name = entry.stem if entry.suffix == ".py" else entry.name
                if name not in agreed | folders | {"__init__"}:
                    strays.append(str(entry.relative_to(ROOT)))
    assert strays == []
