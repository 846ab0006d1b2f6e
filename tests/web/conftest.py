"""Pages of our own in a real browser, and Chinese at the start of every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from tests.web import pages


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def test_pages(settings: Any) -> pages.Book:
    """The pages of `tests.web.pages` are served; returns what they take in."""
    settings.ROOT_URLCONF = "tests.web.pages"
    pages.BOOK.clear()
    return pages.BOOK


@pytest.fixture
def open_page(browser: Any, test_pages: pages.Book, served: str) -> Iterator[Callable[..., Any]]:
    """A function that opens a path in a fresh browser; a script error or a CSP refusal fails the test."""
    faults: list[str] = []
    contexts: list[Any] = []

    def open_(path: str, *, width: int = 390, height: int = 844, locale: str = "zh-CN") -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: _note(message.text, faults))
        page.goto(f"{served}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults, faults


def _note(text: str, faults: list[str]) -> None:
    if "Content Security Policy" in text or "Refused to" in text:
        faults.append(text)
