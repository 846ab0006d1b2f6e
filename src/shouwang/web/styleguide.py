"""The style guide: every shared part on one page, in demo mode only, to look at and to compare against."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from shouwang.util import clock
from shouwang.util.text import Text
from shouwang.web.access import public
from shouwang.web.requests import Request


class SampleForm(forms.Form):
    """One field of each kind."""

    plate = forms.CharField(label=_("车牌"), help_text=_("一个汉字、一个字母、五位或六位"))
    number = forms.CharField(label=_("身份证号"))
    coming_from = forms.ChoiceField(label=_("从哪里来"), choices=[("1", _("省内")), ("2", _("省外"))])
    symptoms = forms.ChoiceField(
        label=_("现在有人发热、咳嗽、乏力吗"),
        choices=[("no", _("全车没有")), ("yes", _("有，标出是谁"))],
        widget=forms.RadioSelect,
        initial="no",
    )
    is_minor = forms.BooleanField(label=_("未满 14 岁，由大人代填"), required=False)
    remark = forms.CharField(label=_("备注"), widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def clean_number(self) -> str:
        """Show how an error stands under its field."""
        number = str(self.cleaned_data["number"])
        if len(number) != 18:
            raise forms.ValidationError(_("少 1 位。身份证号是 18 位，这里有 17 位。"))
        return number


@public
@require_GET
def page(request: Request) -> HttpResponse:
    """Show all parts; raises Http404 outside demo mode. `?shell=board|phone|public` shows another frame."""
    if not settings.IS_DEMO:
        raise Http404
    now = clock.now()
    shell = request.GET.get("shell", "staff")
    frame = shell if shell in {"board", "phone", "public", "staff"} else "staff"
    values = {
        "frame": f"web/{frame}.html",
        "form": SampleForm({"plate": "豫 AD20T6", "number": "50023620110304251", "coming_from": "2"}),
        "started": now - timedelta(minutes=30),
        "due": {
            "late": now - timedelta(minutes=42),
            "soon": now + timedelta(minutes=18),
            "offer": now + timedelta(minutes=96),
            "today": now + timedelta(hours=3, minutes=10),
            "far": now + timedelta(days=8),
        },
        "bilingual": Text("通行并告知", "Pass and notify"),
        "span": timedelta(hours=2, minutes=10),
    }
    return render(request, "web/styleguide.html", values)
