"""The sixteen procedures of the lexicon and our own as files: there, clean, in both languages, drawn in full."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.web import manifest

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
SW = "{urn:shouwang:bpmn:1}"
#: Section 7 of the lexicon: key, the package of the domain, and the ends that it names.
LEXICON = {
    "ACCESS_CONTROL": ("gates", {"PASSED", "REFUSED", "REFERRED"}),
    "HOME_QUARANTINE": ("quarantine", {"RELEASED", "TRANSFERRED", "CASE"}),
    "HOUSEHOLD_SURVEY": ("survey", {"ROUND_CLOSED"}),
    "CHECKPOINT": ("gates", {"PASSED", "RETURNED", "HELD", "WITHDRAWN"}),
    "FEVER_RESPONSE": ("medical", {"EXCLUDED", "CASE"}),
    "FACILITY_ADMISSION": ("quarantine", {"DISCHARGED", "HOSPITAL"}),
    "CONTACT_TRACING": ("tracing", {"COMPLETED", "LOST", "CASE"}),
    "LIST_VERIFICATION": ("tracing", {"CLOSED"}),
    "RELEASE": ("quarantine", {"RELEASED", "EXTENDED"}),
    "COURTYARD_INCIDENT": ("tracing", {"LIFTED"}),
    "DISINFECTION_AND_WASTE": ("sanitation", {"VERIFIED"}),
    "RESIDENT_SUPPORT": ("care", {"CLOSED"}),
    "MEDICAL_TRANSPORT": ("medical", {"COMPLETED"}),
    "ROUGH_SLEEPER": ("care", {"RETURNED", "SHELTERED", "REFUSED_WITH_KIT"}),
    "DONATION": ("donations", {"RECONCILED"}),
    "RESUMPTION_AND_INCIDENT": ("enterprises", {"OPEN", "SUSPENDED", "REVOKED"}),
}
#: Besides them the loop by which they are improved, and the order from above.
OWN = {
    "ISSUE": ("handbook", {"SOLVED", "NOT_AN_ISSUE"}),
    "ORDER": ("orders", {"CONFIRMED", "WITHDRAWN"}),
}
ALL = LEXICON | OWN
#: A name longer than this does not fit into its box on a phone.
LONGEST_NAME = 9


def files():
    return {
        (one.key, procedures.read_profile(path.read_text()).key): path.read_text()
        for one in manifest.manifests()
        if one.procedures_folder is not None
        for path in sorted(one.procedures_folder.glob("*.bpmn"))
    }


TEXTS = {key: (domain, text) for (domain, key), text in files().items()}


def test_the_sixteen_of_the_lexicon_are_there_with_their_ends():
    found = {
        key: (domain, set(procedures.read_profile(text).outcomes)) for key, (domain, text) in TEXTS.items()
    }
    assert found == ALL


@pytest.mark.parametrize("key", ALL)
def test_it_passes_the_linter(district, key):
    assert procedures.check(TEXTS[key][1]) == []


@pytest.mark.parametrize("key", ALL)
def test_every_name_is_in_both_languages_and_short(key):
    root = etree.fromstring(TEXTS[key][1].encode())
    for node in root.find(f"{BPMN}process").iter(f"{{{BPMN[1:-1]}}}*"):
        name = node.get("name")
        if not name:
            continue
        english = node.findtext(f"{BPMN}extensionElements/{SW}name")
        assert english, (key, node.get("id"))
        assert not re.search("[\u4e00-\u9fff]", english), (key, english)
        if not node.tag.endswith("process"):
            assert len(name) <= LONGEST_NAME, (key, name)


@pytest.mark.parametrize("key", ALL)
def test_every_element_is_drawn_once(key):
    root = etree.fromstring(TEXTS[key][1].encode())
    drawn = [node.get("bpmnElement") for node in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")]
    nodes = [
        node.get("id")
        for node in root.find(f"{BPMN}process").iter(f"{{{BPMN[1:-1]}}}*")
        if node.get("id") and not node.tag.endswith(("EventDefinition", "laneSet", "process"))
    ]
    assert sorted(drawn) == sorted([*nodes, "pool"])


@pytest.mark.parametrize("key", ALL)
def test_what_it_opens_and_calls_exists_and_so_does_every_duty(key):
    profile = procedures.read_profile(TEXTS[key][1])
    assert {*profile.opens.values(), *profile.calls.values()} <= set(LEXICON)
    known = {role.key for role in duties.roles()}
    assert {step.role for step in profile.steps.values()} <= known
    assert set(profile.start.roles) <= known


def test_number_prefixes_tell_the_procedures_apart():
    prefixes = [procedures.read_profile(text).number_prefix for _domain, text in TEXTS.values()]
    assert len(set(prefixes)) == len(prefixes)
