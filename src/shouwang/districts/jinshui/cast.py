"""The fixed cast: one account for each duty, along one chain that can be walked from the road to the door.

A traveller who stops at 北环服务站 and lives in the first courtyard of 阳光社区 meets all of them. One
community worker stands in another sub-district, to show what she cannot see. `SPECIALISTS` are those whom the
procedures of the other working fields call. All names are invented.

`build_small_district` makes the same chain in a small district, through the same services, for tests.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from shouwang.districts.jinshui import staffing, territory
from shouwang.districts.jinshui.methods import load_methods
from shouwang.districts.jinshui.sources import DISTRICT, rows
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import Place
from shouwang.util import clock

#: Everybody's password in the demo; accounts with it are made in demo mode only.
DEMO_PASSWORD = "shouwang"  # noqa: S105 the demo says it aloud on its sign-in page
SUBDISTRICT, OTHER_SUBDISTRICT = "410105006", "410105019"
COMMUNITY, OTHER_COMMUNITY = "410105006001", "410105019001"
COURTYARD = "410105006001-01"
CHECKPOINT = "410105-S01"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast: the account's name, the post they hold first, and their invented name."""

    username: str
    role: str
    place: str
    name: str


CAST = (
    Member("guard", "guard", CHECKPOINT, "秦越岭"),
    Member("checkpoint-lead", "checkpoint_lead", CHECKPOINT, "白思远"),
    Member("community-worker", "community_worker", COMMUNITY, "闻一禾"),
    Member("community-director", "community_director", COMMUNITY, "何立山"),
    Member("community-doctor", "community_doctor", COMMUNITY, "温如珩"),
    Member("community-police", "community_police", COMMUNITY, "庄书衡"),
    Member("courtyard-lead", "courtyard_lead", COURTYARD, "柏青岩"),
    Member("courtyard-team", "courtyard_team", COURTYARD, "林照夜"),
    Member("subdistrict-duty", "subdistrict_duty", SUBDISTRICT, "谢知行"),
    Member("subdistrict-cadre", "subdistrict_cadre", SUBDISTRICT, "叶疏桐"),
    Member("district-sponsor", "district_sponsor", SUBDISTRICT, "方远山"),
    Member("district-duty", "district_duty", DISTRICT, "陆鸣川"),
    Member("commander", "commander", DISTRICT, "贺长风"),
    Member("auditor", "auditor", DISTRICT, "季怀瑾"),
    Member("other-worker", "community_worker", OTHER_COMMUNITY, "顾南枝"),
)
#: Those who come in by the procedures of a working field: at the district, the sub-district, the community.
SPECIALISTS = (
    Member("grid-worker", "grid_worker", COMMUNITY, "姜小满"),
    Member("volunteer-lead", "volunteer_lead", COMMUNITY, "童晓星"),
    Member("site-manager", "site_manager", SUBDISTRICT, "邵明远"),
    Member("site-doctor", "site_doctor", SUBDISTRICT, "苏念安"),
    Member("sanitation-crew", "sanitation_crew", SUBDISTRICT, "牛得水"),
    Member("city-management", "city_management", SUBDISTRICT, "高行健"),
    Member("firm-contact", "firm_contact", SUBDISTRICT, "钱知微"),
    Member("cdc-officer", "cdc_officer", DISTRICT, "沈问渠"),
    Member("data-desk", "data_desk", DISTRICT, "路西洲"),
    Member("transport-dispatcher", "transport_dispatcher", DISTRICT, "丁一鸣"),
    Member("transport-crew", "transport_crew", DISTRICT, "看鹏程"),
    Member("counsellor", "counsellor", DISTRICT, "安若素"),
    Member("civil-affairs", "civil_affairs", DISTRICT, "何暖阳"),
    Member("red-cross-clerk", "red_cross_clerk", DISTRICT, "林予安"),
    Member("second-counter", "second_counter", DISTRICT, "郑重之"),
    Member("store-keeper", "store_keeper", DISTRICT, "仓满堂"),
    Member("supply-allocator", "supply_allocator", DISTRICT, "齐物论"),
    Member("lead-department", "lead_department", DISTRICT, "傅守正"),
    Member("lead-community", "lead_community", DISTRICT, "宋长安"),
    Member("lead-isolation-control", "lead_isolation_control", DISTRICT, "韩致远"),
    Member("lead-entry-checkpoint", "lead_entry_checkpoint", DISTRICT, "梁关山"),
    Member("lead-public-information", "lead_public_information", DISTRICT, "许知言"),
)
EVERYBODY = (*CAST, *SPECIALISTS)
NAMES = {(member.role, member.place): member.name for member in EVERYBODY}


@dataclass(frozen=True)
class District:
    """A district that stands, with short ways to its cast (tests and the simulation)."""

    place: Place

    def at(self, code: str) -> Place:
        """Return the place with this code."""
        return places.get(code)

    def answer(self, username: str) -> duties.Answer:
        """Return the person and post of one of the cast, whether or not they have an account."""
        member = next(one for one in EVERYBODY if one.username == username)
        found = duties.holder(member.role, places.get(member.place))
        if found is None:
            raise LookupError(f"nobody holds the post of {username}")
        return found

    def person(self, username: str) -> parties.Person:
        """Return one of the cast."""
        return self.answer(username).person

    def account(self, username: str) -> parties.Account:
        """Return the account of one of the cast."""
        return parties.Account.objects.get(username=username)


def open_accounts(actor: journal.Actor, password: str = DEMO_PASSWORD) -> int:
    """Give the cast their accounts, with `demo_duty` set; return how many were new."""
    district = District(places.get(DISTRICT))
    known = set(parties.Account.objects.values_list("username", flat=True))
    new = [member for member in EVERYBODY if member.username not in known]
    for member in new:
        parties.create_account(
            username=member.username,
            person=district.person(member.username),
            password=password,
            actor=actor,
            demo_duty=member.role,
        )
    return len(new)


def build_small_district(*, has_accounts: bool = True, has_methods: bool = True) -> District:
    """Make a small district with the whole chain and the cast, by the same services as the real one.

    One district, two sub-districts of two communities with three courtyards each, a checkpoint; with rules
    and procedures, and accounts for the cast, unless told otherwise.
    """
    with transaction.atomic():
        places.load_places(territory.place_rows(_small()), journal.SYSTEM)
        district = places.get(DISTRICT)
        if has_methods:
            load_methods()
        staffing.staff(list(places.subtree(district)), since=clock.now(), actor=journal.SYSTEM, names=NAMES)
        if has_accounts:
            open_accounts(journal.SYSTEM)
    return District(district)


def _small() -> set[str]:
    subdistricts = {SUBDISTRICT, OTHER_SUBDISTRICT}
    communities = {f"{code}00{number}" for code in subdistricts for number in (1, 2)}
    courtyards = {f"{code}-0{number}" for code in communities for number in (1, 2, 3)}
    sites = [row["code"] for row in rows("sites.csv") if row["parent"] in subdistricts]
    return {DISTRICT, *subdistricts, *communities, *courtyards, *sites}
