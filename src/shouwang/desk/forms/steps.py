"""The form of one step, made from its standard, and the small forms of handing over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures import api as procedures
from shouwang.util.problems import Problem

MAX_NOTE_LENGTH = 300
_ANSWER = "answer-"
_NOTE = "note-"


class StepForm(forms.Form):
    """Everything that completes one step: ticks, proofs and answers, in one sheet with one button.

    `proven` are the keys of the proofs stored before; they are not asked for again.
    """

    def __init__(
        self,
        step: cases.Step,
        spec: procedures.StepSpec,
        proven: frozenset[str] = frozenset(),
        data: Any = None,  # noqa: ANN401 - a QueryDict or None, as Django's forms take it
    ) -> None:
        super().__init__(data, auto_id=f"step-{step.pk}-%s", use_required_attribute=False)
        self.step = step
        self.spec = spec
        self.missing_proofs = [item for item in spec.evidence if item.key not in proven]
        if spec.checklist:
            self.fields["ticks"] = _checks(_("做到了的"), [(i.key, str(i.text)) for i in spec.checklist])
            self.initial["ticks"] = list(step.ticks)
        if self.missing_proofs:
            choices = [(item.key, str(item.text)) for item in self.missing_proofs]
            self.fields["evidence"] = _checks(_("凭据"), choices)
            for item in self.missing_proofs:
                self.fields[_NOTE + item.key] = _note()
        for field in spec.form:
            self.fields[_ANSWER + field.key] = answer_field(field)

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        """The fields of the step's own form, in its order."""
        return [self[name] for name in self.fields if name.startswith(_ANSWER)]

    @property
    def checklist(self) -> list[tuple[str, str, bool]]:
        """Each item of the checklist: key, words, and whether it is ticked."""
        ticked = set(self["ticks"].value() or []) if "ticks" in self.fields else set()
        return [(item.key, str(item.text), item.key in ticked) for item in self.spec.checklist]

    @property
    def proofs(self) -> list[tuple[str, str, bool, bool, forms.BoundField]]:
        """Each proof not stored yet: key, words, whether required, whether marked now, and its note."""
        marked = set(self["evidence"].value() or []) if self.missing_proofs else set()
        return [
            (item.key, str(item.text), item.is_required, item.key in marked, self[_NOTE + item.key])
            for item in self.missing_proofs
        ]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: one tap completes the step."""
        return not self.fields

    def answers(self) -> dict[str, str]:
        """The answers typed, by field key."""
        return {
            name.removeprefix(_ANSWER): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_ANSWER)
        }

    def proofs_given(self) -> list[tuple[str, str]]:
        """The proofs marked now, each with its note."""
        return [(key, self.cleaned_data[_NOTE + key]) for key in self.cleaned_data.get("evidence", [])]

    def add(self, problem: Problem) -> None:
        """Lay a problem of the kernel beside the field that it names."""
        name = problem.field if problem.field in self.fields else _ANSWER + problem.field
        self.add_error(name if name in self.fields else None, str(problem.in_words()))


class ReasonForm(forms.Form):
    """Why an offer is declined. That it is long enough to be of use is for the kernel to say."""

    reason = forms.CharField(
        label=_("为什么不接"),
        max_length=MAX_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("写得太长，有 %(show_value)s 个字，最多 %(limit_value)s 个字。")},
        help_text=_("移交的人会看到，好找别人。"),
    )


class ReceiverForm(forms.Form):
    """To whom a step is handed over: somebody on duty who can do it."""

    receiver = forms.ChoiceField(
        label=_("移交给"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("还没选移交给谁。"),
            "invalid_choice": _("这个人现在不在岗，换一个人。"),
        },
    )

    def __init__(self, choices: list[tuple[str, str]], data: Any = None) -> None:  # noqa: ANN401 - as above
        super().__init__(data, use_required_attribute=False)
        receiver = self.fields["receiver"]
        assert isinstance(receiver, forms.ChoiceField)
        receiver.choices = choices


class ProofForm(forms.Form):
    """One more proof for an open step: which, and a note or the number of a document."""

    key = forms.ChoiceField(label=_("哪一项"), error_messages={"required": _("还没选哪一项。")})
    note = forms.CharField(
        label=_("一句话说明"),
        max_length=MAX_NOTE_LENGTH,
        required=False,
        error_messages={"max_length": _("写得太长，有 %(show_value)s 个字，最多 %(limit_value)s 个字。")},
    )
    document_number = forms.CharField(
        label=_("文书编号"),
        max_length=40,
        required=False,
        error_messages={"max_length": _("文书编号没有这么长。")},
    )

    def __init__(self, spec: procedures.StepSpec, data: Any = None) -> None:  # noqa: ANN401 - as above
        super().__init__(data, auto_id="proof-%s", use_required_attribute=False)
        key = self.fields["key"]
        assert isinstance(key, forms.ChoiceField)
        key.choices = [(item.key, str(item.text)) for item in spec.evidence]


def _checks(label: Any, choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:  # noqa: ANN401 - lazy text
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("说明或编号"),
        max_length=MAX_NOTE_LENGTH,
        required=False,
        error_messages={"max_length": _("写得太长，有 %(show_value)s 个字，最多 %(limit_value)s 个字。")},
    )


def answer_field(field: procedures.FormField) -> forms.Field:
    """Return the control of one answer; the kernel reads the text, so that its words explain a fault."""
    missing = {"required": _("还没填这一项。")}
    if field.kind == "boolean":
        yes_or_no = [("true", _("是")), ("false", _("否"))]
        return _choice(field, yes_or_no)
    if field.kind == "choice":
        return _choice(field, [(option.key, str(option.text)) for option in field.options])
    attributes: dict[str, str] = {"autocomplete": "off"}
    widget: forms.Widget
    if field.kind == "text":
        widget = forms.Textarea(attrs={"rows": "2", **attributes})
    elif field.kind == "date":
        widget = forms.TextInput(attrs={"type": "date", **attributes})
    else:
        mode = "numeric" if field.kind == "integer" else "decimal"
        widget = forms.TextInput(attrs={"inputmode": mode, **attributes})
    return forms.CharField(
        label=str(field.text), required=field.is_required, widget=widget, error_messages=missing
    )


def _choice(field: procedures.FormField, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    missing = {"required": _("还没选这一项。"), "invalid_choice": _("没有这个选项。")}
    return forms.ChoiceField(
        label=str(field.text),
        choices=choices,
        required=field.is_required,
        widget=forms.RadioSelect,
        error_messages=missing,
    )
