"""What the handbook brings along."""

from __future__ import annotations

from pathlib import Path

from django.urls import reverse

from shouwang.domains.handbook.queries.issues import open_count, panel
from shouwang.domains.handbook.services import closing
from shouwang.domains.handbook.services.reporting import PROCEDURE
from shouwang.kernel.cases.api import case_link
from shouwang.kernel.journal.api import Verb
from shouwang.util.text import Text
from shouwang.web.manifest import CasePanel, Group, Manifest, NavigationItem, On, Signpost

_HERE = Path(__file__).resolve().parent


def _verb(key: str, zh: str, en: str) -> Verb:
    return Verb(f"issue.{key}", Text(zh, en), link=case_link)


MANIFEST = Manifest(
    key="handbook",
    name=Text("工作手册", "Handbook"),
    navigation=(
        NavigationItem(
            Text("清单和口袋册", "Lists and guides"),
            "handbook:index",
            icon="book",
            group=Group.RECORDS,
            order=15,
        ),
        NavigationItem(
            Text("问题清单", "Issues"), "handbook:issues", icon="info-circle", group=Group.RECORDS, order=16
        ),
    ),
    verbs=(
        _verb(
            "reported", "报问题：{name_zh}，第 {version} 版", "Issue reported: {name_en}, version {version}"
        ),
        _verb("mended", "问题已办，等复核", "Issue put right, to be checked"),
        _verb("sent_up", "问题转给流程负责人", "Issue sent to the owner of procedures"),
        _verb("returned", "没解决，退回再办", "Not solved, sent back"),
        _verb("closed", "问题销号", "Issue closed"),
        _verb("reopened", "问题重新提出：{name_zh}", "Issue taken up again: {name_en}"),
    ),
    service_tasks={
        "handbook.note_done": closing.note_done,
        "handbook.send_up": closing.send_up,
        "handbook.settle": closing.settle,
    },
    case_panels=(CasePanel(PROCEDURE, "handbook/panel.html", panel),),
    signposts=(
        Signpost(
            On.PROCEDURE,
            Text("四张清单", "The four lists"),
            "list-check",
            lambda version: reverse("handbook:procedure-lists", args=[version.key]),
        ),
        Signpost(
            On.PROCEDURE,
            Text("没销号的问题", "Open issues"),
            "info-circle",
            lambda version: f"{reverse('handbook:procedure-lists', args=[version.key])}?list=issues",
            count=lambda version, person: open_count(person, version.key),
        ),
        Signpost(
            On.PROCEDURE,
            Text("这个流程有问题", "Report an issue"),
            "edit",
            lambda version: f"{reverse('handbook:report')}?procedure={version.key}",
        ),
        Signpost(
            On.STEP,
            Text("这一步有问题", "Something wrong with this step"),
            "edit",
            lambda step: f"{reverse('handbook:report')}?step={step.pk}",
        ),
        Signpost(
            On.CASE,
            Text("流程有问题", "Something wrong with the procedure"),
            "edit",
            lambda case: f"{reverse('handbook:report')}?case={case.pk}",
        ),
        Signpost(
            On.ROLE,
            Text("口袋册", "Pocket guide"),
            "book",
            lambda role: reverse("handbook:guide", args=[role]),
        ),
        Signpost(
            On.ROLE,
            Text("职责清单", "Lists of the duty"),
            "list-check",
            lambda role: reverse("handbook:role-lists", args=[role]),
        ),
        Signpost(
            On.DUTIES,
            Text("各职责的清单和口袋册", "Lists and guides of each duty"),
            "book",
            lambda place: reverse("handbook:index"),  # noqa: ARG005 the same at every place
        ),
    ),
    urls="shouwang.domains.handbook.urls",
    rules_folder=_HERE / "rules",
    procedures_folder=_HERE / "procedures",
)
