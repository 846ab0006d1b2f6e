"""The only door to documents: issue, print, sign, verify and revoke.

paper = documents.issue("release-certificate", data={…}, thread=case.thread, person=…, actor=…)
claims = documents.verify_token(token)
"""

from __future__ import annotations

from shouwang.kernel.documents.models import (
    Claims,
    Document,
    DocumentKind,
    PublicKey,
    kind_of,
    kinds,
    register_kinds,
)
from shouwang.kernel.documents.queries.papers import documents_for, documents_of, get
from shouwang.kernel.documents.queries.tokens import public_key_set, public_keys, verify_token
from shouwang.kernel.documents.services.issuing import issue, revoke, verify_url
from shouwang.kernel.documents.services.rendering import qr_svg, render
from shouwang.kernel.documents.services.tokens import sign, withdraw_key
from shouwang.kernel.journal import api as journal
from shouwang.util.text import Text

journal.register_verbs(
    journal.Verb("document.issued", Text("出具{kind}，编号 {number}", "Issued {kind} no. {number}")),
    journal.Verb(
        "document.revoked",
        Text("撤销{kind}，编号 {number}", "Revoked {kind} no. {number}"),
        personal=("reason",),
    ),
    journal.Verb("signing-key.withdrawn", Text("签发密钥 {key} 作废", "Signing key {key} withdrawn")),
)

__all__ = [
    "Claims",
    "Document",
    "DocumentKind",
    "PublicKey",
    "documents_for",
    "documents_of",
    "get",
    "issue",
    "kind_of",
    "kinds",
    "public_key_set",
    "public_keys",
    "qr_svg",
    "register_kinds",
    "render",
    "revoke",
    "sign",
    "verify_token",
    "verify_url",
    "withdraw_key",
]
