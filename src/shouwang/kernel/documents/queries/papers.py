"""Finding issued documents."""

from __future__ import annotations

from django.db.models import QuerySet

from shouwang.kernel.documents.models import Document
from shouwang.kernel.parties.api import Person
from shouwang.util.problems import NotFoundOrNotYours


def get(number: str) -> Document:
    """Return the document with this number, revoked or not; raises NotFoundOrNotYours."""
    document = Document.objects.filter(number=number.strip().upper()).first()
    if document is None:
        raise NotFoundOrNotYours
    return document


def documents_of(thread: str) -> QuerySet[Document]:
    """Return the documents issued in a thread ("case:12"), newest first, without their content."""
    return _light(Document.objects.filter(thread=thread))


def documents_for(person: Person) -> QuerySet[Document]:
    """Return the documents issued to a person, newest first, without their content."""
    return _light(Document.objects.filter(person=person))


def _light(documents: QuerySet[Document]) -> QuerySet[Document]:
    return documents.defer("content").order_by("-created_at", "-pk")
