"""The app that joins the parts: reads every manifest at start and checks them."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Loads the manifests once all models are there."""

    name = "shouwang.web"
    label = "web"

    def ready(self) -> None:
        """Register every manifest with the kernel and the checks with Django."""
        from shouwang.web import checks, manifest  # noqa: F401 checks register themselves

        manifest.load()
