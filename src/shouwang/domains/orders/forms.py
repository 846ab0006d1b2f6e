"""The sheet by which an order is issued or split, and the reason for which one is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shouwang.domains.orders.models import Leg
from shouwang.domains.orders.queries.targets import Target, chosen_places
from shouwang.domains.orders.services.issuing import NewOrder
from shouwang.kernel.cases import api as cases
from shouwang.kernel.places.api import Place
from shouwang.util import clock
from shouwang.util.ids import new_uuid
from shouwang.util.text import Text

_TOO_LONG = _("写得太长，有 %(show_value)s 个字，最多 %(limit_value)s 个字。")
ACKNOWLEDGE_WITHIN = (
    (30, _("30 分钟")),
    (60, _("1 小时")),
    (120, _("2 小时")),
    (240, _("4 小时")),
    (720, _("12 小时")),
)


def _line(label: Any, length: int, hint: Any = "", *, is_long: bool = False) -> forms.CharField:  # noqa: ANN401 - lazy texts
    widget = (
        forms.Textarea(attrs={"rows": "4"}) if is_long else forms.TextInput(attrs={"autocomplete": "off"})
    )
    return forms.CharField(
        label=label,
        max_length=length,
        widget=widget,
        help_text=hint,
        error_messages={"required": _("还没填这一项。"), "max_length": _TOO_LONG},
    )


class IssueForm(forms.Form):
    """One order: what, to whom, by when. English may be left out; then everybody reads the Chinese."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    title_zh = _line(_("叫什么"), 60, _("一句话，列表里看得懂；不写人名"))
    text_zh = _line(_("要做什么"), 2000, _("做到什么程度、怎么报；不写人名、证件号和电话"), is_long=True)
    title_en = _line(_("英文名"), 120)
    text_en = _line(_("英文内容"), 4000, is_long=True)
    campaign = forms.ChoiceField(label=_("属于哪个战役"), error_messages={"required": _("还没选战役。")})
    target = forms.ChoiceField(
        label=_("下到哪一级、给谁"),
        error_messages={"required": _("还没选下给谁。"), "invalid_choice": _("这里没有这样的岗位。")},
    )
    areas = forms.Field(label=_("下到哪些地方"), required=False)
    acknowledge_minutes = forms.TypedChoiceField(
        label=_("多久内签收"), choices=ACKNOWLEDGE_WITHIN, coerce=int, initial=120
    )
    due_at = forms.DateTimeField(
        label=_("什么时候前办完"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": _("还没写办结时间。"),
            "invalid": _("时间要像 2020-03-20 18:00 这样写。"),
        },
    )

    def __init__(self, targets: list[Target], parent: Leg | None = None, data: Any = None) -> None:  # noqa: ANN401 - form data
        super().__init__(data, auto_id="order-%s", use_required_attribute=False)
        self.targets = targets
        self.parent = parent
        for name in ("title_en", "text_en"):
            self.fields[name].required = False
        self._choose("campaign", [(one.key, str(one.name)) for one in cases.CAMPAIGNS.values()])
        self._choose("target", [(one.key, str(one.name)) for one in targets])
        self.initial.update(request_key=new_uuid(), campaign="COMMUNITY")
        if parent is not None:
            self._begin_from(parent)

    @property
    def chosen_areas(self) -> frozenset[str]:
        """The codes of the places ticked, for showing the form again."""
        return frozenset(self.data.getlist("areas")) if isinstance(self.data, QueryDict) else frozenset()

    def order(self, place: Place) -> NewOrder:
        """Return what was typed as an order from a place; only after `is_valid()`."""
        data = self.cleaned_data
        kind, _colon, role = data["target"].partition(":")
        request_key: UUID = data["request_key"]
        return NewOrder(
            request_key=request_key,
            title=Text(data["title_zh"].strip(), data["title_en"].strip()),
            text=Text(data["text_zh"].strip(), data["text_en"].strip()),
            campaign=data["campaign"],
            targets=chosen_places(place, kind, self.chosen_areas),
            kind=kind,
            role=role,
            acknowledge_by=clock.now() + timedelta(minutes=data["acknowledge_minutes"]),
            due_at=data["due_at"],
            parent_leg=self.parent,
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]

    def _begin_from(self, parent: Leg) -> None:
        """A part of an order says the same, in its campaign, until somewhat before the whole is due."""
        order = parent.order
        self.initial.update(
            title_zh=order.title_zh,
            title_en=order.title_en,
            text_zh=order.text_zh,
            text_en=order.text_en,
            campaign=order.campaign,
            due_at=max(order.due_at - timedelta(hours=2), clock.now() + timedelta(hours=1)),
        )


class CloseForm(forms.Form):
    """Why an order is closed before every place has answered."""

    reason = forms.CharField(
        label=_("为什么不等了"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("还没办完的地方会撤销，他们会看到这句话。"),
        error_messages={"max_length": _TOO_LONG},
    )
