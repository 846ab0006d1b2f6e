"""The four lists of the procedures in force, as tables of words: one shape for the page, the PDF and the sheet.

Per procedure each step stands with who does it; per duty each step stands with its procedure. Whoever is
signed in may read them: they tell of steps, never of people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from shouwang.domains.handbook.queries import words
from shouwang.kernel.duties import api as duties
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text

#: The four lists, by key, in the order in which the district names them.
LISTS = {
    "duties": Text("职责清单", "Duties"),
    "process": Text("流程清单", "Process"),
    "standards": Text("标准清单", "Standards"),
    "limits": Text("时限清单", "Time limits"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, each of lines, in the order of the columns, which are named by `heads`."""

    cells: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...]

    @property
    def named(self) -> list[tuple[tuple[str, ...], str]]:
        """The cells with the heads of their columns, for pages without room for a table."""
        return list(zip(self.cells, self.heads, strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """A list in the active language; `shares` says how wide each column is on paper, in parts."""

    key: str
    name: str
    columns: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose lists these are: one procedure in its version in force, or one duty in all of them."""

    key: str
    name: str
    is_role: bool
    steps: tuple[procedures.MethodStep, ...]
    versions: tuple[procedures.ProcedureVersion, ...]
    on: date

    @property
    def version(self) -> procedures.ProcedureVersion:
        """The version of a procedure's lists."""
        return self.versions[0]


def of_procedure(key: str) -> Scope:
    """Return the scope of one procedure.

    Raises:
        NotFoundOrNotYours: no version of it is in force.
    """
    version = next((one for one in procedures.list_in_force() if one.key == key), None)
    if version is None:
        raise NotFoundOrNotYours
    steps = tuple(procedures.method_steps(version))
    return Scope(key, words.said(version.name), False, steps, (version,), clock.today())


def of_role(key: str) -> Scope:
    """Return the scope of one duty, which may answer for no step at all.

    Raises:
        NotFoundOrNotYours: there is no such duty.
    """
    if key not in {role.key for role in duties.roles()}:
        raise NotFoundOrNotYours
    steps = tuple(procedures.steps_of_role(key))
    versions = {step.version.pk: step.version for step in steps}
    return Scope(key, words.role_name(key), True, steps, tuple(versions.values()), clock.today())


def table(scope: Scope, key: str) -> Table:
    """Return one of LISTS for a scope; raises KeyError for another key."""
    return _BUILDERS[key](scope)


def all_tables(scope: Scope) -> list[Table]:
    """Return the four lists."""
    return [table(scope, key) for key in LISTS]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its head, its share of the width, and the lines that a step has in it."""

    head: str
    share: int
    lines: Callable[[procedures.MethodStep], Sequence[str]]


def _built(scope: Scope, key: str, *columns: _Column) -> Table:
    own = (*_where(scope), *columns)
    heads = tuple(column.head for column in own)
    return Table(
        key=key,
        name=words.said(LISTS[key]),
        columns=heads,
        shares=tuple(column.share for column in own),
        rows=tuple(Row(tuple(tuple(column.lines(step)) for column in own), heads) for step in scope.steps),
    )


def _where(scope: Scope) -> tuple[_Column, ...]:
    step = _Column(_("步骤"), 4, lambda one: [words.said(one.spec.name)])
    number = _Column(_("序"), 1, lambda one: [str(one.number)])
    if scope.is_role:
        return (_Column(_("流程"), 3, lambda one: [words.said(one.version.name)]), number, step)
    return (number, step)


def _who(scope: Scope) -> tuple[_Column, ...]:
    if scope.is_role:
        return ()
    return (_Column(_("谁负责"), 3, lambda one: [words.role_name(one.spec.role)]),)


def _limit() -> _Column:
    return _Column(_("限时"), 2, lambda one: [words.limit(one.spec)])


def _duties(scope: Scope) -> Table:
    climbs = [words.climb_line(who, offset) for who, offset in words.climbs()]
    return _built(
        scope,
        "duties",
        *_who(scope),
        _Column(_("做什么"), 7, lambda one: words.checklist(one.spec)),
        _limit(),
        _Column(_("没按时办完"), 5, lambda one: climbs),  # noqa: ARG005 the same for every step
    )


def _process(scope: Scope) -> Table:
    return _built(
        scope,
        "process",
        *_who(scope),
        _Column(_("办完以后"), 6, words.ways),
        _Column(_("中间遇到"), 5, words.what_ifs),
    )


def _standards(scope: Scope) -> Table:
    return _built(
        scope,
        "standards",
        _Column(_("做到"), 6, lambda one: words.checklist(one.spec)),
        _Column(_("问清、填好"), 5, lambda one: words.fields(one.spec)),
        _Column(_("留凭据"), 3, lambda one: words.evidence(one.spec)),
    )


def _limits(scope: Scope) -> Table:
    return _built(
        scope,
        "limits",
        *_who(scope),
        _limit(),
        _Column(_("每天的时段"), 3, lambda one: words.windows(one.spec)),
        *(_climb(who, offset) for who, offset in words.climbs()),
    )


def _climb(who: str, offset: timedelta) -> _Column:
    def after(step: procedures.MethodStep) -> list[str]:
        if step.spec.until_fact or step.spec.limit is None:
            return [_("到期后 %(span)s") % {"span": words.span(offset)}] if offset else [_("到期时")]
        return [_("开始后 %(span)s") % {"span": words.span(step.spec.limit + offset)}]

    return _Column(_("升到%(who)s") % {"who": who}, 3, after)


_BUILDERS: dict[str, Callable[[Scope], Table]] = {
    "duties": _duties,
    "process": _process,
    "standards": _standards,
    "limits": _limits,
}
