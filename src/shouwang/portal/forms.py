"""The form of the sign-in page."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """A user name and a password."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        error_messages={"required": _("写上用户名。"), "max_length": _("用户名没有这么长。")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=1000,
        strip=False,
        error_messages={"required": _("写上密码。"), "max_length": _("密码没有这么长。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        """Return the name in the one form in which accounts are kept (full-width letters are narrowed)."""
        return unicodedata.normalize("NFKC", str(self.cleaned_data["username"])).strip()
