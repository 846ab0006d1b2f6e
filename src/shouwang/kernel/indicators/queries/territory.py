"""The first indicators: what the district consists of, and who stands where now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from shouwang.kernel.duties import api as duties
from shouwang.kernel.indicators.models import Indicator, RecordLine
from shouwang.kernel.parties.api import Organisation, Person
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util.text import Text, mask_name

COMMUNITY, ENTRY_CHECKPOINT = "COMMUNITY", "ENTRY_CHECKPOINT"
CHECKPOINT = "CHECKPOINT"


def roots(place: Place | None) -> list[Place]:
    """Return the place, or every district when none is given."""
    return [place] if place else list(Place.objects.filter(kind=PlaceKind.DISTRICT, closed_at__isnull=True))


def places_of(kind: str, place: Place | None, at: datetime, **criteria: str) -> QuerySet[Place]:
    """Return the places of a kind that were open at `at`, at a place and below."""
    is_open = Q(closed_at__isnull=True) | Q(closed_at__gt=at)
    below = {"path__startswith": place.path} if place else {}
    found = Place.objects.filter(is_open, kind=kind, **below, **criteria).select_related("parent")
    return found.order_by("path")


def _count_of(kind: str, **criteria: str) -> dict[str, Any]:
    """Return the functions of an indicator that counts places of a kind."""
    return {
        "value": lambda place, at: places_of(kind, place, at, **criteria).count(),
        "records": lambda place, at: places_of(kind, place, at, **criteria),
        "line": place_line,
    }


def _sum_of(field: str) -> dict[str, Any]:
    """Return the functions of an indicator that adds up what the courtyards hold."""

    def total(place: Place | None, at: datetime) -> int:
        found = places_of(PlaceKind.COURTYARD, place, at).order_by()
        return found.aggregate(total=Sum(field))["total"] or 0

    return {
        "value": total,
        "records": lambda place, at: places_of(PlaceKind.COURTYARD, place, at),
        "line": lambda place: RecordLine(_name(place), _count_text(getattr(place, field)), _page(place)),
    }


def _held(kind: str, role_key: str | None = None, **criteria: str) -> dict[str, Any]:
    """Return the functions of an indicator that counts the places of a kind where somebody is on duty."""

    def held(place: Place | None, at: datetime) -> QuerySet[Place]:
        return places_of(kind, place, at, **criteria).filter(duties.is_held("pk", role_key, at))

    return {
        "value": lambda place, at: held(place, at).count(),
        "records": held,
        "line": place_line,
    }


def _gaps(place: Place | None, at: datetime) -> list[duties.Gap]:
    return [gap for root in roots(place) for gap in duties.gaps(None, root, at)]


def _round_the_clock(place: Place | None, at: datetime) -> QuerySet[duties.Post]:
    is_open = Q(closed_at__isnull=True) | Q(closed_at__gt=at)
    below = {"place_path__startswith": place.path} if place else {}
    found = duties.Post.objects.filter(is_open, is_round_the_clock=True, created_at__lte=at, **below)
    return found.select_related("place").order_by("place_path", "pk")


def _people_on_duty(place: Place | None, at: datetime) -> QuerySet[Person]:
    return Person.objects.filter(duties.on_duty("pk", at, place)).order_by("pk")


def _units(place: Place | None, at: datetime) -> QuerySet[Organisation]:  # noqa: ARG001 units have no dates
    below = {"place__path__startswith": place.path} if place else {}
    found = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, **below)
    return found.order_by("code")


def place_line(place: Place) -> RecordLine:
    """Return a place as a list shows it: its name, and what it stands in."""
    return RecordLine(_name(place), _name(place.parent) if place.parent else Text("", ""), _page(place))


def _name(place: Place) -> Text:
    return Text(place.name_zh, place.name_en)


def _page(place: Place) -> str:
    return f"/places/{place.code}/"


def _count_text(count: int | None) -> Text:
    return Text(f"{count or 0:,}", f"{count or 0:,}")


def _post_line(post: duties.Post) -> RecordLine:
    return RecordLine(post.name, _name(post.place), _page(post.place))


def _gap_line(gap: duties.Gap) -> RecordLine:
    return RecordLine(gap.post.name, _name(gap.post.place), _page(gap.post.place))


def _person_line(person: Person) -> RecordLine:
    holding = duties.duty_of(person)
    duty = holding.post.name if holding else Text("", "")
    masked = mask_name(person.name)
    return RecordLine(Text(masked, masked), duty, _page(holding.post.place) if holding else "")


def _unit_line(unit: Organisation) -> RecordLine:
    return RecordLine(Text(unit.name_zh, unit.name_en), Text(unit.code, unit.code))


def _indicator(
    key: str,
    name: tuple[str, str],
    unit: tuple[str, str],
    definition: tuple[str, str],
    functions: dict[str, Any],
    campaign: str = COMMUNITY,
    level: str = PlaceKind.DISTRICT,
) -> Indicator:
    return Indicator(
        key, Text(*name), Text(*unit), Text(*definition), campaign=campaign, level=level, **functions
    )


_COUNT = ("个", "")
_PEOPLE = ("人", "people")

TERRITORY = (
    _indicator(
        "district_units",
        ("区直单位", "District units"),
        _COUNT,
        ("登记在册的区直单位数。", "Units of the district on the register of organisations."),
        {"value": lambda place, at: _units(place, at).count(), "records": _units, "line": _unit_line},
    ),
    _indicator(
        "subdistricts",
        ("街道", "Sub-districts"),
        _COUNT,
        ("区政府管理的街道数。", "Sub-districts that the district government runs."),
        _count_of(PlaceKind.SUBDISTRICT),
    ),
    _indicator(
        "communities",
        ("社区（村）", "Communities and villages"),
        _COUNT,
        ("居民委员会和村民委员会的数目。", "Residents' and villagers' committees."),
        _count_of(PlaceKind.COMMUNITY),
        level=PlaceKind.SUBDISTRICT,
    ),
    _indicator(
        "courtyards",
        ("楼院", "Courtyards"),
        _COUNT,
        ("有门可守的居住院落数。", "Residential compounds with a gate to keep."),
        _count_of(PlaceKind.COURTYARD),
        level=PlaceKind.COMMUNITY,
    ),
    _indicator(
        "courtyards_with_task_force",
        ("有专班值守的楼院", "Courtyards with a task force"),
        _COUNT,
        (
            "此刻楼院专班成员岗上有人的楼院数。",
            "Courtyards where somebody is on the post of the courtyard team at this moment.",
        ),
        _held(PlaceKind.COURTYARD, "courtyard_team"),
        level=PlaceKind.COMMUNITY,
    ),
    _indicator(
        "round_the_clock_posts",
        ("24 小时岗位", "Round-the-clock posts"),
        _COUNT,
        ("要求时刻有人的岗位数。", "Posts that must have somebody at every moment."),
        {
            "value": lambda place, at: _round_the_clock(place, at).count(),
            "records": _round_the_clock,
            "line": _post_line,
        },
    ),
    _indicator(
        "round_the_clock_posts_empty",
        ("空着的 24 小时岗位", "Round-the-clock posts with nobody"),
        _COUNT,
        ("要求时刻有人、此刻却没有人的岗位数。", "Posts that must have somebody and have nobody now."),
        {"value": lambda place, at: len(_gaps(place, at)), "records": _gaps, "line": _gap_line},
    ),
    _indicator(
        "people_on_duty",
        ("在岗人员", "People on duty"),
        _PEOPLE,
        ("此刻至少担任一个岗位的人数。", "People who hold at least one post at this moment."),
        {
            "value": lambda place, at: _people_on_duty(place, at).count(),
            "records": _people_on_duty,
            "line": _person_line,
        },
    ),
    _indicator(
        "residents",
        ("居民", "Residents"),
        _PEOPLE,
        ("各楼院登记的居民数之和。", "The sum of the residents registered for each courtyard."),
        _sum_of("resident_count"),
    ),
    _indicator(
        "households",
        ("住户", "Households"),
        ("户", "households"),
        ("各楼院登记的户数之和。", "The sum of the households registered for each courtyard."),
        _sum_of("household_count"),
    ),
    _indicator(
        "checkpoints",
        ("交通卡点", "Road checkpoints"),
        _COUNT,
        ("设在路上的防疫服务站数。", "Service stations on roads into the district."),
        _count_of(PlaceKind.SITE, subkind=CHECKPOINT),
        campaign=ENTRY_CHECKPOINT,
    ),
    _indicator(
        "checkpoints_held",
        ("有人值守的交通卡点", "Road checkpoints with a crew"),
        _COUNT,
        ("此刻卡点值守岗上有人的卡点数。", "Checkpoints where somebody of the crew is on duty now."),
        _held(PlaceKind.SITE, "guard", subkind=CHECKPOINT),
        campaign=ENTRY_CHECKPOINT,
    ),
    _indicator(
        "communities_with_director",
        ("社区主任在岗的社区", "Communities with a director on duty"),
        _COUNT,
        ("此刻社区主任岗上有人的社区数。", "Communities whose director's post is held now."),
        _held(PlaceKind.COMMUNITY, "community_director"),
        level=PlaceKind.SUBDISTRICT,
    ),
)
