"""Pages of our own for the tests of the common face: forms, live regions and clocks without any domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours, Problem
from shouwang.util.text import Text
from shouwang.web.access import duty, public, signed_in, to_sign_in


@dataclass
class Book:
    """What the pages took in, and what they shall answer."""

    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    posts: int = 0
    figure: int = 1
    is_signed_out: bool = False
    is_broken: bool = False

    def clear(self) -> None:
        """Begin again."""
        self.__init__()  # type: ignore[misc]  # starts anew, as the parser's own reset does


BOOK = Book()


class EntryForm(forms.Form):
    """A small form with an error that can be provoked."""

    plate = forms.CharField(label="车牌", max_length=20)
    note = forms.CharField(label="备注", required=False)
    photo = forms.FileField(label="照片", required=False)

    def clean_plate(self) -> str:
        if self.cleaned_data["plate"] == "bad":
            raise forms.ValidationError("车牌不对。")
        return str(self.cleaned_data["plate"])


PAGE = """
{% extends "web/phone.html" %}{% block heading %}登记{% endblock %}{% block main %}
{% include "web/errors.html" %}
<form method="post" enctype="multipart/form-data" data-queue="{{ mode }}" data-label="车辆登记"
 data-keep="entry">{% csrf_token %}
{% include "web/field.html" with field=form.plate %}{% include "web/field.html" with field=form.note %}
<input type="password" name="secret"><input type="file" name="photo">
<button class="btn btn-primary btn-touch" name="act" value="go">交</button></form>{% endblock %}
"""
LIVE = """
{% extends "web/phone.html" %}{% block heading %}看{% endblock %}{% block main %}
<section id="figures" data-live="board" data-live-every="0.2"><b id="figure">{{ book.figure }}</b>
<form id="half"><input id="typed" name="typed" value=""></form>
<details id="more"><summary>更多</summary>深</details>
<a id="link" href="#x">看</a></section>{% endblock %}
"""
CLOCKS = """
{% extends "web/phone.html" %}{% block heading %}钟{% endblock %}{% block main %}
{% for due in dues %}<p>{% clock due %}</p>{% endfor %}{% countdown soon %}{% endblock %}
"""


def _render(request: HttpRequest, source: str, status: int = 200, **values: object) -> HttpResponse:
    template = engines["django"].from_string(source)
    return HttpResponse(template.render(values, request), status=status)


@public
def entry(request: HttpRequest, mode: str) -> HttpResponse:
    if request.method != "POST":
        return _render(request, PAGE, form=EntryForm(), mode=mode)
    BOOK.posts += 1
    if BOOK.is_signed_out:
        return to_sign_in(request)
    if BOOK.is_broken:
        raise Problem("full", Text("今天收满了。", "Full today."), do=Text("明天再来。", "Come tomorrow."))
    form = EntryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render(request, PAGE, 422, form=form, mode=mode)
    BOOK.entries.setdefault(
        request.POST.get("request_key", ""), {**form.cleaned_data, "act": request.POST.get("act", "")}
    )
    return redirect("/t/done/")


@public
def done(request: HttpRequest) -> HttpResponse:
    return _render(
        request,
        "{% extends 'web/phone.html' %}{% block heading %}收到{% endblock %}{% block main %}{% endblock %}",
    )


@public
def live(request: HttpRequest) -> HttpResponse:
    return _render(request, LIVE, book=BOOK)


@public
def problem(request: HttpRequest) -> HttpResponse:
    raise Problem(
        "fever",
        Text("现在不能解除。", "No release yet."),
        why=Text("今天体温 37.6。", "37.6 today."),
        do=Text("等医生看过。", "Wait for the doctor."),
    )


@public
def missing(request: HttpRequest) -> HttpResponse:
    raise NotFoundOrNotYours


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


@public
def clocks(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    return _render(
        request,
        CLOCKS,
        dues=[now + timedelta(seconds=2), now + timedelta(minutes=18)],
        soon=now + timedelta(minutes=10),
    )


@signed_in
def inside(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.person.name)  # type: ignore[attr-defined]  # set by our middleware


@duty("gate.work")
def gate(request: HttpRequest) -> HttpResponse:
    return HttpResponse("gate")


urlpatterns = [
    path("", include("shouwang.web.urls")),
    path("", include("shouwang.portal.urls")),
    path("t/entry/<slug:mode>/", entry, name="entry"),
    path("t/done/", done),
    path("t/live/", live),
    path("t/problem/", problem),
    path("t/missing/", missing),
    path("t/broken/", broken),
    path("t/clocks/", clocks),
    path("t/inside/", inside),
    path("t/gate/", gate),
]
handler400 = "shouwang.web.views.bad_request"
handler403 = "shouwang.web.views.permission_denied"
handler404 = "shouwang.web.views.page_not_found"
handler500 = "shouwang.web.views.server_error"
