"""The pocket guide of a duty (应知应会口袋册): at most 30 cards, from the procedures in force.

The first card says whom one answers to and what stands on which card; each further card is a step that the duty
does: what it is, by when, how, what to ask, what comes next, what if. Where a duty does more steps than there
are cards, steps of one procedure share a card: the pair whose card stays shortest first, and steps that are
wanted at a glance (done within the hour, or every day) last. The same versions make the same cards on every day
(docs/decisions/0066).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwang.domains.handbook.queries import words
from shouwang.domains.handbook.queries.search import search_words
from shouwang.domains.handbook.queries.tables import of_role
from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.web import wording

MAX_CARDS = 30
#: A step with a limit up to this is done before anybody could turn pages: it shares its card last.
HURRY = timedelta(hours=1)
#: As many lines are a card of its own worth to a hurried or daily step.
WORTH = 12


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a card and the lines below it; `kind` chooses its mark."""

    kind: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One step on a card."""

    key: str
    name: str
    limit: str
    windows: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One card: steps of one procedure."""

    number: int
    procedure: str
    procedure_key: str
    version: int
    parts: tuple[Part, ...]

    @property
    def key(self) -> str:
        """An anchor that stays as long as the card begins with the same step."""
        return f"{self.procedure_key}-{self.parts[0].key}".lower()

    @property
    def search(self) -> str:
        """What a search for this card may be typed as."""
        return search_words([self.procedure, *_lines(self.parts)])


@dataclass(frozen=True, slots=True)
class Line:
    """Whom to call: a post of the chain above the reader, and its telephone; without a holding, the duty."""

    name: str
    phone: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure on the first card, and the numbers of its cards."""

    name: str
    version: int
    numbers: tuple[int, ...]

    @property
    def words(self) -> str:
        """Its card numbers in words."""
        return _numbers(self.numbers)


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide of one duty on a day, in the active language."""

    role: str
    name: str
    on: date
    cards: tuple[Card, ...]
    entries: tuple[Entry, ...]
    chain: tuple[Line, ...]

    @property
    def count(self) -> int:
        """How many cards it has, the first one included."""
        return len(self.cards) + 1

    @property
    def first_search(self) -> str:
        """What a search for the first card may be typed as."""
        return search_words(
            [self.name, *(one.name for one in self.chain), *(one.name for one in self.entries)]
        )

    @property
    def as_of(self) -> str:
        """Which day it tells of."""
        return _("%(day)s在用的规定") % {"day": wording.day_text(self.on)}

    @property
    def digest(self) -> str:
        """What changes when anything on the guide changes."""
        return hashlib.sha256(json.dumps(self.as_data(), sort_keys=True).encode()).hexdigest()[:20]

    def as_data(self) -> dict[str, Any]:
        """Return the guide as JSON values, for paper."""
        return {
            "name": self.name,
            "title": _("应知应会口袋册"),
            "as_of": self.as_of,
            "count": self.count,
            "labels": {
                "chain": _("拿不准、没按时，找谁"),
                "entries": _("哪件事在哪张卡"),
                "limit": _("限时"),
                "none": _("在用的流程里，这个职责现在没有单独的步骤。"),
                "card": _("卡"),
            },
            "chain": [[line.name, line.phone, line.after] for line in self.chain],
            "entries": [[_versioned(one.name, one.version), one.words] for one in self.entries],
            "cards": [_card_data(card) for card in self.cards],
        }


def guide_of(role: str, holding: duties.Holding | None = None) -> Guide:
    """Return the guide of a duty; with the telephones above the reader's post where `holding` is of that duty.

    Raises:
        NotFoundOrNotYours: there is no such duty.
    """
    scope = of_role(role)
    groups = _merged([[step] for step in scope.steps], MAX_CARDS - 1)
    cards = tuple(_card(number, group) for number, group in enumerate(groups, start=2))
    return Guide(role, scope.name, scope.on, cards, tuple(_entries(cards)), tuple(_chain(role, holding)))


def _merged(groups: Sequence[list[procedures.MethodStep]], limit: int) -> list[list[procedures.MethodStep]]:
    """Join neighbours until at most `limit` groups remain, those of one procedure before any others."""
    groups = list(groups)
    while len(groups) > limit:
        at = min(range(len(groups) - 1), key=lambda one: _cost(groups[one], groups[one + 1], one))
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
    return groups


def _cost(
    first: list[procedures.MethodStep], second: list[procedures.MethodStep], at: int
) -> tuple[bool, int, int]:
    is_apart = first[0].version.pk != second[0].version.pk
    return is_apart, sum(_weight(step) for step in (*first, *second)), at


def _weight(step: procedures.MethodStep) -> int:
    """Return how many lines a step needs, and more where it must be found at a glance."""
    spec = step.spec
    lines = 2 + len(spec.checklist) + len(spec.form) + len(spec.evidence)
    lines += len(step.flow.ways) + len(step.flow.what_ifs)
    is_pressing = spec.cadence is not None or (spec.limit is not None and spec.limit <= HURRY)
    return lines + (WORTH if is_pressing else 0)


def _card(number: int, steps: list[procedures.MethodStep]) -> Card:
    version = steps[0].version
    parts = tuple(_part(step) for step in steps)
    return Card(number, words.said(version.name), version.key, version.version, parts)


def _part(step: procedures.MethodStep) -> Part:
    spec = step.spec
    sections = (
        Section("do", _("做到"), tuple(words.checklist(spec))),
        Section("ask", _("问清、填好"), tuple(words.fields(spec))),
        Section("proof", _("留凭据"), tuple(words.evidence(spec))),
        Section("next", _("办完以后"), tuple(words.ways(step))),
        Section("if", _("中间遇到"), tuple(words.what_ifs(step))),
    )
    return Part(
        key=spec.key,
        name=words.said(spec.name),
        limit=words.limit(spec),
        windows=pgettext("list", "、").join(words.windows(spec)),
        sections=tuple(section for section in sections if section.lines),
    )


def _entries(cards: Iterable[Card]) -> list[Entry]:
    numbers: dict[tuple[str, int], list[int]] = {}
    for card in cards:
        numbers.setdefault((card.procedure, card.version), []).append(card.number)
    return [Entry(name, version, tuple(found)) for (name, version), found in numbers.items()]


def _chain(role: str, holding: duties.Holding | None) -> list[Line]:
    """Return who is above: the posts above the reader's own, else the duties of the chain."""
    climbs = words.climbs()
    if holding is None or holding.post.role != role:
        return [Line(who, "", words.lateness(offset)) for who, offset in climbs]
    leads = duties.escalation_chain(holding.post.place)
    found = []
    for (who, offset), answer in zip(climbs, leads, strict=False):
        name = words.said(answer.post.name) if answer else who
        phone = answer.post.work_phone if answer else ""
        found.append(Line(name, phone, words.lateness(offset)))
    return found


def _lines(parts: Iterable[Part]) -> list[str]:
    return [
        line
        for part in parts
        for line in (part.name, part.limit, *(line for section in part.sections for line in section.lines))
    ]


def _card_data(card: Card) -> dict[str, Any]:
    return {
        "number": card.number,
        "procedure": _versioned(card.procedure, card.version),
        "parts": [
            {
                "name": part.name,
                "limit": part.limit,
                "windows": part.windows,
                "sections": [
                    {"kind": one.kind, "name": one.name, "lines": list(one.lines)} for one in part.sections
                ],
            }
            for part in card.parts
        ],
    }


def _versioned(name: str, version: int) -> str:
    return _("%(name)s · 第 %(version)s 版") % {"name": name, "version": version}


def _numbers(numbers: tuple[int, ...]) -> str:
    """Return card numbers in words: 卡 2, 卡 2–5."""
    first, last = numbers[0], numbers[-1]
    if first == last:
        return _("卡 %(number)s") % {"number": first}
    return _("卡 %(first)s–%(last)s") % {"first": first, "last": last}
