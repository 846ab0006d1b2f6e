"""How a test looks at a page in a browser, as its reader does: what stands there, in which language, how wide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
#: A word of English: codes, plates and units have capitals, digits or fewer letters.
ENGLISH = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z]?[a-z]{3,}(?![A-Za-z0-9_-])")
ADDRESS = re.compile(r"https?://\S+")
#: Scripts have run (load waits for them), letters have their font, drawings are drawn, no request is under way.
IS_SETTLED = """() => {
  if (document.readyState !== "complete" || document.fonts.status !== "loaded") return false;
  if (document.querySelector(".htmx-request, [aria-busy=true]")) return false;
  return [...document.querySelectorAll("[data-drawing]")].every((box) =>
    box.hidden || !document.querySelector(`[data-drawing-tools="${box.id}"]`)?.hidden);
}"""
#: What a reader can see or hear of a page, without what is marked as the other language (its switch).
READABLE = """() => {
  const words = [document.title];
  const own = document.documentElement.lang.slice(0, 2);
  const isSeen = (element) => element.checkVisibility({visibilityProperty: true});
  const isOther = (element) => {
    const lang = element.closest("[lang]").lang;
    return lang.slice(0, 2) !== own || element.closest(".bjs-powered-by");
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("script, style, template") || isOther(parent)) continue;
    if (isSeen(parent.closest("select") || parent)) words.push(node.data.trim());
  }
  for (const named of document.body.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
    if (isOther(named) || !isSeen(named)) continue;
    for (const key of ["aria-label", "placeholder", "title", "alt"]) {
      if (named.hasAttribute(key)) words.push(named.getAttribute(key));
    }
  }
  return words;
}"""


def settle(page: Any) -> None:
    """Wait until a page stands as its reader will find it; polls of live regions are no part of that."""
    page.wait_for_load_state("load")
    page.wait_for_function(IS_SETTLED)


def is_fitting(page: Any) -> bool:
    """Return whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def photograph(page: Any, path: Path) -> None:
    """Keep a picture of the whole page, in a window as high as it, so that sticky bars cover nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = dict(page.viewport_size)
    height = page.evaluate("document.documentElement.scrollHeight")
    if height > size["height"]:
        page.set_viewport_size({**size, "height": height})
    page.screenshot(path=path)
    if height > size["height"]:
        page.set_viewport_size(size)


def in_the_wrong_language(page: Any, language: str, allowed: Iterable[str]) -> list[str]:
    """Return the readable words of a page that are not of its language ("zh" or "en"), besides `allowed`."""
    wrong = {"zh": ENGLISH, "en": CHINESE}[language]
    longest_first = sorted(allowed, key=len, reverse=True)
    return [words for words in page.evaluate(READABLE) if wrong.search(_without(words, longest_first))]


def _without(words: str, allowed: list[str]) -> str:
    for one in allowed:
        words = words.replace(one, "")
    return ADDRESS.sub("", words)
