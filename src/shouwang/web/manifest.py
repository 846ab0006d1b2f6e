"""The manifest: everything a domain brings along, declared in its own `domain.py` and joined at start.

A domain exports `MANIFEST`; one line in `settings.DOMAINS` adds it. `load()` reads them, hands roles, verbs,
rules and the rest to the kernel through its doors, and keeps the navigation and routes for the
shells. A manifest is a declaration: it holds no behaviour beyond the functions it names, and nothing changes
it after start. The faces (desk, board, portal) may bring a `domain.py` as well, for navigation and routes;
so may the district of the deployment, for the figures that it answers for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from shouwang.util.text import Text

if TYPE_CHECKING:
    from shouwang.kernel.cases.api import Case, Step
    from shouwang.kernel.documents.api import DocumentKind
    from shouwang.kernel.duties.api import Role
    from shouwang.kernel.indicators.api import ArticleRow, Indicator
    from shouwang.kernel.journal.api import Verb
    from shouwang.kernel.parties.api import Person

FACES = ("shouwang.desk", "shouwang.board", "shouwang.portal")


class Group(Enum):
    """The headings of the side navigation, in their order."""

    WORK = Text("", "")
    CONTROL = Text("管控", "Control")
    RECOVERY = Text("恢复", "Recovery")
    RECORDS = Text("底账", "Records")


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the navigation.

    `verb` is the access verb a person's duties must carry to see it (empty: everybody signed in); `is_tab`
    puts it among the bottom tabs of phones; `count` returns the open number shown beside it.
    """

    label: Text
    url_name: str
    icon: str
    verb: str = ""
    group: Group = Group.WORK
    order: int = 50
    is_tab: bool = False
    count: Callable[[Person], int] | None = None


@dataclass(frozen=True)
class Way:
    """A way in for the public, offered on the landing page: for whom, what for, and its route."""

    title: Text
    text: Text
    icon: str
    url_name: str
    order: int = 50


@dataclass(frozen=True)
class CasePanel:
    """A box of a domain's own on the case page of one of its procedures.

    `context(case, person)` returns what the template needs; it is asked only for a case that the person may
    see. The template is one `<section class="box">` with an id of its own; `is_side` puts it into the narrow
    column.
    """

    procedure_key: str
    template: str
    context: Callable[[Case, Person], dict[str, Any]]
    is_side: bool = False


@dataclass(frozen=True)
class StepPage:
    """Where a step is done that needs more than its form: the domain's own page, opened by one button.

    `procedure_key` is that of the case (also for a step of a called procedure); `url(step)` reads nothing but
    the step and its case.
    """

    procedure_key: str
    step_key: str
    label: Text
    url: Callable[[Step], str]


class On(Enum):
    """Where a signpost may stand: it is given a version, an open step, a case, a role's key, a board's place."""

    PROCEDURE = "procedure"
    STEP = "step"
    CASE = "case"
    ROLE = "role"
    DUTIES = "duties"


@dataclass(frozen=True)
class Signpost:
    """A link of a domain's own on the desk's pages about something of the kernel (see `On`).

    `url(subject)` reads nothing but the subject; `count(subject, person)` is the figure shown beside it.
    """

    on: On
    label: Text
    icon: str
    url: Callable[[Any], str]
    count: Callable[[Any, Person], int] | None = None


@dataclass(frozen=True)
class StartPage:
    """Where a procedure begins that is not started from the desk's own form: a page of its domain."""

    procedure_key: str
    label: Text
    url_name: str


@dataclass(frozen=True)
class Subscription:
    """A reaction of a domain: when `verb` is recorded, the procrastinate task `task_name` is deferred."""

    verb: str
    task_name: str


@dataclass(frozen=True)
class Manifest:
    """What one domain (or face) brings along; see the module."""

    key: str
    name: Text
    navigation: Sequence[NavigationItem] = ()
    ways: Sequence[Way] = ()
    roles: Sequence[Role] = ()
    verbs: Sequence[Verb] = ()
    indicators: Sequence[Indicator] = ()
    article_rows: Sequence[ArticleRow] = ()
    service_tasks: Mapping[str, Callable[..., dict[str, Any]]] = field(default_factory=dict)
    document_kinds: Sequence[DocumentKind] = ()
    subscriptions: Sequence[Subscription] = ()
    case_panels: Sequence[CasePanel] = ()
    step_pages: Sequence[StepPage] = ()
    start_pages: Sequence[StartPage] = ()
    signposts: Sequence[Signpost] = ()
    urls: str = ""
    router: str = ""
    rules_folder: Path | None = None
    procedures_folder: Path | None = None


_loaded: dict[str, Manifest] = {}


def manifests() -> tuple[Manifest, ...]:
    """Return the manifests in force, in the order of settings, faces first."""
    return tuple(_loaded.values())


def missing_domains() -> list[str]:
    """Return the packages in `settings.DOMAINS` that have no `domain.py`."""
    return [package for package in settings.DOMAINS if find_spec(f"{package}.domain") is None]


def load() -> None:
    """Read every manifest and register it with the kernel; called once, when the apps are ready.

    Raises AttributeError for a `domain.py` without MANIFEST and ValueError for two manifests of one key.
    """
    for package in (*FACES, *settings.DOMAINS, settings.DISTRICT):
        if find_spec(f"{package}.domain") is None:
            continue  # a system check names a domain without its manifest
        manifest = import_module(f"{package}.domain").MANIFEST
        if manifest.key in _loaded:
            raise ValueError(f"two manifests have the key {manifest.key!r}")
        _loaded[manifest.key] = manifest
    for manifest in _loaded.values():
        _register(manifest)


def _register(manifest: Manifest) -> None:
    from shouwang.kernel.documents import api as documents
    from shouwang.kernel.duties import api as duties
    from shouwang.kernel.indicators import api as indicators
    from shouwang.kernel.journal import api as journal
    from shouwang.kernel.procedures import api as procedures

    duties.register_roles(*manifest.roles)
    journal.register_verbs(*manifest.verbs)
    indicators.register_indicators(*manifest.indicators)
    indicators.register_article_rows(*manifest.article_rows)
    documents.register_kinds(*manifest.document_kinds)
    for name, task in manifest.service_tasks.items():
        procedures.register_service_task(name, task)
    for subscription in manifest.subscriptions:
        journal.subscribe(subscription.verb, subscription.task_name)


def navigation() -> list[NavigationItem]:
    """Return every navigation item, by group, order and place in settings."""
    groups = list(Group)
    items = [item for manifest in manifests() for item in manifest.navigation]
    return sorted(items, key=lambda item: (groups.index(item.group), item.order))


def ways() -> list[Way]:
    """Return the ways in for the public, in their order."""
    return sorted((way for manifest in manifests() for way in manifest.ways), key=lambda way: way.order)


def case_panels(procedure_key: str) -> list[CasePanel]:
    """Return the panels that domains put on the case page of a procedure."""
    return [
        panel
        for manifest in manifests()
        for panel in manifest.case_panels
        if panel.procedure_key == procedure_key
    ]


def step_page(step: Step) -> StepPage | None:
    """Return where a step is done when its domain has a page for it, else None."""
    key = (step.case.procedure_key, step.key)
    pages = (page for manifest in manifests() for page in manifest.step_pages)
    return next((page for page in pages if (page.procedure_key, page.step_key) == key), None)


def start_page(procedure_key: str) -> StartPage | None:
    """Return where a procedure begins when its domain has a page for it, else None."""
    pages = (page for manifest in manifests() for page in manifest.start_pages)
    return next((page for page in pages if page.procedure_key == procedure_key), None)


def signposts(on: On) -> list[Signpost]:
    """Return the signposts that domains put on pages about one kind of thing."""
    return [one for manifest in manifests() for one in manifest.signposts if one.on is on]


def route_modules() -> list[str]:
    """Return the dotted names of the URL modules that manifests bring."""
    return [manifest.urls for manifest in manifests() if manifest.urls]
