"""What the pages of the handbook answer alike: files to take away, and the language of a paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from shouwang.util.text import CHINESE, ENGLISH

PDF = "application/pdf"
UNPROCESSABLE = 422


def language_of(request: HttpRequest) -> str:
    """Return the language asked for in the address, else the reader's."""
    asked = request.GET.get("language", "")
    return asked if asked in (CHINESE, ENGLISH) else get_language() or CHINESE


def file(content: bytes, media_type: str, name: str, *, is_shown: bool = False) -> HttpResponse:
    """Return a file with a name that people can read; `is_shown` opens it in the page instead of saving it."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(not is_shown, name) or "attachment"
    answer["Cache-Control"] = "private, no-cache"
    return answer
