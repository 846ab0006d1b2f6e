"""Changing a procedure on the pages: by form on a phone, in the modeler at a desk, by two persons."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock as clocks
from tests import looking
from tests.desk.street import arrival
from tests.desk.town import the_step
from tests.kernel.procedures.samples import HOME_QUARANTINE

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens" / "drafts"
STEP = "suitability"
NOTE = "核住处两小时太赶，改成四小时。"


@pytest.fixture
def sign_in(district):
    """Return a client signed in as one of the cast."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(district.account(username))
        return client

    return signed_in


@pytest.fixture
def draft(district):
    return procedures.begin_draft(
        district.person("district-duty"), procedures.in_force("HOME_QUARANTINE").bpmn
    )


def filled(client: Client, address: str, **changes: str) -> dict[str, str]:
    """Return what the form at an address holds, with some of it changed."""
    page = client.get(address)
    values = {}
    for form in [page.context["form"], *page.context["lists"].values()]:
        for bound in _fields(form):
            value = bound.value()
            if value is not None and value is not False:
                values[bound.html_name] = "on" if value is True else str(value)
    return values | {"revision": str(page.context["revision"])} | changes


def _fields(form):
    if hasattr(form, "management_form"):
        yield from form.management_form
        for row in form:
            yield from row
    else:
        yield from form


def test_a_limit_is_changed_by_form_reviewed_and_published(sign_in, district):
    owner, second = sign_in("district-duty"), sign_in("commander")
    last = arrival(district, "裴听澜")
    page = owner.post("/procedures/HOME_QUARANTINE/change/", follow=True)
    draft = page.context["page"].draft
    element = reverse("desk:draft-element", args=[draft.pk, STEP])
    done = owner.post(element, filled(owner, element, limit_number="4"), follow=True)
    assert [one.what.en for one in done.context["page"].changes] == ["limit: 2 h → 4 h"]
    owner.post(reverse("desk:draft-note", args=[draft.pk]), {"revision": 2, "note": NOTE})
    day = clocks.today().isoformat()
    owner.post(reverse("desk:draft-submit", args=[draft.pk]), {"revision": 3, "effective_from": day})
    review, approval = reverse("desk:draft-review", args=[draft.pk]), {"act": "approve", "revision": 3}
    assert owner.post(review, approval).status_code == 403
    second.post(review, approval)
    answer = owner.post(reverse("desk:draft-publish", args=[draft.pk]), follow=True)
    assert "第 2 版发布了" in answer.content.decode()
    assert procedures.step_standard(the_step(arrival(district, "宁采薇"))).limit == timedelta(hours=4)
    assert procedures.step_standard(the_step(last)).limit == timedelta(hours=2)


def test_a_file_with_findings_is_refused_beside_its_reasons_and_nothing_is_stored(sign_in, district):
    wrong = HOME_QUARANTINE.replace("<sw:limit>PT2H</sw:limit>", "", 1)
    answer = sign_in("district-duty").post(reverse("desk:draft-upload"), {"text": wrong})
    assert answer.status_code == 422
    assert "没有时限" in answer.content.decode()
    assert not procedures.Draft.objects.exists()


def test_a_new_procedure_begins_on_the_page_and_wrong_words_are_kept(sign_in, district):
    owner = sign_in("district-duty")
    typed = {
        "name_zh": "借工具", "name_en": "Borrow tools", "key": "borrow", "number_prefix": "JY",
        "campaign": "COMMUNITY", "role": "community_worker",
    }  # fmt: skip
    answer = owner.post(reverse("desk:draft-new"), typed)
    assert answer.status_code == 422
    assert 'value="borrow"' in answer.content.decode()
    page = owner.post(reverse("desk:draft-new"), typed | {"key": "BORROW_TOOLS"}, follow=True)
    assert page.context["page"].findings == []


def test_a_version_is_downloaded_as_it_was_published(sign_in, district):
    answer = sign_in("auditor").get("/procedures/HOME_QUARANTINE/1.bpmn?download", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.content.decode() == procedures.in_force("HOME_QUARANTINE").bpmn
    assert "attachment" in answer["Content-Disposition"]


def test_what_the_form_holds_is_what_the_file_says(sign_in, draft):
    owner = sign_in("district-duty")
    element = reverse("desk:draft-element", args=[draft.pk, STEP])
    owner.post(element, filled(owner, element))
    assert procedures.compare(draft.bpmn, procedures.draft_by_pk(draft.pk).bpmn) == []


def test_a_checklist_item_is_added_and_another_taken_away(sign_in, draft):
    owner = sign_in("district-duty")
    element = reverse("desk:draft-element", args=[draft.pk, STEP])
    before = procedures.read_profile(draft.bpmn).steps[STEP].checklist
    changes = {"checklist-0-zh": "", "checklist-0-en": ""}
    changes |= {f"checklist-{len(before)}-zh": "有自来水", f"checklist-{len(before)}-en": "Has tap water"}
    owner.post(element, filled(owner, element, **changes))
    after = procedures.read_profile(procedures.draft_by_pk(draft.pk).bpmn).steps[STEP].checklist
    assert [item.text.en for item in after] == [*(item.text.en for item in before[1:]), "Has tap water"]


@pytest.mark.parametrize("element", ["suitability", "lane_1", "released", "flow_start"])
def test_every_kind_of_element_has_a_form_or_is_missing(sign_in, draft, element):
    owner = sign_in("district-duty")
    answer = owner.get(reverse("desk:draft-element", args=[draft.pk, element]))
    assert answer.status_code in {200, 404}


def test_every_listed_element_opens_and_saves_without_a_change(sign_in, draft):
    owner = sign_in("district-duty")
    page = owner.get(reverse("desk:draft", args=[draft.pk]))
    listed = [row.element for _, rows in page.context["page"].groups for row in rows]
    assert len(listed) > 15
    for element in listed:
        address = reverse("desk:draft-element", args=[draft.pk, element])
        assert owner.post(address, filled(owner, address)).status_code == 302, element
    assert procedures.compare(draft.bpmn, procedures.draft_by_pk(draft.pk).bpmn) == []


def test_bad_input_is_explained_and_kept(sign_in, draft):
    owner = sign_in("district-duty")
    element = reverse("desk:draft-element", args=[draft.pk, STEP])
    values = filled(owner, element, limit_number="-3", name_en="<script>alert(1)</script>")
    answer = owner.post(element, values)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "&lt;script&gt;" in words
    assert "<script>alert(1)" not in words
    assert procedures.draft_by_pk(draft.pk).revision == 1


def test_a_stale_form_is_refused_and_keeps_what_was_typed(sign_in, draft):
    owner, other = sign_in("district-duty"), sign_in("commander")
    element = reverse("desk:draft-element", args=[draft.pk, STEP])
    mine = filled(owner, element, limit_number="5")
    other.post(element, filled(other, element, limit_number="6"))
    answer = owner.post(element, mine)
    assert answer.status_code == 422
    assert 'value="5"' in answer.content.decode()
    assert procedures.read_profile(procedures.draft_by_pk(draft.pk).bpmn).steps[STEP].limit == timedelta(
        hours=6
    )


@pytest.mark.parametrize(
    "text",
    [
        "<a",
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        "<definitions/>",
        "x" * 2_100_000,
    ],
    ids=["malformed", "entity", "no process", "huge"],
)
def test_files_that_cannot_be_used_are_refused_and_nothing_is_stored(sign_in, text):
    answer = sign_in("district-duty").post(reverse("desk:draft-upload"), {"text": text})
    assert answer.status_code == 422
    assert not procedures.Draft.objects.exists()


def test_a_file_begins_a_change_or_a_new_procedure(sign_in, district):
    owner = sign_in("district-duty")
    new = HOME_QUARANTINE.replace("HOME_QUARANTINE", "HOME_VISIT")
    for text, base in ((HOME_QUARANTINE, 1), (new, None)):
        page = owner.post(reverse("desk:draft-upload"), {"text": text}, follow=True)
        draft = page.context["page"].draft
        assert (draft.based_on.version if draft.based_on else None) == base


def test_a_worker_reads_but_changes_nothing(sign_in, draft):
    worker = sign_in("community-worker")
    assert worker.get(reverse("desk:draft", args=[draft.pk])).status_code == 200
    assert worker.post("/procedures/HOME_QUARANTINE/change/").status_code == 403
    assert worker.post(reverse("desk:draft-withdraw", args=[draft.pk])).status_code == 403


# --- in the browser ------------------------------------------------------------------------------------------


@pytest.fixture
def open_as(transactional_db, district, served, browser):
    """Open a page signed in as one of the cast."""
    from django.conf import settings

    contexts = []

    def opened(username: str, width: int, language: str):
        client = Client()
        client.force_login(district.account(username))
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=served)
        session = settings.SESSION_COOKIE_NAME
        cookies = {session: client.cookies[session].value, settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies([{"name": k, "value": v, "url": served} for k, v in cookies.items()])
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda one: one.type == "error" and page.faults.append(one.text))
        return page

    yield opened
    for context in contexts:
        context.close()


def _look(page, name: str) -> None:
    looking.settle(page)
    looking.photograph(page, SCREENS / f"{name}.png")
    assert looking.is_fitting(page), name
    assert page.faults == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "language"), [(390, "zh-hans"), (1440, "en")])
def test_the_pages_of_a_change_fit(open_as, draft, width, language):
    bpmn = procedures.edit_element(draft.bpmn, STEP, procedures.Edit(limit="PT4H"))
    procedures.save_draft(draft.pk, draft.author, bpmn, NOTE, 1)
    page = open_as("district-duty", width, language)
    for name, address in {
        "drafts": reverse("desk:drafts"),
        "draft": reverse("desk:draft", args=[draft.pk]),
        "element": reverse("desk:draft-element", args=[draft.pk, STEP]),
        "upload": reverse("desk:draft-upload"),
    }.items():
        page.goto(address)
        _look(page, f"{name}-{width}-{language[:2]}")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_step_is_drawn_in_the_modeler_and_stored(open_as, draft, language):
    page = open_as("district-duty", 1440, language)
    page.goto(reverse("desk:draft-draw", args=[draft.pk]))
    page.locator("#modeler[data-ready=yes]").wait_for()
    chosen = page.locator(f'#modeler [data-element-id="{STEP}"]').first
    chosen.click(force=True)
    page.locator(".djs-context-pad.open").wait_for()
    _look(page, f"modeler-{language[:2]}")
    append = "接任务" if language == "zh-hans" else "Append task"
    page.locator(f'.djs-context-pad [title="{append}"]').click()
    page.keyboard.press("Escape")
    page.locator(".desk-modeler-acts button").first.click()
    page.wait_for_url(f"**{reverse('desk:draft', args=[draft.pk])}")
    stored = procedures.draft_by_pk(draft.pk)
    changes = procedures.compare(draft.bpmn, stored.bpmn)
    assert stored.revision == 2
    assert "ADDED" in {one.kind.value for one in changes}
    assert procedures.read_profile(stored.bpmn).steps[STEP] == procedures.read_profile(draft.bpmn).steps[STEP]


@pytest.mark.browser
def test_from_the_drawing_to_the_form_and_the_limit_governs_the_next_case(open_as, draft, district):
    page = open_as("district-duty", 1440, "zh-hans")
    page.goto(reverse("desk:draft-draw", args=[draft.pk]))
    page.locator("#modeler[data-ready=yes]").wait_for()
    page.locator(f'#modeler [data-element-id="{STEP}"]').first.click(force=True)
    page.get_by_role("button", name="改这一项的名称、时限和要点").click()
    page.get_by_label("限时").fill("4")
    page.get_by_role("button", name="存", exact=True).click()
    page.get_by_text("时限：2 小时 → 4 小时").wait_for()
    page.get_by_label("改了什么、为什么").fill(NOTE)
    page.get_by_role("button", name="存", exact=True).click()
    page.get_by_text("存好了").wait_for()
    page.get_by_role("button", name="送审").click()
    page.get_by_text("等没有改过它的人来审").wait_for()
    second = open_as("commander", 1440, "zh-hans")
    second.goto(reverse("desk:draft", args=[draft.pk]))
    second.get_by_role("button", name="同意").click()
    second.get_by_text("审过了，可以发布").wait_for()
    page.reload()
    page.get_by_role("button", name="发布").click()
    page.get_by_text("第 2 版发布了").wait_for()
    assert procedures.step_standard(the_step(arrival(district, "宁采薇"))).limit == timedelta(hours=4)
