"""The only door to people: register and find them, where they live, their masked look, and the way out."""

from __future__ import annotations

from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.models import (
    Account,
    Household,
    Organisation,
    Person,
    Residence,
    VaultField,
)
from shouwang.kernel.parties.queries.holdings import FIELD_NAMES, Held, Look, held_about, looks
from shouwang.kernel.parties.queries.identification import Identification
from shouwang.kernel.parties.queries.links import LinkNotGood, person_by_link
from shouwang.kernel.parties.queries.people import (
    MaskedPerson,
    by_id,
    by_public_id,
    find_by_identification,
    find_by_phone,
    masked,
    masked_many,
    people_living_in,
    residence_of,
)
from shouwang.kernel.parties.services.accounts import (
    OrganisationRow,
    create_account,
    load_organisations,
    set_preferences,
)
from shouwang.kernel.parties.services.disclosure import reveal
from shouwang.kernel.parties.services.homes import set_address, set_residence, settle_many
from shouwang.kernel.parties.services.links import issue_personal_link, revoke_personal_links
from shouwang.kernel.parties.services.registration import (
    NewPerson,
    correct_name,
    register_people,
    register_person,
    set_phone,
)
from shouwang.kernel.parties.services.shredding import shred_person
from shouwang.util.text import Text

journal.register_verbs(
    journal.Verb("person.registered", Text("登记一人，用于{purpose}", "Registered a person for {purpose}")),
    journal.Verb("person.phone_set", Text("登记或更换手机号", "Stored the telephone number")),
    journal.Verb("person.name_corrected", Text("更正姓名", "Corrected the name"), personal=("before",)),
    journal.Verb("person.moved", Text("登记住处", "Registered the residence")),
    journal.Verb("person.address_set", Text("登记详细住址", "Stored the exact address")),
    journal.Verb(
        "person.revealed", Text("查看个人信息，原因：{purpose}", "Looked at personal data, reason: {purpose}")
    ),
    journal.Verb(
        "person.shredded", Text("删除个人信息 {count} 项", "Deleted {count} items of personal data")
    ),
    journal.Verb(
        "person.link_issued",
        Text("给本人专用链接，{days} 天有效", "Gave the person their own link, good for {days} days"),
    ),
    journal.Verb("person.links_revoked", Text("收回专用链接 {count} 个", "Took back {count} personal links")),
    journal.Verb("account.created", Text("开通账号", "Opened an account")),
    journal.Verb("organisations.loaded", Text("载入单位 {count} 个", "Loaded {count} organisations")),
)

__all__ = [
    "FIELD_NAMES",
    "Account",
    "Held",
    "Household",
    "Identification",
    "LinkNotGood",
    "Look",
    "MaskedPerson",
    "NewPerson",
    "Organisation",
    "OrganisationRow",
    "Person",
    "Residence",
    "VaultField",
    "by_id",
    "by_public_id",
    "correct_name",
    "create_account",
    "find_by_identification",
    "find_by_phone",
    "held_about",
    "issue_personal_link",
    "load_organisations",
    "looks",
    "masked",
    "masked_many",
    "people_living_in",
    "person_by_link",
    "register_people",
    "register_person",
    "residence_of",
    "reveal",
    "revoke_personal_links",
    "set_address",
    "set_phone",
    "set_preferences",
    "set_residence",
    "settle_many",
    "shred_person",
]
