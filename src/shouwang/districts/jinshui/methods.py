"""The working methods in force in the district: the rules and procedures that kernel and domains bring."""

from __future__ import annotations

from datetime import date

from shouwang.kernel.cases import api as cases
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.web import manifest

#: Henan began its first-level response on 25 January 2020; the procedures are in force since then.
METHODS_SINCE = date(2020, 1, 25)


def load_methods() -> None:
    """Publish the rules and procedures that the kernel and the domains bring; again changes nothing."""
    brought = manifest.manifests()
    for folder in (cases.RULES_FOLDER, *(one.rules_folder for one in brought)):
        if folder is not None:
            rules.load_folder(folder, journal.SYSTEM)
    for folder in (one.procedures_folder for one in brought):
        if folder is not None:
            procedures.load_folder(folder, journal.SYSTEM, METHODS_SINCE)
