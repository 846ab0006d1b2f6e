"""The portal as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Has one table: the counts of failed sign-ins."""

    name = "shouwang.portal"
    label = "portal"
