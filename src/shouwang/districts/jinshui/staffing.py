"""The district's posts, and an invented person on every seat of each.

Post by post from the district down, so that nobody is without a chain: whoever stands at a gate has a lead,
a community, a sub-district and the district above. How many people hold a post follows from
`data/parameters.json`. Names come from Faker (zh_CN, seeded); identity numbers carry an area code that was
never in force, so nobody real can be met.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from faker import Faker

from shouwang.districts.jinshui.sources import parameters
from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places.api import Place, PlaceKind
from shouwang.util.identity import synthetic_id_number
from shouwang.util.text import Text

#: A post by role and code of the place.
PostKey = tuple[str, str]
#: Staff are born within these days from 1 January 1962: 21 to 58 years old in the spring of 2020.
FIRST_BIRTHDAY = date(1962, 1, 1)
BIRTHDAYS = 13_500
REGULAR, SPONSOR = duties.HoldingKind.REGULAR, duties.HoldingKind.SPONSOR

#: What a post of each role is called; {place} is the short name of the place.
POST_NAMES = {
    "commander": Text("区指挥长", "District commander"),
    "district_duty": Text("区指挥部值班", "District duty desk"),
    "auditor": Text("区审计", "District auditor"),
    "district_sponsor": Text("{place}包联领导", "District sponsor of {place}"),
    "subdistrict_duty": Text("{place}值班", "Duty desk of {place}"),
    "subdistrict_cadre": Text("{place}干部", "Cadres of {place}"),
    "community_director": Text("{place}主任", "Director of {place}"),
    "community_worker": Text("{place}工作者", "Workers of {place}"),
    "community_doctor": Text("{place}医生", "Doctor of {place}"),
    "community_police": Text("{place}民警", "Police officer of {place}"),
    "courtyard_lead": Text("{place}专班组长", "Team lead of {place}"),
    "courtyard_team": Text("{place}专班", "Team of {place}"),
    "checkpoint_lead": Text("{place}负责人", "Lead of {place}"),
    "guard": Text("{place}值守", "Crew of {place}"),
    "cdc_officer": Text("区疾控", "District CDC"),
    "data_desk": Text("区数据专班", "District data desk"),
    "transport_dispatcher": Text("区急救转运调度", "District ambulance desk"),
    "transport_crew": Text("区转运车组", "District transport crews"),
    "counsellor": Text("区心理咨询热线", "District counselling line"),
    "civil_affairs": Text("区民政救助", "District civil affairs"),
    "red_cross_clerk": Text("区红十字会经办", "District Red Cross clerks"),
    "second_counter": Text("区捐赠复点", "District second counters"),
    "store_keeper": Text("区捐赠仓库", "District donation store"),
    "supply_allocator": Text("区物资调配", "District supply allocation"),
    "lead_department": Text("区行业主管部门", "District lead departments"),
    "site_manager": Text("{place}留观点负责人", "Site manager of {place}"),
    "site_doctor": Text("{place}留观点医生", "Site doctor of {place}"),
    "sanitation_crew": Text("{place}环卫消杀队", "Sanitation crew of {place}"),
    "city_management": Text("{place}城管巡查", "City patrol of {place}"),
    "firm_contact": Text("{place}单位防疫专员", "Firm and school contacts of {place}"),
    "grid_worker": Text("{place}网格员", "Grid workers of {place}"),
    "volunteer_lead": Text("{place}志愿服务队长", "Volunteer lead of {place}"),
    **{
        one.lead_role: Text(f"{{place}}{one.name.zh}牵头", f"Lead of {{place}}, {one.name.en}")
        for one in cases.CAMPAIGNS.values()
    },
}
#: How many people hold each post that the procedures of the working fields need, by kind of place.
FIELD_POSTS = {
    PlaceKind.DISTRICT: {
        "cdc_officer": 3,
        "data_desk": 2,
        "transport_dispatcher": 2,
        "transport_crew": 6,
        "counsellor": 2,
        "civil_affairs": 2,
        "red_cross_clerk": 2,
        "second_counter": 2,
        "store_keeper": 2,
        "supply_allocator": 2,
        "lead_department": 4,
    },
    PlaceKind.SUBDISTRICT: {
        "site_manager": 1,
        "site_doctor": 1,
        "sanitation_crew": 4,
        "city_management": 2,
        "firm_contact": 1,
    },
    PlaceKind.COMMUNITY: {"grid_worker": 2, "volunteer_lead": 1},
}
#: One worker for so many residents, two at least.
RESIDENTS_PER_WORKER = 1_100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A post that there should be, and how many people on it."""

    role: str
    place: Place
    seats: int
    kind: duties.HoldingKind = REGULAR

    @property
    def key(self) -> PostKey:
        """Return the role and the code of the place."""
        return (self.role, self.place.code)

    @property
    def name(self) -> Text:
        """Return what the post is called."""
        return POST_NAMES[self.role].format(place=Text(self.place.name_zh, self.place.name_en))


def wanted_leads(place: Place) -> Iterator[Wanted]:
    """Yield the posts that lead the four campaigns, one each, at the district."""
    if place.kind == PlaceKind.DISTRICT:
        for campaign in cases.CAMPAIGNS.values():
            yield Wanted(campaign.lead_role, place, 1)


def wanted_posts(place: Place) -> Iterator[Wanted]:
    """Yield the posts of one place."""
    if place.kind == PlaceKind.DISTRICT:
        yield Wanted("commander", place, 1)
        yield Wanted("district_duty", place, 3)
        yield Wanted("auditor", place, 1)
    elif place.kind == PlaceKind.SUBDISTRICT:
        yield Wanted("subdistrict_duty", place, 3)
        yield Wanted("subdistrict_cadre", place, 4)
        yield Wanted("district_sponsor", place, 1, SPONSOR)
    elif place.kind == PlaceKind.COMMUNITY:
        yield Wanted("community_director", place, 1)
        yield Wanted("community_worker", place, _workers(place))
        yield Wanted("community_doctor", place, 1)
        yield Wanted("community_police", place, 1)
    elif place.kind == PlaceKind.COURTYARD:
        yield Wanted("courtyard_lead", place, 1)
        yield Wanted("courtyard_team", place, parameters()["courtyard_team_seats"]["value"][place.subkind])
    elif place.subkind == "CHECKPOINT":
        yield Wanted("checkpoint_lead", place, 1)
        yield Wanted("guard", place, 6)
    for role, seats in FIELD_POSTS.get(PlaceKind(place.kind), {}).items():
        yield Wanted(role, place, seats)


def staff(
    places: Sequence[Place],
    *,
    since: datetime,
    actor: journal.Actor,
    names: Mapping[PostKey, str] | None = None,
) -> int:
    """Make the posts that the places do not have yet and fill their seats from `since` on.

    `names` gives whoever comes first on a post a name. Returns how many people took a post; doing it again
    changes nothing.
    """
    existing = set(duties.Post.objects.values_list("role", "place__code"))
    of_places = (one for place in places for one in wanted_posts(place))
    leads = (one for place in places for one in wanted_leads(place))
    wanted = [one for one in (*of_places, *leads) if one.key not in existing]
    posts = duties.create_posts(
        [
            duties.PostRow(one.role, one.place, one.name, _phone(len(existing) + number), one.seats)
            for number, one in enumerate(wanted)
        ],
        actor,
    )
    people = iter(_register(wanted, names or {}, actor))
    holdings = [
        duties.HoldingRow(post, next(people), since, kind=one.kind)
        for one, post in zip(wanted, posts, strict=True)
        for _ in range(one.seats)
    ]
    duties.assign_many(holdings, actor)
    return len(holdings)


def _workers(community: Place) -> int:
    """Return how many workers a community has: as published, without its director, else by its residents."""
    published = parameters()["community_staff"]["value"].get(community.code)
    if published:
        return int(published) - 1
    return max(2, round((community.resident_count or 0) / RESIDENTS_PER_WORKER))


def _phone(number: int) -> str:
    """Return an invented telephone, 100 0371 xxxx; no such numbers exist."""
    return f"1000371{number % 10_000:04d}"


def _register(
    wanted: Sequence[Wanted], names: Mapping[PostKey, str], actor: journal.Actor
) -> list[parties.Person]:
    """Return a person for each seat, in the order of the posts; the same seat is the same person always."""
    faker = Faker("zh_CN")
    taken: set[str] = set()
    rows = []
    for one in wanted:
        for seat in range(one.seats):
            number, is_man = _identity(f"{one.role}/{one.place.code}/{seat}", taken)
            faker.seed_instance(number)
            drawn = faker.name_male() if is_man else faker.name_female()
            name = names.get(one.key, drawn) if seat == 0 else drawn
            rows.append(parties.NewPerson(name, parties.Identification("ID_NUMBER", number)))
    return [person for person, _ in parties.register_people(rows, actor=actor, purpose="排岗")]


def _identity(seat: str, taken: set[str]) -> tuple[str, bool]:
    """Return an identity number for a seat that nobody in `taken` has, and whether it is a man's."""
    salt = 0
    while True:
        lot = int.from_bytes(hashlib.sha256(f"{seat}/{salt}".encode()).digest()[:8])
        born_on = FIRST_BIRTHDAY + timedelta(days=lot % BIRTHDAYS)
        sequence = lot // BIRTHDAYS % 1000
        number = synthetic_id_number(born_on, sequence)
        if number not in taken:
            taken.add(number)
            return number, sequence % 2 == 1
        salt += 1
