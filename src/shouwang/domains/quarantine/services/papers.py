"""The papers of an order: notice, undertaking, certificate; issued once each and laid to the right step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from shouwang.domains.quarantine.models import Order
from shouwang.domains.quarantine.queries.papers import certificate_facts, notice_facts, undertaking_facts
from shouwang.kernel.cases import api as cases
from shouwang.kernel.documents import api as documents
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties.api import Person
from shouwang.util.problems import Problem
from shouwang.util.text import Text

_FOLDER = Path(__file__).resolve().parent.parent / "documents"
NOTICE = documents.DocumentKind(
    "quarantine-notice",
    Text("居家隔离告知书", "Notice of home quarantine"),
    _FOLDER / "notice.typ",
    "GZ",
    claims=("case", "from_on", "until_on"),
    valid_for=timedelta(days=90),
)
UNDERTAKING = documents.DocumentKind(
    "quarantine-undertaking",
    Text("居家隔离承诺书", "Undertaking for home quarantine"),
    _FOLDER / "undertaking.typ",
    "CN",
    claims=("case", "from_on", "until_on"),
    valid_for=timedelta(days=90),
)
CERTIFICATE = documents.DocumentKind(
    "release-certificate",
    Text("解除隔离通知书", "Release certificate"),
    _FOLDER / "certificate.typ",
    "JT",
    claims=("masked_name", "case", "from_on", "until_on"),
    valid_for=timedelta(days=365),
)
KINDS = (NOTICE, UNDERTAKING, CERTIFICATE)


def serve_notice(order: Order, by: Person) -> documents.Document:
    """Issue the notice of an order, once, and lay its number to the open step as proof that it was served.

    Raises:
        Problem: the step of the documents is not open, or `by` does not hold it.
    """
    with transaction.atomic():
        cases.lock_case(order.pk)
        step = _documents_step(order)
        paper = _issued_once(NOTICE, order, notice_facts(order), journal.person(by.pk))
        cases.add_evidence(step.pk, "notice", by, document_number=paper.number)
    return paper


def print_undertaking(order: Order, by: Person) -> documents.Document:
    """Issue the undertaking of an order, once, for the person to sign; raises Problem as `serve_notice`."""
    with transaction.atomic():
        cases.lock_case(order.pk)
        cases.require_holder(_documents_step(order), by)
        return _issued_once(UNDERTAKING, order, undertaking_facts(order), journal.person(by.pk))


def record_signature(order: Order, by: Person) -> documents.Document:
    """Lay the signed undertaking to the open step as proof.

    Raises:
        Problem: it was not printed yet; or as `serve_notice`.
    """
    with transaction.atomic():
        cases.lock_case(order.pk)
        step = _documents_step(order)
        paper = _issued(UNDERTAKING, order)
        if paper is None:
            raise Problem(
                "quarantine.undertaking_not_printed",
                Text("承诺书还没出", "The undertaking has not been printed yet"),
                do=Text("先出承诺书，请本人签字", "Print it first and have it signed"),
            )
        cases.add_evidence(step.pk, "undertaking", by, document_number=paper.number)
    return paper


def issue_certificate(order: Order, actor: journal.Actor) -> documents.Document:
    """Issue the release certificate of an order of a locked case, once."""
    return _issued_once(CERTIFICATE, order, certificate_facts(order), actor)


def _documents_step(order: Order) -> cases.Step:
    step = next((one for one in cases.open_steps(order.case) if one.key == "documents"), None)
    if step is None:
        raise Problem(
            "quarantine.no_documents_step",
            Text("送文书这一步已经办过了", "The step of the documents is done already"),
            do=Text("文书在案件里，可以重打", "The papers are in the case and can be printed again"),
        )
    return step


def _issued_once(
    kind: documents.DocumentKind, order: Order, facts: Mapping[str, Any], actor: journal.Actor
) -> documents.Document:
    return _issued(kind, order) or documents.issue(
        kind, data=facts, thread=order.case.thread, person=order.person, place=order.place, actor=actor
    )


def _issued(kind: documents.DocumentKind, order: Order) -> documents.Document | None:
    papers = documents.documents_of(order.case.thread)
    return papers.filter(kind=kind.key, revoked_at__isnull=True).first()
