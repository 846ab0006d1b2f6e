"""A paper as a PDF."""

from __future__ import annotations

from django.http import HttpResponse

from shouwang.kernel.documents import api as documents
from shouwang.util.problems import Problem
from shouwang.util.text import Text


def pdf(document: documents.Document) -> HttpResponse:
    """Answer with the paper as it was issued; raises Problem when its content was shredded."""
    content = bytes(document.content)
    if not content:
        raise Problem(
            "quarantine.paper_gone",
            Text("这份文书过了保留期，内容已删除", "This paper is past its retention; its content is gone"),
        )
    headers = {
        "Content-Disposition": f'inline; filename="{document.number}.pdf"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
