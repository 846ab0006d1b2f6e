"""Drafts of procedures: which are open, and one of them."""

from __future__ import annotations

from shouwang.kernel.procedures.models import Draft, DraftState
from shouwang.util.problems import NotFoundOrNotYours


def draft_by_pk(pk: int) -> Draft:
    """Return a draft with who wrote and reviewed it.

    Raises:
        NotFoundOrNotYours: there is none.
    """
    found = Draft.objects.select_related("author", "saved_by", "reviewed_by", "based_on", "published")
    draft = found.filter(pk=pk).first()
    if draft is None:
        raise NotFoundOrNotYours
    return draft


def open_drafts(key: str = "") -> list[Draft]:
    """Return the drafts that may still become versions, of one procedure or of all, the latest save first."""
    states = [DraftState.DRAFT, DraftState.SUBMITTED, DraftState.APPROVED]
    found = Draft.objects.filter(state__in=states, **({"key": key} if key else {}))
    return list(found.select_related("author", "saved_by").order_by("-saved_at"))


def settled_drafts(limit: int = 50) -> list[Draft]:
    """Return the drafts that were published or dropped, the latest save first."""
    states = [DraftState.PUBLISHED, DraftState.WITHDRAWN]
    found = Draft.objects.filter(state__in=states).select_related("author", "reviewed_by", "published")
    return list(found.order_by("-saved_at")[:limit])
