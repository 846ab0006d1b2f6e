"""Everything that is wrong with a form, told at once."""

from __future__ import annotations

from collections.abc import Sequence

from shouwang.util.problems import Problem
from shouwang.util.text import Text


class Refused(Problem):
    """A form with one or more problems, each at its field ("plate", "people.2.number", "celsius.17").

    Nothing of the form was stored. `problems` is never empty.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        count = len(problems)
        first = problems[0]
        if count == 1:
            super().__init__(first.code, first.what, first.do, first.why, first.field)
        else:
            super().__init__(
                "form_refused",
                Text(f"有 {count} 处要改，没有存。", f"{count} places need mending; nothing was stored."),
                field=first.field,
            )
        self.problems = tuple(problems)


class Collected:
    """Gathers problems while a form is checked, and raises them together at the end."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Keep a problem for later."""
        self.problems.append(problem)

    def refuse(self) -> None:
        """Raise Refused when anything was gathered."""
        if self.problems:
            raise Refused(self.problems)
