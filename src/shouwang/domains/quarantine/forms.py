"""Forms of quarantine. They only carry what was typed; whether it can be right is for the services to say."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.domains.quarantine.models import Via
from shouwang.domains.quarantine.services.breaches import Found
from shouwang.domains.quarantine.services.reading import SYMPTOMS
from shouwang.util.ids import new_uuid

CELSIUS = {
    "inputmode": "decimal",
    "autocomplete": "off",
    "data-celsius": "",
    "size": "5",
}
#: Long enough for every slip of the finger, and the service says what was wrong with it.
LONGEST_CELSIUS = 40


class ReadingForm(forms.Form):
    """One temperature. `request_key` is made by the page's queue, `taken_ms` (server time) by its script."""

    celsius = forms.CharField(
        label=_("腋下体温"),
        max_length=LONGEST_CELSIUS,
        strip=True,
        widget=forms.TextInput(attrs=CELSIUS),
        error_messages={
            "required": _("还没填体温。"),
            "max_length": _("体温写到小数后一位，例如 36.5。"),
        },
    )
    taken_ms = forms.IntegerField(required=False, widget=forms.HiddenInput)
    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def client_key(self) -> UUID:
        """Return the key made where the reading was typed, or a new one for a page without scripts."""
        key: UUID | None = self.cleaned_data.get("request_key")
        return key or new_uuid()

    @property
    def taken_at(self) -> datetime | None:
        """Return when it was taken, if the page said so; what cannot be an instant counts as not said."""
        milliseconds = self.cleaned_data.get("taken_ms")
        try:
            return datetime.fromtimestamp(milliseconds / 1000, tz=UTC) if milliseconds else None
        except (OverflowError, ValueError, OSError):
            return None


class TeamReadingForm(ReadingForm):
    """One temperature that the team brings in, and how it came."""

    via = forms.ChoiceField(
        label=_("怎么量的"),
        choices=[(via.value, via.label) for via in (Via.TEAM, Via.PHONE, Via.FAMILY, Via.DOCTOR)],
        widget=forms.RadioSelect,
        initial=Via.TEAM.value,
    )


class UnwellForm(forms.Form):
    """What ails somebody, and the temperature if they measured one."""

    symptoms = forms.MultipleChoiceField(
        label=_("哪里不舒服"),
        choices=[(key, text) for key, text in SYMPTOMS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("还没选哪里不舒服。说不清就选“其他不舒服”。")},
    )
    celsius = forms.CharField(
        label=_("体温（量了就填）"),
        max_length=LONGEST_CELSIUS,
        required=False,
        widget=forms.TextInput(attrs=CELSIUS),
        error_messages={"max_length": _("体温写到小数后一位，例如 36.5。")},
    )
    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def client_key(self) -> UUID:
        """Return the key made where it was typed, or a new one for a page without scripts."""
        key: UUID | None = self.cleaned_data.get("request_key")
        return key or new_uuid()


class BreachForm(forms.Form):
    """How somebody was found away from home."""

    found = forms.ChoiceField(
        label=_("怎么发现的"),
        choices=[(found.value, found.label) for found in Found],
        widget=forms.RadioSelect,
    )
