"""Forms of the handbook. They only carry what was typed; whether it is enough is for the services to say."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.domains.handbook.models import Reason, Severity
from shouwang.util.ids import new_uuid

#: Longer than the service takes, so that it can say how much too long the words are.
LONGEST_TYPED = 2000


class _Keyed(forms.Form):
    """A form whose repetition is one act: the page's queue makes the key where it was typed."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def client_key(self) -> UUID:
        """Return the key made where it was typed, or a new one for a page without scripts."""
        key: UUID | None = self.cleaned_data.get("request_key")
        return key or new_uuid()


class ReportForm(_Keyed):
    """An issue. The reason is the button that was pressed."""

    severity = forms.ChoiceField(
        label=_("有多急"),
        choices=Severity.choices,
        initial=Severity.ORDINARY,
        widget=forms.RadioSelect,
        error_messages={"required": _("还没选有多急。")},
    )
    what = forms.CharField(
        label=_("哪里不对"),
        required=False,
        max_length=LONGEST_TYPED,
        strip=True,
        help_text=_("不写人的姓名、证件号、电话。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.ChoiceField(
        choices=Reason.choices,
        widget=forms.HiddenInput,
        error_messages={"required": _("按一个原因。"), "invalid_choice": _("按一个原因。")},
    )


class ReopenForm(_Keyed):
    """Why a closed issue is not solved."""

    what = forms.CharField(
        label=_("还有哪里不对"),
        max_length=LONGEST_TYPED,
        strip=True,
        help_text=_("不写人的姓名、证件号、电话。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("还没写哪里不对。")},
    )
