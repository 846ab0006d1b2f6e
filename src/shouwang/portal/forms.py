"""Forms of the portal: signing in, looking up a paper, objecting, answering."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.util.ids import new_uuid


class SignInForm(forms.Form):
    """A user name and a password."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        error_messages={"required": _("写上用户名。"), "max_length": _("用户名没有这么长。")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
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


class NumberForm(forms.Form):
    """The number of a paper, or the address behind its code."""

    number = forms.CharField(
        label=_("文书编号"),
        max_length=2000,
        help_text=_("印在文书上，像 JC-2020-000123。也可以贴上扫码得到的网址。"),
        error_messages={"required": _("写上文书编号。"), "max_length": _("编号没有这么长。")},
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class ObjectionForm(forms.Form):
    """What somebody says is wrong about what is held about them."""

    text = forms.CharField(
        label=_("哪里不对，应该是什么"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不要写证件号和电话，社区主任会联系你核对。"),
        error_messages={"required": _("还没写哪里不对。"), "max_length": _("太长了，最多 500 个字。")},
    )

    @property
    def request_key(self) -> str:
        """Return the key that the page's queue made, or a new one for a page without scripts."""
        return self.data.get("request_key", "")[:40] or str(new_uuid())


class AnswerForm(forms.Form):
    """The answer to an objection."""

    text = forms.CharField(
        label=_("答复，本人会看到"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("还没写答复。"), "max_length": _("太长了，最多 500 个字。")},
    )
