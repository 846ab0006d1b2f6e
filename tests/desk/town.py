"""The tiny territory of the kernel's tests, with accounts and leads, and a case that uses every field."""

from __future__ import annotations

from dataclasses import dataclass, field

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.text import Text
from tests.kernel import world as worlds
from tests.kernel.procedures.samples import LIMIT, end, flow, procedure, step

FIELDS = (
    '<sw:form><sw:field key="is_fit" type="boolean" zh="住处合适" en="The home is suitable" required="true"/>'
    '<sw:field key="how" type="choice" zh="怎么办" en="What next" required="true">'
    '<sw:option key="HOME" zh="居家" en="At home"/><sw:option key="SITE" zh="留观点" en="At a site"/>'
    "</sw:field>"
    '<sw:field key="days" type="integer" zh="几天" en="Days" required="false"/>'
    '<sw:field key="note" type="text" zh="说明" en="Note" required="false"/></sw:form>'
)
CHECKLIST = (
    '<sw:checklist><sw:item key="met" zh="见到本人" en="Met the person"/>'
    '<sw:item key="room" zh="有单独房间" en="A room of their own"/></sw:checklist>'
)
PROOF = '<sw:evidence key="paper" zh="承诺书已签" en="Undertaking signed" required="true"/>'
VISIT = procedure(
    step("visit", name="核住处", english="Check the home", checklist=CHECKLIST, form=FIELDS, more=PROOF),
    step("kit", name="送照护包", english="Deliver the kit", limit=LIMIT),
    end(outcome="SETTLED"),
    flow("start", "visit"),
    flow("visit", "kit"),
    flow("kit", "end"),
    key="HOME_VISIT",
    members=("visit", "kit"),
)
GOOD = {
    "ticks": ["met", "room"],
    "evidence": ["paper"],
    "note-paper": "CN-1",
    "answer-is_fit": "true",
    "answer-how": "HOME",
    "answer-days": "14",
    "answer-note": "",
}
TITLES = {
    "HOME_VISIT": Text("入户核住处", "Home visit"),
    "HOME_QUARANTINE": Text("居家隔离", "Home quarantine"),
}
ROLES = (
    ("courtyard_lead", "Y1"),
    ("community_police", "C1"),
    ("checkpoint_lead", "K1"),
    ("subdistrict_cadre", "S1"),
    ("commander", "D"),
    ("auditor", "D"),
    ("district_sponsor", "D"),
)


@dataclass
class Town(worlds.World):
    """The territory with accounts by duty and place."""

    accounts: dict[tuple[str, str], parties.Account] = field(default_factory=dict)

    def account(self, role: str, code: str) -> parties.Account:
        """Return the account of a duty, made on first use."""
        if (role, code) not in self.accounts:
            self.accounts[role, code] = parties.create_account(
                username=f"{role}-{code}",
                person=self.people[role, code],
                password="a long enough word",
                actor=journal.SYSTEM,
            )
        return self.accounts[role, code]

    def case(
        self, place: str = "Y1", name: str = "裴听澜", key: str = "HOME_VISIT", **more: object
    ) -> cases.Case:
        """Open a home visit about a named person with a telephone."""
        person = self.somebody()
        parties.correct_name(person, name, actor=journal.SYSTEM)
        parties.set_phone(person, "10003715555", journal.SYSTEM)
        new = procedures.Start(
            place=self.places[place],
            subject=journal.Ref("person", str(person.pk)),
            title=TITLES[key],
            person=parties.by_id(person.pk),
            **more,  # type: ignore[arg-type]  # the callers' names are those of Start
        )
        return procedures.start(key, new, journal.SYSTEM)


def build() -> Town:
    """Make the territory, put the remaining duties on their posts and publish the procedure."""
    made = worlds.build()
    town = Town(made.places, made.people, made.posts, made.made)
    for role, code in ROLES:
        town.hold(role, code)
    worlds.publish(VISIT)
    return town


def the_step(case: cases.Case) -> cases.Step:
    """Return the one open step of a case."""
    return cases.Step.objects.get(case=case, state="OPEN")


def the_offer(case: cases.Case) -> cases.Handover:
    """Return the one open offer of a case."""
    return cases.Handover.objects.get(step__case=case, state="OFFERED")
