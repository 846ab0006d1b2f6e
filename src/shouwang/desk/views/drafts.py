"""Changing a procedure in the browser: begin, edit by form or drawing, submit, review, publish, drop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.desk.forms import drafts as draft_forms
from shouwang.desk.forms.procedures import CheckForm
from shouwang.desk.queries.drafts import STEPS, choices_for, draft_page, element_name
from shouwang.desk.queries.drawings import in_english
from shouwang.desk.views.answers import UNPROCESSABLE
from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.web.access import duty
from shouwang.web.refusals import add_problem, tell_problem
from shouwang.web.requests import StaffRequest
from shouwang.web.templatetags.shouwang import in_language

_LISTS: dict[str, Any] = {
    "checklist": draft_forms.ChecklistFormSet,
    "evidence": draft_forms.ProofFormSet,
    "form": draft_forms.FieldFormSet,
}


@duty("procedure.see")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the changes that are being made, and those that are settled."""
    values = {
        "open": procedures.open_drafts(),
        "settled": procedures.settled_drafts(),
        "names": {one.key: one.name for one in procedures.list_in_force()},
    }
    return render(request, "desk/drafts.html", values)


@duty("procedure.edit")
@require_POST
def begin(request: StaffRequest, key: str) -> HttpResponse:
    """Begin a change of a procedure from its latest version."""
    versions = procedures.versions_of(key)
    if not versions:
        raise NotFoundOrNotYours
    draft = procedures.begin_draft(request.person, versions[0].bpmn)
    messages.success(request, _("这是一份修改，发布以前不影响在办的案件。"))
    return redirect("desk:draft", draft.pk)


@duty("procedure.edit")
@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest) -> HttpResponse:
    """Begin a change, or a new procedure, from a file; nothing is stored when the file cannot be used."""
    form = CheckForm(request.POST or None, request.FILES or None)
    findings = None
    if request.method == "POST" and form.is_valid():
        try:
            draft = procedures.upload_draft(request.person, form.cleaned_data["bpmn"])
        except procedures.Refused as refused:
            findings = refused.findings
        except Problem as problem:
            add_problem(form, problem)
        else:
            return redirect("desk:draft", draft.pk)
    status = UNPROCESSABLE if form.is_bound else 200
    values = {"form": form, "findings": findings}
    return render(request, "desk/draft_upload.html", values, status=status)


@duty("procedure.edit")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Begin a procedure that there is not yet, from a start, one step and an end."""
    roles = dict(choices_for("lane"))
    campaigns = [(one.key, in_language(one.name)) for one in cases.CAMPAIGNS.values()]
    named = [(key, in_language(words)) for key, words in roles.items()]
    form = draft_forms.NewForm(request.POST or None, campaigns, named)
    if request.method == "POST" and form.is_valid():
        try:
            made = procedures.begin_new(request.person, form.skeleton(roles[form.cleaned_data["role"]]))
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("新流程起了头：一步，有限时和要点。接着改，改好送审。"))
            return redirect("desk:draft", made.pk)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "desk/draft_new.html", {"form": form}, status=status)


@duty("procedure.see")
@require_GET
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a change: how it stands, what it changes, what the linter finds, and what can be done."""
    return _show(request, pk)


@duty("procedure.see")
@require_GET
def drawing(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the file of a draft; `?language=` puts names in a language, without it the file is as stored."""
    found = procedures.draft_by_pk(pk)
    language = request.GET.get("language", "")
    bpmn = in_english(found.bpmn) if language.startswith("en") else found.bpmn
    answer = HttpResponse(bpmn, content_type="application/xml; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    if "download" in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="{found.key}-draft-{found.pk}.bpmn"'
    return answer


@duty("procedure.edit")
@require_POST
def note(request: StaffRequest, pk: int) -> HttpResponse:
    """Store what changes and why."""
    form = draft_forms.NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, pk, note_form=form)
    found = procedures.draft_by_pk(pk)
    data = form.cleaned_data
    try:
        procedures.save_draft(pk, request.person, found.bpmn, data["note"], data["revision"])
    except Problem as problem:
        _raise_missing(problem)
        add_problem(form, problem)
        return _show(request, pk, note_form=form)
    messages.success(request, _("存好了。"))
    return redirect("desk:draft", pk)


@duty("procedure.edit")
@require_http_methods(["GET", "POST"])
def draw(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the drawing in the modeler; what was drawn is kept when it cannot be stored."""
    found = procedures.draft_by_pk(pk)
    form = draft_forms.DrawingForm(request.POST or None, initial={"revision": found.revision})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            procedures.save_draft(pk, request.person, data["bpmn"], found.note, data["revision"])
        except Problem as problem:
            _raise_missing(problem)
            add_problem(form, problem)
        else:
            if data["then"]:
                return redirect("desk:draft-element", pk, data["then"])
            messages.success(request, _("图存好了。"))
            return redirect("desk:draft", pk)
    values = {"draft": found, "form": form, "name": procedures.read_profile(found.bpmn).name}
    return render(request, "desk/draft_draw.html", values, status=UNPROCESSABLE if form.is_bound else 200)


@duty("procedure.edit")
@require_http_methods(["GET", "POST"])
def element(request: StaffRequest, pk: int, element: str) -> HttpResponse:
    """Change one element by form: its names, limit, standard, outcome, or what it refers to."""
    found = procedures.draft_by_pk(pk)
    node = procedures.find_element(procedures.parse_xml(found.bpmn), element)
    tag = node.tag.rpartition("}")[2]
    data = request.POST if request.method == "POST" else None
    form = _element_form(found, element, tag, data)
    lists = _element_lists(found, element, tag, data)
    if data is not None and form.is_valid() and all(one.is_valid() for one in lists.values()):
        edit = draft_forms.step_edit(form, lists) if isinstance(form, draft_forms.StepForm) else form.edit()
        try:
            bpmn = procedures.edit_element(found.bpmn, element, edit)
            procedures.save_draft(pk, request.person, bpmn, found.note, _revision(data))
        except Problem as problem:
            _raise_missing(problem)
            add_problem(form, problem)
        else:
            messages.success(request, _("改好了：%(name)s") % {"name": in_language(element_name(node))})
            return redirect("desk:draft", pk)
    values = {
        "draft": found,
        "form": form,
        "lists": lists,
        "name": element_name(node),
        "element": element,
        "revision": _revision(data) if data is not None else found.revision,
    }
    return render(
        request, "desk/draft_element.html", values, status=UNPROCESSABLE if data is not None else 200
    )


@duty("procedure.edit")
@require_POST
def submit(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a change before the second person."""
    form = draft_forms.SubmitForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            procedures.submit_draft(pk, request.person, data["revision"], data["effective_from"])
        except procedures.Refused:
            form.add_error(None, _("下面的检查还没过，改完再送审。"))
        except Problem as problem:
            _raise_missing(problem)
            add_problem(form, problem)
        else:
            messages.success(request, _("送审了。审的人已收到通知。"))
            return redirect("desk:draft", pk)
    return _show(request, pk, submit_form=form)


@duty("procedure.approve")
@require_POST
def review(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve a change, or give it back with what is wrong, as the second person."""
    form = draft_forms.RemarkForm(request.POST)
    if form.is_valid():
        remark, revision = form.cleaned_data["remark"], form.cleaned_data["revision"]
        try:
            if request.POST.get("act") == "approve":
                procedures.approve_draft(pk, request.person, revision, remark)
                messages.success(request, _("审过了，可以发布。"))
            else:
                procedures.return_draft(pk, request.person, remark, revision)
                messages.success(request, _("退回去改了。"))
        except Problem as problem:
            _raise_missing(problem)
            add_problem(form, problem)
        else:
            return redirect("desk:draft", pk)
    return _show(request, pk, remark_form=form)


@duty("procedure.edit")
@require_POST
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish an approved change as the next version."""
    try:
        version = procedures.publish_draft(pk, request.person)
    except Problem as problem:
        _raise_missing(problem)
        tell_problem(request, problem)
        return redirect("desk:draft", pk)
    messages.success(
        request, _("第 %(version)s 版发布了。在办的案件还照原来那版。") % {"version": version.version}
    )
    return redirect("desk:procedure", version.key)


@duty("procedure.edit")
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Drop a change."""
    try:
        procedures.withdraw_draft(pk, request.person)
    except Problem as problem:
        _raise_missing(problem)
        tell_problem(request, problem)
        return redirect("desk:draft", pk)
    messages.success(request, _("这份修改作废了。"))
    return redirect("desk:drafts")


def _show(request: StaffRequest, pk: int, **bound: forms.Form) -> HttpResponse:
    found = procedures.draft_by_pk(pk)
    values: dict[str, Any] = {
        "page": draft_page(found, request.person),
        "note_form": draft_forms.NoteForm(initial={"revision": found.revision, "note": found.note}),
        "submit_form": draft_forms.SubmitForm(
            initial={"revision": found.revision, "effective_from": clock.today()}
        ),
        "remark_form": draft_forms.RemarkForm(initial={"revision": found.revision}),
        "language": get_language(),
        **bound,
    }
    return render(request, "desk/draft.html", values, status=UNPROCESSABLE if bound else 200)


def _element_form(found: procedures.Draft, element: str, tag: str, data: Any) -> draft_forms.NamesForm:  # noqa: ANN401 a QueryDict or None
    node = procedures.find_element(procedures.parse_xml(found.bpmn), element)
    name = element_name(node)
    names = {"name_zh": node.get("name", ""), "name_en": name.en if name.en != name.zh else ""}
    if tag in STEPS:
        spec = procedures.read_profile(found.bpmn).steps[element]
        return draft_forms.StepForm(data, initial={**names, **draft_forms.step_initial(spec)})
    if tag == "endEvent":
        end = procedures.read_profile(found.bpmn).ends[element]
        return draft_forms.EndForm(data, initial={**names, "outcome": end.outcome})
    if tag == "sequenceFlow":
        condition = procedures.condition_of(node)
        return draft_forms.FlowForm(data, initial={**names, "condition": condition})
    timer = node.find("{*}timerEventDefinition")
    if timer is not None:
        return draft_forms.TimerForm(
            data, initial={**names, "timer": "".join(map(str, timer.itertext())).strip()}
        )
    if tag in {"lane", "serviceTask", "businessRuleTask", "callActivity"}:
        choices = [(key, in_language(words)) for key, words in choices_for(tag)]
        initial = {**names, "refers_to": _referred(found, element, tag)}
        return draft_forms.ChoiceElementForm(data, initial=initial, tag=tag, choices=choices)
    return draft_forms.NamesForm(data, initial=names)


def _referred(found: procedures.Draft, element: str, tag: str) -> str:
    profile = procedures.read_profile(found.bpmn)
    if tag == "lane":
        node = procedures.find_element(procedures.parse_xml(found.bpmn), element)
        role = node.find("{*}extensionElements/{urn:shouwang:bpmn:1}role")
        return "" if role is None else role.get("key", "")
    if tag == "serviceTask":
        return profile.services.get(element, "")
    if tag == "businessRuleTask":
        return profile.rules.get(element, ("", ""))[0]
    return profile.calls.get(element, "")


def _element_lists(found: procedures.Draft, element: str, tag: str, data: Any) -> dict[str, Any]:  # noqa: ANN401 as above
    if tag not in STEPS:
        return {}
    spec = procedures.read_profile(found.bpmn).steps[element]
    items = {"checklist": spec.checklist, "evidence": spec.evidence, "form": spec.form}
    return {
        key: made(data, initial=draft_forms.rows_of(items[key]), prefix=key) for key, made in _LISTS.items()
    }


def _revision(data: Any) -> int:  # noqa: ANN401 as above
    text = data.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _raise_missing(problem: Problem) -> None:
    """Let what is missing or not allowed answer as everywhere; other problems stand beside the form."""
    if isinstance(problem, NotFoundOrNotYours):
        raise problem
