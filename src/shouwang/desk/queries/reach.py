"""What one person may see and do where, read once for a page.

For showing only: every act asks the kernel again, inside its transaction.
"""

from __future__ import annotations

from functools import cached_property

from shouwang.kernel.cases.api import Step
from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.util.problems import NotFoundOrNotYours


class Reach:
    """The duties of a person now, and the places within which they carry each verb."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._scopes: dict[str, list[str]] = {}

    @cached_property
    def holdings(self) -> list[duties.Holding]:
        """Everything held now, the main duty first."""
        return list(duties.holdings_of(self.person))

    @property
    def home(self) -> Place | None:
        """The place of the main duty, or None off duty."""
        return self.holdings[0].post.place if self.holdings else None

    @cached_property
    def paths(self) -> list[str]:
        """The places of all duties, outermost only."""
        kept: list[str] = []
        for path in sorted({holding.post.place_path for holding in self.holdings}):
            if not kept or not path.startswith(kept[-1]):
                kept.append(path)
        return kept

    def scope(self, verb: str) -> list[str]:
        """Return the paths within which the person carries `verb`."""
        if verb not in self._scopes:
            self._scopes[verb] = duties.scope(self.person, verb)
        return self._scopes[verb]

    def can(self, verb: str, path: str) -> bool:
        """Tell whether the person carries `verb` at the place with this path."""
        return any(path.startswith(own) for own in self.scope(verb))

    def covers(self, path: str) -> bool:
        """Tell whether the place with this path lies within any duty of the person."""
        return any(path.startswith(own) for own in self.paths)

    def may_take(self, step: Step) -> bool:
        """Tell whether the person may become the holder of the step (as `cases.may_take`)."""
        if self.can("case.take", step.place_path):
            return True
        return any(
            holding.post.role == step.role and step.place_path.startswith(holding.post.place_path)
            for holding in self.holdings
        )

    def require(self, path: str) -> None:
        """Raise NotFoundOrNotYours for a place outside every duty of the person."""
        if not self.covers(path):
            raise NotFoundOrNotYours
