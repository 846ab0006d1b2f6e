"""Forms about people: why somebody's data is looked at, and who is put on a post."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties import api as parties
from shouwang.util import clock
from shouwang.util.text import Text
from shouwang.web.refusals import in_words

#: Reasons that staff mostly have. The person reads them, in their own language.
PURPOSES = (
    Text("电话联系本人", "To telephone the person"),
    Text("上门核对身份", "To check the identity at the door"),
    Text("填写告知书和承诺书", "To fill in the notice and the undertaking"),
    Text("转诊和接送", "For referral and transport"),
)


class RevealForm(forms.Form):
    """What is to be seen of a person, and why. The person reads the reason on their own page."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("要看什么"),
        widget=forms.CheckboxSelectMultiple,
        initial=["NAME"],
        error_messages={"required": _("还没选要看什么。"), "invalid_choice": _("没有这一项。")},
    )
    usual = forms.ChoiceField(
        label=_("用途"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("没有这个选项。")},
    )
    purpose = forms.CharField(
        label=_("别的用途，写明白"),
        max_length=200,
        required=False,
        help_text=_("至少 4 个字。本人能看到这句话。"),
        error_messages={"max_length": _("写得太长，有 %(show_value)s 个字，最多 %(limit_value)s 个字。")},
    )

    def __init__(self, data: Any = None) -> None:  # noqa: ANN401 - a QueryDict or None, as Django's forms take it
        super().__init__(data, use_required_attribute=False)
        self._choices("fields_wanted", [(key, in_words(name)) for key, name in parties.FIELD_NAMES.items()])
        self._choices("usual", [(words.zh, in_words(words)) for words in PURPOSES])

    @property
    def reason(self) -> Text | str:
        """The purpose typed, else the one chosen, else ""."""
        usual = {words.zh: words for words in PURPOSES}
        typed = str(self.cleaned_data["purpose"].strip())
        return typed or usual.get(self.cleaned_data["usual"], "")

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class AssignForm(forms.Form):
    """Who is put on a post, on what footing, and from when until when."""

    person = forms.ChoiceField(
        label=_("派谁"),
        error_messages={
            "required": _("还没选派谁。"),
            "invalid_choice": _("这个人不在能派的人里，换一个人。"),
        },
    )
    kind = forms.ChoiceField(
        label=_("身份"),
        choices=duties.HoldingKind.choices,
        initial=duties.HoldingKind.SUBSTITUTE,
        error_messages={"invalid_choice": _("没有这个选项。")},
    )
    until_at = forms.DateTimeField(
        label=_("到什么时候"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=_("从现在起。不填就是一直到另有安排。"),
        error_messages={"invalid": _("时间要写成 2020-03-20 18:00 这样。")},
    )

    def __init__(self, people: list[tuple[str, str]], data: Any = None) -> None:  # noqa: ANN401 - as above
        super().__init__(data, use_required_attribute=False)
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)
        person.choices = [("", "—"), *people]
        self.initial["until_at"] = _end_of_shift()


def _end_of_shift() -> datetime:
    """Return eight hours from now on the full hour: the shift that somebody who stands in mostly takes."""
    return (clock.local(clock.now()) + timedelta(hours=8)).replace(minute=0, second=0, microsecond=0)
