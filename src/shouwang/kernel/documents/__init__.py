"""Documents: papers that people are given, and the signed codes on them.

It is: numbered PDFs made from typst templates, kept as they were issued, revocable; and tokens, short signed
statements small enough for a QR code, that anybody's phone can verify without asking us. It is not the record
of the matter itself (cases), not what is said about it (notices), and not a file store.

Kinds of documents are registered at start by domain manifests. Documents are written only through
`documents.api`; once issued, a document is revoked, never changed.
"""
