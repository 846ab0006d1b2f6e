"""The pages of a PDF that typst wrote: how large they are, and how high above their foot each text stands."""

from __future__ import annotations

import re

from tests.kernel.documents.pdf_text import OBJECT, PAGE, content_of

BOX = re.compile(rb"/MediaBox\[([\d. ]+)\]")
#: Where a text begins: typst turns the page over and moves to the base line.
BASE = re.compile(rb"1 0 0 -1 [\d.-]+ ([\d.-]+) cm")
POINTS_PER_MM = 72 / 25.4


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height of each page in whole millimetres."""
    return [_size(body) for _number, body in OBJECT.findall(pdf) if PAGE.search(body)]


def _size(body: bytes) -> tuple[int, int]:
    left, bottom, right, top = (float(part) for part in BOX.search(body)[1].split())
    return round((right - left) / POINTS_PER_MM), round((top - bottom) / POINTS_PER_MM)


def text_heights(pdf: bytes) -> list[float]:
    """Return how many millimetres above the foot of its page each text (and filled shape) stands."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    pages = [content_of(body, objects) for body in objects.values() if PAGE.search(body)]
    return [float(at) / POINTS_PER_MM for content in pages for at in BASE.findall(content)]
