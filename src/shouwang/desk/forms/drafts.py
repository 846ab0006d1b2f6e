"""Forms of the change of a procedure: one element, the whole drawing, and the acts of its two persons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.kernel.procedures import api as procedures
from shouwang.util.text import Text

UNITS = {"M": ("T", "M"), "H": ("T", "H"), "D": ("", "D")}
_SLOT = re.compile(r"[^A-Za-z0-9_]")
FIELD_KINDS = (
    ("boolean", gettext_lazy("是或否")),
    ("choice", gettext_lazy("选一个")),
    ("text", gettext_lazy("文字")),
    ("integer", gettext_lazy("整数")),
    ("decimal", gettext_lazy("数字，可带小数")),
    ("date", gettext_lazy("日期")),
    ("celsius", gettext_lazy("体温")),
)


class NoteForm(forms.Form):
    """What is stored when a draft is saved: the revision that was edited, and why the procedure changes."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("改了什么、为什么"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DrawingForm(forms.Form):
    """The file as the modeler has it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    bpmn = forms.CharField(widget=forms.HiddenInput, strip=False)
    then = forms.CharField(widget=forms.HiddenInput, required=False, max_length=120)


class SubmitForm(forms.Form):
    """From which day it shall be in force."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    effective_from = forms.DateField(
        label=gettext_lazy("从哪天起用"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RemarkForm(forms.Form):
    """What the second person says of the revision that they have read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=gettext_lazy("意见"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class NewForm(forms.Form):
    """What a new procedure is called, and who does its first step."""

    name_zh = forms.CharField(label=gettext_lazy("中文名称"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120)
    key = forms.RegexField(
        r"^[A-Z][A-Z_]{1,39}$",
        label=gettext_lazy("代号"),
        help_text=gettext_lazy("大写字母和下划线，例如 HOME_QUARANTINE。定了不能改。"),
        error_messages={"invalid": gettext_lazy("代号只用大写字母和下划线，至少两个字。")},
    )
    number_prefix = forms.RegexField(
        r"^[A-Z]{2}$",
        label=gettext_lazy("编号字头"),
        help_text=gettext_lazy("两个大写字母，案件编号用它开头。"),
        error_messages={"invalid": gettext_lazy("编号字头是两个大写字母。")},
    )
    campaign = forms.ChoiceField(label=gettext_lazy("属于哪个战役"))
    role = forms.ChoiceField(label=gettext_lazy("第一步由谁做"))

    def __init__(
        self,
        data: QueryDict | None,
        campaigns: Sequence[tuple[str, str]],
        roles: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        for name, choices in (("campaign", campaigns), ("role", roles)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def skeleton(self, role_name: Text) -> procedures.Skeleton:
        """Return what the procedure begins with."""
        data = self.cleaned_data
        name = Text(data["name_zh"], data["name_en"])
        return procedures.Skeleton(
            data["key"], name, data["campaign"], data["number_prefix"], data["role"], role_name
        )


class NamesForm(forms.Form):
    """What every element has: its names. Forms of one kind of element add to it."""

    name_zh = forms.CharField(label=gettext_lazy("中文名称"), max_length=80, required=False)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120, required=False)

    def edit(self) -> procedures.Edit:
        """Return what shall be changed in the file."""
        return procedures.Edit(name=self.names())

    def names(self) -> Text:
        """Return the names as typed."""
        return Text(self.cleaned_data["name_zh"], self.cleaned_data["name_en"])


class StepForm(NamesForm):
    """A step: names and limit; its lists are formsets beside it."""

    limit_number = forms.IntegerField(label=gettext_lazy("限时"), min_value=1, max_value=9999)
    limit_unit = forms.ChoiceField(
        label=gettext_lazy("单位"),
        choices=[("M", gettext_lazy("分钟")), ("H", gettext_lazy("小时")), ("D", gettext_lazy("天"))],
    )

    def limit(self) -> str:
        """Return the limit as an ISO 8601 duration."""
        time, letter = UNITS[self.cleaned_data["limit_unit"]]
        return f"P{time}{self.cleaned_data['limit_number']}{letter}"


class EndForm(NamesForm):
    """An end: the outcome with which a case closes, or none for the end of a branch."""

    outcome = forms.RegexField(
        r"^[A-Z][A-Z0-9_]*$",
        label=gettext_lazy("结果代号"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("大写字母和下划线，例如 RELEASED。空着：只结束这一支。"),
    )

    def edit(self) -> procedures.Edit:
        """As NamesForm; the words of the outcome are the names."""
        return procedures.Edit(name=self.names(), outcome=(self.cleaned_data["outcome"], self.names()))


class ChoiceElementForm(NamesForm):
    """An element that refers to something registered: a duty, a service, a rule table, a procedure."""

    refers_to = forms.ChoiceField()

    def __init__(
        self, *args: Any, tag: str = "", choices: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tag = tag
        field = self.fields["refers_to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)
        field.label = {
            "lane": _("哪个职责"),
            "serviceTask": _("自动做什么"),
            "businessRuleTask": _("按哪张规则表"),
            "callActivity": _("调用哪个流程"),
        }.get(tag, "")

    def edit(self) -> procedures.Edit:
        """As NamesForm, with what is referred to."""
        value = self.cleaned_data["refers_to"]
        if self.tag == "callActivity":
            return procedures.Edit(name=self.names(), called=value)
        slot = {
            "lane": ("role", "key"),
            "serviceTask": ("service", "name"),
            "businessRuleTask": ("rules", "table"),
        }
        return procedures.Edit(name=self.names(), attributes=((*slot[self.tag], value),))


class FlowForm(NamesForm):
    """A sequence flow: under what condition it is taken."""

    condition = forms.CharField(
        label=gettext_lazy("条件"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("写事实和比较，例如 is_suitable == true。空着：没有条件。"),
    )

    def edit(self) -> procedures.Edit:
        """As NamesForm, with the condition."""
        return procedures.Edit(name=self.names(), condition=self.cleaned_data["condition"].strip())


class TimerForm(NamesForm):
    """An event that waits for a time."""

    timer = forms.CharField(
        label=gettext_lazy("等多久"),
        max_length=80,
        help_text=gettext_lazy("PT2H 是两小时，P1D 是一天；或者写一个事实的名字，例如 until_at。"),
    )

    def edit(self) -> procedures.Edit:
        """As NamesForm, with the timer."""
        return procedures.Edit(name=self.names(), timer=self.cleaned_data["timer"].strip())


class RowForm(forms.Form):
    """One row of a list: words in both languages. A row without words is left out."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    zh = forms.CharField(label=gettext_lazy("中文"), required=False, max_length=120)
    en = forms.CharField(label=gettext_lazy("英文"), required=False, max_length=160)

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the row."""
        return not (self.cleaned_data.get("zh") or self.cleaned_data.get("en"))

    def words(self) -> Text:
        """Return the words as typed."""
        return Text(self.cleaned_data["zh"], self.cleaned_data["en"])


class ProofRowForm(RowForm):
    """One proof."""

    is_required = forms.BooleanField(label=gettext_lazy("必须有"), required=False)


class FieldRowForm(RowForm):
    """One thing to fill in."""

    kind = forms.ChoiceField(label=gettext_lazy("填什么"), choices=FIELD_KINDS)
    is_required = forms.BooleanField(label=gettext_lazy("必须填"), required=False)
    options = forms.CharField(
        label=gettext_lazy("选项"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("每行一个：代号 | 中文 | 英文"),
    )

    def clean(self) -> dict[str, Any]:
        """Read the options; a choice without options cannot be answered."""
        data = super().clean() or {}
        rows = [[part.strip() for part in line.split("|")] for line in data.get("options", "").splitlines()]
        rows = [row for row in rows if any(row)]
        if any(len(row) != 3 or not all(row) for row in rows):
            self.add_error("options", _("每行要有三段：代号 | 中文 | 英文"))
        elif data.get("kind") == "choice" and not rows and (data.get("zh") or data.get("en")):
            self.add_error("options", _("选一个，就要有选项"))
        data["read_options"] = rows
        return data


ChecklistFormSet = formset_factory(RowForm, extra=2, max_num=30)
ProofFormSet = formset_factory(ProofRowForm, extra=1, max_num=20)
FieldFormSet = formset_factory(FieldRowForm, extra=1, max_num=20)


def step_initial(spec: procedures.StepSpec) -> dict[str, Any]:
    """Return the limit of a step as number and unit, the largest unit that is whole."""
    minutes = int(spec.limit.total_seconds()) // 60 if spec.limit else 0
    number, unit = minutes, "M"
    if minutes and minutes % (24 * 60) == 0:
        number, unit = minutes // (24 * 60), "D"
    elif minutes and minutes % 60 == 0:
        number, unit = minutes // 60, "H"
    return {"limit_number": number or None, "limit_unit": unit}


def rows_of(items: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the rows of a list of a step, to be edited."""
    rows = []
    for item in items:
        row = {"key": item.key, "zh": item.text.zh, "en": item.text.en}
        row["is_required"] = getattr(item, "is_required", False)
        if isinstance(item, procedures.FormField):
            row["kind"] = item.kind
            row["options"] = "\n".join(f"{o.key} | {o.text.zh} | {o.text.en}" for o in item.options)
        rows.append(row)
    return rows


def keyed_rows(formset: BaseFormSet[Any], prefix: str) -> list[tuple[str, Any]]:
    """Return the rows that say something, each with its key; new ones get the next free key."""
    rows = [form for form in formset.forms if not form.is_blank]
    taken = {form.cleaned_data["key"] for form in rows}
    free = (f"{prefix}_{n}" for n in range(1, 1000) if f"{prefix}_{n}" not in taken)
    return [(_SLOT.sub("_", form.cleaned_data["key"]) or next(free), form) for form in rows]


def step_edit(form: StepForm, lists: Mapping[str, BaseFormSet[Any]]) -> procedures.Edit:
    """Return what a step's form and its three lists change."""
    return procedures.Edit(
        name=form.names(),
        limit=form.limit(),
        checklist=[
            procedures.ChecklistItem(key, row.words()) for key, row in keyed_rows(lists["checklist"], "item")
        ],
        evidence=[
            procedures.EvidenceItem(key, row.words(), row.cleaned_data["is_required"])
            for key, row in keyed_rows(lists["evidence"], "proof")
        ],
        form=[_field(key, row) for key, row in keyed_rows(lists["form"], "field")],
    )


def _field(key: str, row: FieldRowForm) -> procedures.FormField:
    data = row.cleaned_data
    options = tuple(procedures.Option(o, Text(zh, en)) for o, zh, en in data["read_options"])
    return procedures.FormField(key, data["kind"], row.words(), data["is_required"], options)
