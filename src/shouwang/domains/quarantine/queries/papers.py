"""What stands on the papers of an order: words in both languages, the person's name only where it must be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shouwang.domains.quarantine.models import FEVER, Order, Window
from shouwang.domains.quarantine.queries.orders import legal_basis
from shouwang.domains.quarantine.queries.people import responsible
from shouwang.domains.quarantine.queries.readings import last_reading, window_hours
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.text import Text, mask_name
from shouwang.web.wording import phone_text


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of an order as a list shows it."""

    number: str
    name: Text
    created_at: datetime
    is_revoked: bool


def papers_of(order: Order) -> list[Paper]:
    """Return the papers issued for an order, the latest first."""
    return [
        Paper(one.number, documents.kind_of(one.kind).name, one.created_at, one.revoked_at is not None)
        for one in documents.documents_of(order.case.thread)
    ]


def order_facts(order: Order) -> dict[str, Any]:
    """Return what all papers of an order say."""
    first_day = clock.local(order.until_at) - timedelta(days=order.term_days + order.extended_days)
    return {
        "issuer": sides(_issuer(order)),
        "name": order.person.name,
        "masked_name": mask_name(order.person.name),
        "id_hint": parties.masked(order.person).id_hint,
        "case": order.case.number,
        "place": sides(Text(order.place.name_zh, order.place.name_en)),
        "period": sides(_period(first_day, order.until_at, order.term_days + order.extended_days)),
        "from_on": first_day.date().isoformat(),
        "until_on": _last_day(order.until_at).date().isoformat(),
    }


def notice_facts(order: Order) -> dict[str, Any]:
    """Return what the notice says."""
    return {
        **order_facts(order),
        "reason": sides(order.reason),
        "legal_basis": sides(legal_basis(order)),
        "windows": sides(windows_in_words()),
        "fever": str(rules.parameter(FEVER)),
        "gap_days": str(rules.parameter("release_days_without_gap")),
        "grace_hours": str(rules.parameter("release_grace_hours")),
        "keep_days": str(rules.parameter("quarantine_retention_days")),
        "people": [
            {"duty": sides(one.duty), "name": one.name, "phone": phone_text(one.phone)}
            for one in responsible(order)[:4]
        ],
    }


def undertaking_facts(order: Order) -> dict[str, Any]:
    """Return what the undertaking says."""
    return {**order_facts(order), "windows": sides(windows_in_words())}


def certificate_facts(order: Order) -> dict[str, Any]:
    """Return what the certificate says: a masked name, the last temperature, no diagnosis."""
    facts = order_facts(order)
    reading = last_reading(order)
    doctor = (
        cases.Step.objects.filter(case_id=order.pk, key="sign", state="DONE")
        .select_related("done_by")
        .order_by("-done_at")
        .first()
    )
    return {
        **facts,
        "name": facts["masked_name"],
        "last_reading": sides(_reading_in_words(reading.celsius, reading.taken_at)) if reading else None,
        "doctor": doctor.done_by.name if doctor and doctor.done_by else None,
    }


def windows_in_words() -> Text:
    """Return the hours of both windows: 07:00–09:00、17:00–19:00."""
    hours = [window_hours(window) for window in Window]
    return Text("、".join(hours), " and ".join(hours))


def sides(text: Text) -> dict[str, str]:
    """Return a text as the templates of papers take it."""
    return {"zh": text.zh, "en": text.en}


def _issuer(order: Order) -> Text:
    line = [*places.ancestors(order.place), order.place]
    named = [place for place in line if place.kind in ("DISTRICT", "SUBDISTRICT", "COMMUNITY")]
    return Text("".join(p.name_zh for p in named), ", ".join(p.name_en for p in reversed(named)))


def _period(first_day: datetime, until_at: datetime, days: int) -> Text:
    last = _last_day(until_at)
    return Text(
        f"{_day(first_day).zh}至{_day(last).zh} 24:00，共 {days} 天",
        f"{_day(first_day).en} to {_day(last).en}, 24:00; {days} days",
    )


def _last_day(until_at: datetime) -> datetime:
    return clock.local(until_at - timedelta(microseconds=1))


def _day(at: datetime) -> Text:
    return Text(f"{at.year} 年 {at.month} 月 {at.day} 日", f"{at.day} {at:%B} {at.year}")


def _reading_in_words(celsius: object, taken_at: datetime) -> Text:
    local = clock.local(taken_at)
    return Text(
        f"{celsius} ℃，{_day(local).zh} {local:%H:%M}", f"{celsius} °C, {_day(local).en} {local:%H:%M}"
    )
