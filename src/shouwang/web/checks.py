"""System checks of the manifests: `python -m django check` and every start name what is wrong."""

from __future__ import annotations

import re
from importlib.util import find_spec

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, reverse

from shouwang.web import manifest as manifests
from shouwang.web.manifest import Manifest, NavigationItem, Way
from shouwang.web.vendor import SPRITE


@register
def check_manifests(app_configs: object, **options: object) -> list[CheckMessage]:  # noqa: ARG001 Django names them
    """Check every manifest: present, keys named after it, folders and modules there."""
    found: list[CheckMessage] = [
        Error(f"{package} is in settings.DOMAINS but has no domain.py with a MANIFEST", id="shouwang.E001")
        for package in manifests.missing_domains()
    ]
    for manifest in manifests.manifests():
        found += _check_one(manifest)
    return found


@register("urls")
def check_navigation(app_configs: object, **options: object) -> list[CheckMessage]:  # noqa: ARG001 Django names them
    """Check every navigation item: its route exists and its icon is in the sprite."""
    icons = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    found: list[CheckMessage] = []
    targets: list[NavigationItem | Way] = [*manifests.navigation(), *manifests.ways()]
    for item in targets:
        try:
            reverse(item.url_name)
        except NoReverseMatch:
            found.append(Error(f"the navigation leads to no route: {item.url_name}", id="shouwang.E004"))
        if item.icon not in icons:
            found.append(Error(f"icon {item.icon} is not in the sprite; run make vendor", id="shouwang.E005"))
    return found


def _check_one(manifest: Manifest) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if manifest.urls and find_spec(manifest.urls) is None:
        found.append(
            Error(f"manifest {manifest.key}: there is no module {manifest.urls}", id="shouwang.E002")
        )
    for folder in (manifest.rules_folder, manifest.procedures_folder):
        if folder is not None and not folder.is_dir():
            found.append(Error(f"manifest {manifest.key}: there is no folder {folder}", id="shouwang.E003"))
    return found
