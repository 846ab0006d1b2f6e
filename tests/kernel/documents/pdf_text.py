"""The text of the PDFs that typst writes, read as a reader would: through each font's ToUnicode map.

Enough for our own papers (Type0 fonts, two-byte codes, plain object table), and no more.
"""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)endobj", re.DOTALL)
STREAM = re.compile(rb"/Length (\d+).*?stream\r?\n", re.DOTALL)
PAGE = re.compile(rb"/Type/Page\b")
#: A change of font, or a string shown with it: brackets inside it are balanced or escaped, and one with bytes
#: beyond ASCII (a font of more than 127 glyphs) is written in hex.
TOKEN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\(((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*)\)|(?<!<)<([0-9A-Fa-f]+)>", re.DOTALL
)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """Return the text of all pages in drawing order, glyph by glyph, without blanks between runs."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {
        int(number): _unicode_map(_stream(objects[int(to_unicode)]))
        for number, body in OBJECT.findall(pdf)
        for to_unicode in re.findall(rb"/ToUnicode (\d+) 0 R", body)
    }
    pages = [body for body in objects.values() if PAGE.search(body)]
    return "".join(_page_text(page, objects, fonts) for page in pages)


def _page_text(page: bytes, objects: dict[int, bytes], fonts: dict[int, dict[int, str]]) -> str:
    resources = objects[int(_only(rb"/Resources (\d+) 0 R", page))]
    names = {name: fonts[int(number)] for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)}
    content = content_of(page, objects)
    current: dict[int, str] = {}
    found = []
    for name, shown, in_hex in TOKEN.findall(content):
        if name:
            current = names[name]
            continue
        codes = bytes.fromhex(in_hex.decode()) if in_hex else ESCAPE.sub(_unescaped, shown)
        pairs = (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2))
        found.append("".join(current.get(code, "\ufffd") for code in pairs))
    return "".join(found)


def content_of(page: bytes, objects: dict[int, bytes]) -> bytes:
    """Return what is drawn on a page."""
    return _stream(objects[int(_only(rb"/Contents (\d+) 0 R", page))])


def _unescaped(match: re.Match[bytes]) -> bytes:
    letter = match[1]
    return bytes([int(letter, 8)]) if letter.isdigit() else LETTERS.get(letter, letter)


def _unicode_map(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", cmap.split(b"endcodespacerange")[1])
    return {int(code, 16): bytes.fromhex(value.decode()).decode("utf-16-be") for code, value in pairs}


def _stream(body: bytes) -> bytes:
    start = STREAM.search(body)
    return zlib.decompress(body[start.end() : start.end() + int(start[1])])


def _only(pattern: bytes, body: bytes) -> bytes:
    return re.search(pattern, body)[1]
