"""The shell: what every page's frame needs (language, type size, person, duty, navigation, counts, time).

Everything that costs a query is fetched on first use, so a public page that shows none of it asks for none.
Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from shouwang.util import clock
from shouwang.util.text import Text
from shouwang.web import live, wording
from shouwang.web.manifest import Group, NavigationItem, navigation

if TYPE_CHECKING:
    from shouwang.kernel.duties.api import Holding
    from shouwang.kernel.parties.api import Person

TYPE_SIZE_COOKIE = "type_size"
TABS = 4


@dataclass(frozen=True)
class Link:
    """A navigation item as it stands for one reader: address, whether it is the page shown, open number."""

    label: Text
    url: str
    icon: str
    is_current: bool
    is_tab: bool
    count: int


@dataclass(frozen=True)
class LinkGroup:
    """Links under one heading of the side navigation."""

    name: Text | None
    items: list[Link]


class Shell:
    """The frame of one page for one reader."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.since = live.instant()
        self.person: Person | None = getattr(request, "person", None)
        self.is_demo: bool = settings.IS_DEMO
        self.home_url: str = settings.LOGIN_REDIRECT_URL if self.person else "/"

    @property
    def name(self) -> str:
        """The product's name in the reader's language."""
        return _("守望")

    @property
    def html_lang(self) -> str:
        """The value of `<html lang>`."""
        return "en" if wording.is_english() else "zh-CN"

    @property
    def other_language(self) -> str:
        """The language code that the switch leads to."""
        return "zh-hans" if wording.is_english() else "en"

    @property
    def other_lang(self) -> str:
        """The `lang` attribute of the switch's word."""
        return "zh-CN" if wording.is_english() else "en"

    @property
    def other_name(self) -> str:
        """The other language's own name."""
        return "中文" if wording.is_english() else "English"

    @property
    def here(self) -> str:
        """The path to come back to after a switch (of a page that was fetched, not sent)."""
        return self._request.get_full_path() if self._request.method == "GET" else self._request.path

    @property
    def is_me(self) -> bool:
        """Whether the page shown is the person's own."""
        return self._request.path == reverse("web:me")

    @cached_property
    def is_big(self) -> bool:
        """Whether the reader chose big type."""
        cookie = self._request.COOKIES.get(TYPE_SIZE_COOKIE)
        if cookie is None and self.person is not None:
            cookie = str(getattr(getattr(self._request, "account", None), "type_size", ""))
        return cookie == "big"

    @cached_property
    def now(self) -> datetime:
        """The instant at which the page was made."""
        return clock.now()

    @property
    def now_ms(self) -> int:
        """The same in milliseconds since 1970, for `clock.js`."""
        return int(self.now.timestamp() * 1000)

    @property
    def weekday(self) -> str:
        """The day of the week in words."""
        day = clock.local(self.now).weekday()
        if wording.is_english():
            return ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][day]
        return "星期" + "一二三四五六日"[day]

    @property
    def words(self) -> dict[str, str]:
        """The sentences of the page's scripts."""
        return wording.words_for_scripts()

    @property
    def person_key(self) -> str:
        """Whose page this is, so that the phone's queue never sends one person's entries as another's."""
        return str(self.person.pk) if self.person else ""

    @property
    def holdings(self) -> list[Holding]:
        """What the person holds now, the main holding first."""
        return list(getattr(self._request, "holdings", []))

    @property
    def duty(self) -> Holding | None:
        """The main duty now, or None."""
        held: Holding | None = getattr(self._request, "duty", None)
        return held or None

    @property
    def duty_name(self) -> str:
        """The main duty's post in the reader's language."""
        post = self.duty.post if self.duty else None
        if post is None:
            return ""
        return str(post.name_en or post.name_zh) if wording.is_english() else str(post.name_zh)

    @property
    def duty_until(self) -> datetime | None:
        """When the main duty's shift ends, if it ends."""
        return self.duty.until_at if self.duty else None

    @cached_property
    def unread(self) -> int:
        """How many notices the person has not read."""
        if self.person is None:
            return 0
        from shouwang.kernel.notices import api as notices

        return notices.unread_count(self.person)

    @cached_property
    def verbs(self) -> frozenset[str]:
        """The access verbs of all duties held now."""
        from shouwang.kernel.duties import api as duties

        return frozenset(verb for held in self.holdings for verb in duties.role(held.post.role).verbs)

    @cached_property
    def links(self) -> list[tuple[Group, Link]]:
        """The navigation that the person's duties open."""
        if self.person is None:
            return []
        items = [item for item in navigation() if not item.verb or item.verb in self.verbs]
        return [(item.group, link) for item in items if (link := self._link(item)) is not None]

    @property
    def navigation(self) -> list[LinkGroup]:
        """The side navigation, by heading."""
        groups = []
        for group in Group:
            links = [link for own, link in self.links if own is group]
            if links:
                groups.append(LinkGroup(group.value if group.value.zh else None, links))
        return groups

    @property
    def tabs(self) -> list[Link]:
        """The bottom tabs of phones, at most four; the fifth is the person."""
        return [link for _group, link in self.links if link.is_tab][:TABS]

    def _link(self, item: NavigationItem) -> Link | None:
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            return None  # a system check names the item
        current = self._request.path
        is_current = current == url or (url.count("/") > 1 and url != "/" and current.startswith(url))
        count = item.count(self.person) if item.count and self.person else 0
        return Link(item.label, url, item.icon, is_current, item.is_tab, count)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, the frame of the page."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
