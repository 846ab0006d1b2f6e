"""What went wrong, in words for the person who can mend it.

A `Problem` is an expected refusal: input that cannot be right, an act that is not allowed now. Services raise
it; views show it in the reader's language beside the field that it names. It is not for faults of the program
(those are ordinary exceptions and become an error page with a reference number).
"""

from __future__ import annotations

from shouwang.util.text import Text


class Problem(Exception):  # noqa: N818 people are told of a problem, never of an error
    """An expected refusal: `what` happened, what to `do` about it and `why`, for the `field` concerned."""

    #: The HTTP status with which a page answers when nothing handles the problem closer by.
    status = 400

    def __init__(
        self,
        code: str,
        what: Text,
        do: Text | None = None,
        why: Text | None = None,
        field: str = "",
    ) -> None:
        super().__init__(code, what, do, why, field)
        self.code = code
        self.what = what
        self.do = do
        self.why = why
        self.field = field

    def at(self, field: str) -> Problem:
        """Return the same problem, laid at the form field `field`."""
        return Problem(self.code, self.what, self.do, self.why, field)

    def in_words(self) -> Text:
        """Return what, why and what to do as one line in both languages."""
        parts = [part for part in (self.what, self.why, self.do) if part is not None]
        return Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))

    def __str__(self) -> str:
        """Return the words in the language that is active now."""
        return str(self.in_words())


class NotFoundOrNotYours(Problem):
    """The one same answer for a thing that does not exist and one that the reader may not see (404)."""

    status = 404

    def __init__(self) -> None:
        super().__init__(
            "not_found_or_not_yours",
            Text(
                "没有这一项，或者不在你的职责范围内。", "There is no such item, or it is outside your duty."
            ),
            do=Text("从“我的工作”再打开一次。", "Open it again from “My work”."),
        )
