"""Publishing: a file that the linter passes becomes the next version, in force from a date, for good."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.procedures.models import ProcedureVersion
from shouwang.kernel.procedures.queries.library import profile_of
from shouwang.kernel.procedures.queries.profile import Profile, read_profile
from shouwang.kernel.procedures.services import engine
from shouwang.kernel.procedures.services.findings import Finding, finding, sentences
from shouwang.kernel.procedures.services.linter import Known, activity_ids, lint
from shouwang.kernel.procedures.services.registry import service_names
from shouwang.kernel.rules import api as rules
from shouwang.util import clock
from shouwang.util.problems import Problem


class Refused(Problem):
    """A procedure that may not be published; `findings` name each element and its mend."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("procedure.refused", sentences(findings))
        self.findings = findings


def known() -> Known:
    """Return what a procedure may refer to now."""
    versions = list(ProcedureVersion.objects.order_by("key", "-version").distinct("key"))
    return Known(
        roles=frozenset(role.key for role in duties.roles()),
        services=service_names(),
        tables=frozenset(rules.table_keys()),
        procedures=frozenset(version.key for version in versions),
        calls={version.key: frozenset(profile_of(version).calls.values()) for version in versions},
        activities={version.key: activity_ids(version.bpmn) for version in versions},
    )


def check(bpmn: str) -> list[Finding]:
    """Return what keeps a file from being published now.

    What the linter passes is also read by the engine, so that nothing is published that could not begin.
    """
    findings = lint(bpmn, known())
    if findings:
        return findings
    profile = read_profile(bpmn)
    try:
        engine.definition(profile.key, bpmn, called_texts(profile))
    except Exception as error:  # whatever the library stumbles over, the author must hear of it
        return [finding(profile.key, profile.name.zh, "engine", reason=str(error).splitlines()[0][:200])]
    return []


def called_texts(profile: Profile) -> tuple[str, ...]:
    """Return the latest files of the procedures that a procedure calls, directly or not."""
    texts: dict[str, str] = {}
    waiting = list(profile.calls.values())
    while waiting:
        key = waiting.pop()
        if key not in texts:
            texts[key] = ProcedureVersion.objects.filter(key=key).order_by("-version")[0].bpmn
            waiting.extend(read_profile(texts[key]).calls.values())
    return tuple(texts.values())


def publish(bpmn: str, effective_from: date, actor: journal.Actor, source: str = "") -> ProcedureVersion:
    """Publish a file as the next version of its procedure; the same content again is the same version.

    Raises:
        Refused: the linter found something.
    """
    with transaction.atomic():
        digest = hashlib.sha256(bpmn.encode()).hexdigest()
        existing = ProcedureVersion.objects.filter(digest=digest).order_by("version").first()
        if existing is not None and not check(bpmn):
            return existing
        return store_version(bpmn, effective_from, actor, source)


def store_version(
    bpmn: str, effective_from: date, actor: journal.Actor, source: str = ""
) -> ProcedureVersion:
    """Store a file as the next version, also when an earlier version said the same: that is going back to it.

    Raises:
        Refused: the linter found something.
    """
    findings = check(bpmn)
    if findings:
        raise Refused(findings)
    profile = read_profile(bpmn)
    with transaction.atomic():
        last = ProcedureVersion.objects.filter(key=profile.key).aggregate(last=Max("version"))["last"] or 0
        version = ProcedureVersion.objects.create(
            key=profile.key,
            version=last + 1,
            name_zh=profile.name.zh,
            name_en=profile.name.en,
            bpmn=bpmn,
            digest=hashlib.sha256(bpmn.encode()).hexdigest(),
            effective_from=effective_from,
            source=source,
            published_at=clock.now(),
        )
        journal.record(
            "procedure.published",
            actor,
            journal.Ref("procedure", profile.key),
            data={"name_zh": version.name_zh, "name_en": version.name_en, "version": version.version},
        )
    return version


def load_folder(folder: Path, actor: journal.Actor, effective_from: date) -> list[ProcedureVersion]:
    """Publish every .bpmn file of a folder, called procedures before those that call them.

    Raises:
        Refused: a file does not pass the linter.
    """
    texts = {
        read_profile(text).key: text for text in (path.read_text() for path in sorted(folder.glob("*.bpmn")))
    }
    published: dict[str, ProcedureVersion] = {}

    def publish_after_called(key: str) -> None:
        if key in published:
            return
        for called in read_profile(texts[key]).calls.values():
            if called in texts:
                publish_after_called(called)
        published[key] = publish(texts[key], effective_from, actor)

    for key in texts:
        publish_after_called(key)
    return list(published.values())
