"""The form of the linter: a BPMN file, uploaded or pasted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: A procedure drawn by hand is tens of kilobytes (`procedures` refuses the same).
MAX_BYTES = 2_000_000


class CheckForm(forms.Form):
    """A file to be checked; it is read and forgotten."""

    file = forms.FileField(
        label=gettext_lazy("BPMN 文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".bpmn,.xml"}),
        help_text=gettext_lazy("画图工具存下来的 .bpmn 文件。只检查，不保存。"),
        error_messages={"empty": gettext_lazy("这个文件是空的。")},
    )
    text = forms.CharField(
        label=gettext_lazy("或者把内容贴在这里"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "desk-code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Put the file's text, or the pasted one, under `bpmn`."""
        data = super().clean() or {}
        upload = data.get("file")
        pasted = data.get("text", "")
        if isinstance(upload, UploadedFile):
            data["bpmn"] = self._read(upload)
        elif pasted.strip():
            data["bpmn"] = pasted
        elif not self.errors:
            self.add_error("file", _("选一个文件，或者把内容贴在下面。"))
        return data

    def _read(self, upload: UploadedFile[bytes]) -> str:
        if (upload.size or 0) > MAX_BYTES:
            size = (upload.size or 0) // 1000
            words = {"size": size}
            self.add_error("file", _("文件有 %(size)s KB，太大。一个流程一个文件，去掉嵌入的图片。") % words)
            return ""
        try:
            return bytes(upload.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("这不是 BPMN 文件，读出来不是文字。选画图工具存下来的 .bpmn 文件。"))
            return ""
