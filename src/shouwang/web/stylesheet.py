"""Cutting a published stylesheet down to the rules that our pages use.

A rule stays when every class it asks for is a word somewhere in our templates, scripts or styles; rules for
plain elements and variables stay always. Phones on a weak network then load a tenth of it. Used by
`make vendor` only; it reads the minified CSS that Tabler publishes and is no general CSS parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_WORD = re.compile(r"[A-Za-z][\w-]*")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_EXCLUDED = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
#: At-rules whose inside is rules again; of the others only @charset is kept.
_GROUPS = ("@media", "@supports", "@layer", "@container")


def words_in_use(root: Path) -> set[str]:
    """Return every word in the templates, scripts, styles and code below `root`, but for vendored files."""
    paths = (path for kind in ("html", "js", "css", "py") for path in root.rglob(f"*.{kind}"))
    return {word for path in paths if "vendor" not in path.parts for word in _WORD.findall(path.read_text())}


def cut(css: str, words: set[str]) -> str:
    """Return `css` without the rules that ask for a class that is not among `words`."""
    return "".join(_cut_rules(css, words))


def _cut_rules(css: str, words: set[str]) -> Iterator[str]:
    for prelude, body in _rules(css):
        if prelude.startswith(_GROUPS):
            inside = "".join(_cut_rules(body, words))
            if inside:
                yield f"{prelude}{{{inside}}}"
        elif not prelude.startswith("@"):
            kept = [part for part in _selectors(prelude) if _is_used(part, words)]
            if kept:
                yield f"{','.join(kept)}{{{body}}}"


def _selectors(prelude: str) -> list[str]:
    """Split a list of selectors at its commas, but not at those inside parentheses or brackets."""
    parts, depth = [""], 0
    for character in prelude:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _is_used(selector: str, words: set[str]) -> bool:
    return words.issuperset(_CLASS.findall(_EXCLUDED.sub("", selector)))


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each outermost pair of braces, and what stands between them."""
    css = re.sub(r"/\*.*?\*/|@charset[^;]*;|@import[^;]*;", "", css, flags=re.S)
    start = depth = opened = 0
    for match in re.finditer(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{}]", css):
        if match[0] == "{":
            if depth == 0:
                opened = match.start()
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : match.start()]
                start = match.end()
