"""The request as our views see it: the acting person, their main duty, and htmx.

Types only; `shouwang.web.middleware` puts the values there. `Request` is for public views (nobody may be
signed in), `StaffRequest` for views behind `@signed_in` or `@duty`, `ResidentRequest` for those behind
`@personal_link`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from shouwang.kernel.duties.api import Holding
    from shouwang.kernel.parties.api import Account, Person


class Request(HttpRequest):
    """A request of anybody; `person` is None when nobody is signed in."""

    person: Person | None
    account: Account | None
    #: What the person holds now, the main holding first; fetched on first use.
    holdings: list[Holding]
    #: The main holding now; false (not None) when there is none, because it is fetched on first use.
    duty: Holding
    htmx: HtmxDetails


class StaffRequest(Request):
    """A request of somebody who is signed in."""

    person: Person
    account: Account


class ResidentRequest(Request):
    """A request through somebody's own link; `link_token` makes the addresses of their other pages."""

    resident: Person
    link_token: str
