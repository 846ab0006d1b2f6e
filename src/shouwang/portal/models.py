"""Counts of sign-in attempts, so that passwords cannot be guessed by trying.

A row counts the attempts of one key (an account from one address, or an account from anywhere) within one
window. It keeps a keyed digest, never the user name or the address. Only `portal.services` writes here.
"""

from __future__ import annotations

from django.db import models


class SignInCount(models.Model):
    """How often `key` was tried since `since_at`."""

    key = models.CharField(max_length=64, primary_key=True)
    attempts = models.PositiveIntegerField()
    since_at = models.DateTimeField(db_index=True)
