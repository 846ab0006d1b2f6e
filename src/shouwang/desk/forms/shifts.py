"""The sheets of a shift handover: to whom with which notes, and what of it is declined and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.kernel.cases import api as cases

MAX_LENGTH = 300
_NOTE = "note-"
_REASON = "reason-"
_TOO_LONG = _("写得太长，有 %(show_value)s 个字，最多 %(limit_value)s 个字。")


def _words(label: str, placeholder: Any) -> forms.CharField:  # noqa: ANN401 - a lazy text
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": placeholder, "aria-label": label}
        ),
        error_messages={"max_length": _TOO_LONG},
    )


class ShiftForm(forms.Form):
    """To whom a shift is handed over, with one note for all of it and one for each step that needs it."""

    receiver = forms.ChoiceField(
        label=_("谁接班"),
        widget=forms.RadioSelect,
        error_messages={"required": _("还没选谁接班。"), "invalid_choice": _("他不在这个岗位的排班里。")},
    )
    note = forms.CharField(
        label=_("给接班人的话"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("每一件都会带上这句；单独写了的，以单独写的为准。"),
        error_messages={"max_length": _TOO_LONG},
    )

    def __init__(
        self,
        choices: list[tuple[str, str]],
        steps: list[cases.Step],
        data: Any = None,  # noqa: ANN401 - a QueryDict or None, as Django's forms take it
    ) -> None:
        super().__init__(data, auto_id="shift-%s", use_required_attribute=False)
        receiver = self.fields["receiver"]
        assert isinstance(receiver, forms.ChoiceField)
        receiver.choices = choices
        if len(choices) == 1:
            receiver.initial = choices[0][0]
        for step in steps:
            self.fields[f"{_NOTE}{step.pk}"] = _words(
                f"{_('要留意的')} {step.case.number}", _("写一句要留意的（可不写）")
            )

    def notes(self) -> dict[int, str]:
        """Return what was written for single steps, by step key."""
        return _by_key(self.cleaned_data, _NOTE)

    def note_field(self, step_pk: int) -> forms.BoundField:
        """Return the field of the note of one step."""
        return self[f"{_NOTE}{step_pk}"]


class TakeForm(forms.Form):
    """Which of the offers of a shift are declined, and why; whatever has no reason is taken."""

    def __init__(self, offers: list[cases.Handover], data: Any = None) -> None:  # noqa: ANN401 - as above
        super().__init__(data, auto_id="take-%s", use_required_attribute=False)
        for offer in offers:
            self.fields[f"{_REASON}{offer.pk}"] = _words(
                f"{_('为什么不接')} {offer.step.case.number}", _("这件不接的话，写原因")
            )

    def declined(self) -> dict[int, str]:
        """Return the reasons by the key of the handover."""
        return _by_key(self.cleaned_data, _REASON)

    def reason_field(self, offer_pk: int) -> forms.BoundField:
        """Return the field of the reason for one offer."""
        return self[f"{_REASON}{offer_pk}"]


def _by_key(data: dict[str, Any], prefix: str) -> dict[int, str]:
    return {
        int(name.removeprefix(prefix)): words.strip()
        for name, words in data.items()
        if name.startswith(prefix) and words.strip()
    }
