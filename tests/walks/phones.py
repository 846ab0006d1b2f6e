"""The phones and screens of everybody on the walk: one browser context each, every page looked at.

A page is looked at by `Phones.look`: nothing is wider than the window, no script failed, in English no
Chinese is left but names, plates and what people typed, in Chinese no English; and a picture goes to
`var/screens/walks`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.util.text import mask_name
from tests import looking

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens" / "walks"
SIZES = {"390": {"width": 390, "height": 844}, "1440": {"width": 1440, "height": 900}}


@dataclass
class Phones:
    """Everybody's devices of one size and language; what they should not have shown is in `faults`."""

    browser: Any
    served: str
    size: str
    language: str
    typed: tuple[str, ...] = ()
    contexts: list[Any] = field(default_factory=list)
    pages: dict[int, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def is_english(self) -> bool:
        """Whether everybody reads English on this walk."""
        return self.language == "en"

    def say(self, zh: str, en: str) -> str:
        """Return the wording of this walk's language."""
        return en if self.is_english else zh

    def of(self, person: parties.Person) -> Any:
        """Return the page of a member of staff, signed in; the same one each time."""
        if person.pk not in self.pages:
            page = self.open()
            self._sign_in(page.context, person)
            self.pages[person.pk] = page
        return self.pages[person.pk]

    def open(self) -> Any:
        """Return a page of a fresh device, of nobody we know."""
        context = self.browser.new_context(
            viewport=SIZES[self.size],
            locale={"zh": "zh-CN", "en": "en-US"}[self.language],
            timezone_id="Asia/Shanghai",
            base_url=self.served,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda said: said.type == "error" and self.faults.append(f"{page.url}: {said.text}")
        )
        return page

    def look(self, page: Any, name: str) -> None:
        """Look at a page as a reader does, and keep its picture."""
        self.count += 1
        looking.settle(page)
        looking.photograph(page, SCREENS / f"{self.size}-{self.language}-{self.count:02}-{name}.png")
        if not looking.is_fitting(page):
            self.faults.append(f"{name} scrolls sideways")
        left = looking.in_the_wrong_language(page, self.language, self._allowed())
        self.faults += [f"{name} is not all in its reader's language: {words}" for words in left]

    def close(self) -> None:
        """Switch everything off."""
        for context in self.contexts:
            context.close()

    def _allowed(self) -> set[str]:
        names = list(parties.Person.objects.values_list("name", flat=True))
        return {*names, *map(mask_name, names), *self.typed}

    def _sign_in(self, context: Any, person: parties.Person) -> None:
        client = Client()
        client.force_login(account_of(person))
        session = settings.SESSION_COOKIE_NAME
        language = {"zh": "zh-hans", "en": "en"}[self.language]
        cookies = {session: client.cookies[session].value, settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies([{"name": k, "value": v, "url": self.served} for k, v in cookies.items()])


def account_of(person: parties.Person) -> parties.Account:
    """Return the account of a person, made now if they have none."""
    found = parties.Account.objects.filter(person=person).first()
    return found or parties.create_account(
        username=f"walker{person.pk}", person=person, password="a long enough one", actor=journal.SYSTEM
    )
