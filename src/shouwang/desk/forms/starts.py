"""The form that starts a procedure by hand: what its start event asks, and about whom it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.desk.forms.steps import answer_field
from shouwang.kernel.parties import api as parties
from shouwang.kernel.procedures import api as procedures
from shouwang.util.ids import new_uuid
from shouwang.util.problems import Problem

MAX_NAME_LENGTH = 60
MAX_NUMBER_LENGTH = 30
_ANSWER = "answer-"
_PERSON = ("name", "kind", "number", "phone")


class StartForm(forms.Form):
    """The facts of the start, and the person where the procedure is about one.

    The person goes into the register; the answers become facts of the case and hold nothing about people.
    """

    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, spec: procedures.StartSpec, data: Any = None) -> None:  # noqa: ANN401 - a QueryDict or None
        super().__init__(
            data, initial={"request_key": new_uuid()}, auto_id="start-%s", use_required_attribute=False
        )
        self.spec = spec
        for field in spec.form:
            self.fields[_ANSWER + field.key] = answer_field(field)
        if spec.person:
            self._ask_for_person()

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        """The fields that the start event declares."""
        return [self[name] for name in self.fields if name.startswith(_ANSWER)]

    @property
    def person_fields(self) -> list[forms.BoundField]:
        """The fields about the person, none where the procedure is about nobody."""
        return [self[name] for name in _PERSON if name in self.fields]

    def answers(self) -> dict[str, str]:
        """The answers typed, by field key."""
        return {
            name.removeprefix(_ANSWER): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_ANSWER)
        }

    @property
    def names_somebody(self) -> bool:
        """Whether anything was typed about a person."""
        return any(self.cleaned_data.get(name) for name in ("name", "number", "phone"))

    @property
    def identification(self) -> parties.Identification:
        """The document typed."""
        return parties.Identification(self.cleaned_data["kind"], self.cleaned_data["number"])

    def add(self, problem: Problem) -> None:
        """Lay a problem of the kernel beside the field that it names."""
        name = problem.field if problem.field in self.fields else _ANSWER + problem.field
        self.add_error(name if name in self.fields else None, str(problem.in_words()))

    def _ask_for_person(self) -> None:
        is_required = self.spec.person == "required"
        missing = {"required": _("还没填这一项。")}
        kinds = [("ID_NUMBER", _("身份证")), ("PASSPORT", _("护照"))]
        self.fields["name"] = forms.CharField(
            label=_("姓名"), max_length=MAX_NAME_LENGTH, required=is_required, error_messages=missing
        )
        self.fields["kind"] = forms.ChoiceField(
            label=_("证件"),
            choices=kinds,
            initial="ID_NUMBER",
            required=is_required,
            widget=forms.RadioSelect,
        )
        self.fields["number"] = forms.CharField(
            label=_("证件号码"), max_length=MAX_NUMBER_LENGTH, required=is_required, error_messages=missing
        )
        self.fields["phone"] = forms.CharField(
            label=_("手机号"), max_length=MAX_NUMBER_LENGTH, required=False
        )
        for name in ("name", "number", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
