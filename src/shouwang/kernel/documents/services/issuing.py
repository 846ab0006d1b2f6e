"""Issuing and revoking documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from shouwang.kernel.documents.models import Document, DocumentKind, kind_of
from shouwang.kernel.documents.models.encoding import to_json
from shouwang.kernel.documents.services.rendering import qr_svg, render
from shouwang.kernel.documents.services.tokens import sign
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.util import clock, crypto


def issue(
    kind: DocumentKind | str,
    *,
    data: Mapping[str, Any],
    thread: str,
    actor: journal.Actor,
    person: Person | None = None,
    place: Place | None = None,
    language: str = "zh-hans",
) -> Document:
    """Number, sign, print and keep a document of `kind`; journaled as "document.issued" in `thread`.

    `data` holds JSON values for the template; the keys that the kind names as claims also go into the code,
    with the number. `language` leads on the paper. Raises LookupError for an unknown kind, KeyError for a
    claim that `data` lacks, ValueError for claims that may not stand in a code.
    """
    kind = kind_of(kind) if isinstance(kind, str) else kind
    now = clock.now()
    expires_at = now + kind.valid_for if kind.valid_for else None
    with transaction.atomic():
        number = _next_number(kind)
        claims = {"number": number, **{key: data[key] for key in kind.claims}}
        token = sign(kind.key, claims, expires_at)
        document = Document(
            number=number,
            kind=kind.key,
            thread=thread,
            person=person,
            place=place,
            language=language,
            data_digest=crypto.blind_token("document", to_json(dict(data)).decode()),
            created_at=now,
            expires_at=expires_at,
        )
        printed = _printed(document, kind, token)
        document.content = render(kind, data, document=printed, language=language)
        document.save(force_insert=True)
        _record("document.issued", document, kind, actor)
    return document


def revoke(document: Document, *, reason: str, actor: journal.Actor) -> Document:
    """Revoke a document, so that its code no longer verifies; twice changes nothing.

    `reason` is free text and may name somebody: it is journaled as a personal detail.
    """
    with transaction.atomic():
        locked = Document.objects.select_for_update().defer("content").get(pk=document.pk)
        if locked.revoked_at is None:
            locked.revoked_at = clock.now()
            locked.save(update_fields=["revoked_at"])
            _record("document.revoked", locked, kind_of(locked.kind), actor, reason=reason.strip())
    return locked


def verify_url(token: str) -> str:
    """Return the address that a document's code opens."""
    return f"{settings.PUBLIC_URL}/verify/{token}/"


def _printed(document: Document, kind: DocumentKind, token: str) -> dict[str, Any]:
    """Return what the template prints beside its data."""
    on = clock.local(document.created_at)
    return {
        "number": document.number,
        "kind": {"zh": kind.name.zh, "en": kind.name.en},
        "issued": {"zh": f"{on.year} 年 {on.month} 月 {on.day} 日", "en": f"{on.day} {on:%B} {on.year}"},
        "qr": qr_svg(verify_url(token)),
        "host": settings.PUBLIC_URL.split("://")[-1],
    }


def _next_number(kind: DocumentKind) -> str:
    """Return e.g. JC-2020-000123: a sequence of the database per prefix and local year, made on first use."""
    year = clock.today().year
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents_next_number(%s, %s)", [kind.number_prefix, year])
        (value,) = cursor.fetchone()
    return f"{kind.number_prefix}-{year}-{value:06d}"


def _record(
    verb: str, document: Document, kind: DocumentKind, actor: journal.Actor, **personal: str
) -> journal.Entry:
    return journal.record(
        verb,
        actor,
        journal.Ref("document", document.number),
        thread=document.thread,
        place_path=document.place.path if document.place else "",
        data={"number": document.number, "kind": {"zh": kind.name.zh, "en": kind.name.en}},
        personal=personal or None,
    )
